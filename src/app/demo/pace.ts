// How fast the season's days pass, and where it stands: a person at the dashboard stops them, or has the next one come at once.

import type { DemoControl, DemoEvent, DemoRequest, DemoState } from '../../interfaces/http/index.ts';
import { dayLabel, dayOf } from './calendar.ts';
import type { SeasonEvent, SeasonScript } from './script.ts';
import type { SeasonNews } from './season-types.ts';

export interface PaceOptions {
  readonly script: SeasonScript;
  /** From the morning of one day to that of the next, where the day's work takes no longer. */
  readonly dayMs: number;
  sleep(ms: number): Promise<void>;
  elapsedMs(): number;
  /** Aborting lets go who waits. */
  readonly signal: AbortSignal;
}

export class Pace implements Omit<DemoControl, 'stock'> {
  readonly #options: PaceOptions;
  readonly #events: readonly SeasonEvent[];
  readonly #firstDay: number;
  /** How it goes on: day by day, not at all, or without pauses for one day or up to the next event. */
  #goes: 'on' | 'nowhere' | 'a-day' | 'to-event' = 'on';
  #phase: 'preparing' | 'living' | 'over' = 'preparing';
  #training = false;
  #day = 0;
  #dayBegan = 0;
  #wake: () => void = () => {};

  constructor(options: PaceOptions) {
    this.#options = options;
    const { events, seasonDays, seasonStart } = options.script;
    this.#events = events.filter(({ day }) => day < seasonDays).sort((a, b) => a.day - b.day);
    this.#firstDay = dayOf(seasonStart);
  }

  /** Days lived. */
  get day(): number {
    return this.#day;
  }

  state(): DemoState {
    const last = this.#events.filter(({ day }) => day < this.#day).at(-1);
    const next = this.#events.find(({ day }) => day >= this.#day);
    const going = this.#goes === 'nowhere' ? 'paused' : 'running';
    return {
      state: this.#phase === 'living' ? going : this.#phase,
      training: this.#training,
      day: this.#day,
      days: this.#options.script.seasonDays,
      today: dayLabel(this.#firstDay + this.#day),
      lastEvent: this.#said(last),
      nextEvent: this.#said(next),
    };
  }

  act(action: DemoRequest['action']): void {
    const goes = { pause: 'nowhere', resume: 'on', 'next-day': 'a-day', 'next-event': 'to-event' } as const;
    this.#goes = goes[action];
    this.#wake();
  }

  /** Follows what happens. */
  take(news: SeasonNews): void {
    if (news.kind === 'training-started') this.#training = true;
    if (news.kind === 'trained') this.#training = false;
    if (news.kind === 'reading-back') this.#phase = 'over';
  }

  /** Resolves when the next day is to be lived, or when the demo is to end. */
  async nextDay(): Promise<void> {
    const { dayMs, elapsedMs, sleep, signal } = this.#options;
    this.#phase = 'living';
    while (!signal.aborted) {
      const goes = this.#goes;
      const left = goes === 'on' && this.#day > 0 ? this.#dayBegan + dayMs - elapsedMs() : 0;
      if (goes !== 'nowhere' && left <= 0) break;
      const woken = this.#woken();
      await (goes === 'nowhere' ? woken : Promise.race([woken, sleep(left)]));
    }
    this.#dayBegan = elapsedMs();
  }

  /** A day is lived: with what was asked for it stops. */
  dayIsLived(): void {
    const happened = this.#events.some(({ day }) => day === this.#day);
    this.#day += 1;
    if (this.#goes === 'a-day' || (this.#goes === 'to-event' && happened)) this.#goes = 'nowhere';
  }

  #woken(): Promise<void> {
    const { signal } = this.#options;
    return new Promise((resolve) => {
      const wake = (): void => {
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#wake = wake;
      signal.addEventListener('abort', wake);
    });
  }

  #said(event: SeasonEvent | undefined): DemoEvent | null {
    return event === undefined ? null : { date: dayLabel(this.#firstDay + event.day), note: event.note };
  }
}
