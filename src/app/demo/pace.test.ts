import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Pace } from './pace.ts';
import { autumnSeason } from './script.ts';

/** A season of six days in which something happens on the third and, after its end, on the tenth. */
const script = {
  ...autumnSeason,
  seasonDays: 6,
  events: [
    { day: 9, kind: 'repeated-batch', note: 'never lived' },
    { day: 2, kind: 'repeated-batch', note: 'sent twice' },
  ] as const,
};

/** A season that lives its days as fast as it may; time stands still until it is moved. */
class Season {
  readonly abort = new AbortController();
  lived = 0;
  readonly over: Promise<void>;
  readonly pace: Pace;
  #now = 0;
  #sleepers: { until: number; wake: () => void }[] = [];

  constructor() {
    this.pace = new Pace({
      script,
      dayMs: 1000,
      elapsedMs: () => this.#now,
      sleep: (ms) =>
        new Promise((wake) => {
          this.#sleepers.push({ until: this.#now + ms, wake });
        }),
      signal: this.abort.signal,
    });
    this.over = this.#live();
  }

  /** Lets everything run that can, then moves the time. */
  async pass(ms: number): Promise<void> {
    this.#now += ms;
    const due = this.#sleepers.filter(({ until }) => until <= this.#now);
    this.#sleepers = this.#sleepers.filter(({ until }) => until > this.#now);
    for (const { wake } of due) wake();
    await setImmediate();
  }

  async #live(): Promise<void> {
    while (this.lived < script.seasonDays) {
      await this.pace.nextDay();
      if (this.abort.signal.aborted) return;
      this.lived += 1;
      this.pace.dayIsLived();
    }
    this.pace.take({ kind: 'reading-back', predictions: 0 });
  }
}

describe('the pace of the demo', () => {
  it('lets a day pass each second, the first at once', async () => {
    const season = new Season();
    await season.pass(0);
    assert.equal(season.lived, 1);
    await season.pass(999);
    assert.equal(season.lived, 1);
    await season.pass(1);
    assert.equal(season.lived, 2);
    for (let day = 0; day < 4; day++) await season.pass(1000);
    await season.over;
    assert.deepEqual([season.lived, season.pace.state().state], [6, 'over']);
  });

  it('stops, lives one day when asked, and goes on', async () => {
    const season = new Season();
    await season.pass(0);
    season.pace.act('pause');
    await season.pass(5000);
    assert.deepEqual([season.lived, season.pace.state().state], [1, 'paused']);
    season.pace.act('next-day');
    await season.pass(0);
    assert.deepEqual([season.lived, season.pace.state().state], [2, 'paused']);
    season.pace.act('resume');
    await season.pass(1000);
    assert.deepEqual([season.lived, season.pace.state().state], [3, 'running']);
    season.abort.abort();
    await season.over;
  });

  it('lives without pauses until something has happened, and then stops', async () => {
    const season = new Season();
    season.pace.act('next-event');
    await season.pass(0);
    assert.equal(season.lived, 3);
    const { state, day, days, today, lastEvent, nextEvent } = season.pace.state();
    assert.deepEqual([state, day, days, today], ['paused', 3, 6, '2025-08-21']);
    assert.deepEqual(lastEvent, { date: '2025-08-20', note: 'sent twice' });
    assert.equal(nextEvent, null, 'what comes after the season is not promised');
    // Nothing more comes: it lives to the end.
    season.pace.act('next-event');
    await season.over;
    assert.equal(season.lived, 6);
  });

  it('says what it waits for before the first day and while a version is trained', () => {
    const { signal } = new AbortController();
    const never = (): Promise<void> => new Promise(() => {});
    const pace = new Pace({ script, dayMs: 1000, elapsedMs: () => 0, sleep: never, signal });
    assert.equal(pace.state().state, 'preparing');
    pace.take({ kind: 'training-started', day: 0, reason: 'first' });
    assert.equal(pace.state().training, true);
    pace.take({
      kind: 'trained',
      day: 0,
      version: 1,
      promoted: true,
      gate: null,
      ms: 1,
      servedMeanwhile: 0,
    });
    assert.deepEqual([pace.state().training, pace.state().today], [false, '2025-08-18']);
  });

  it('lets the demo end while it is stopped', async () => {
    const season = new Season();
    season.pace.act('pause');
    await season.pass(0);
    season.abort.abort();
    await season.over;
  });
});
