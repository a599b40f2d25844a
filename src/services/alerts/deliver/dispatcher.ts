// Sends what waits, route by route, each in its own rounds: one that is down or slow holds up no other, and nothing else at all.
// What was begun is noted before it is sent, and its end after that. So a kill in between has it sent again, under the same id: a
// receiver that knows ids takes it once, and one that does not may see it twice. Nothing is left out.

import { type Alert, type AlertRoute, isAppError, retryMs, wantsNotice } from '../../../core/index.ts';
import type { AlertStore, DeliveryRecord } from '../../../storage/ports/index.ts';
import { Rounds, type Timers } from '../../jobs/index.ts';
import { endSaidMs } from './alertmanager.ts';
import { type DeliverOptions, deliver, sayLevels, sendMsMax } from './deliver.ts';

export interface DispatcherOptions extends Pick<DeliverOptions, 'alerting' | 'secretOf'> {
  readonly routes: readonly AlertRoute[];
  readonly store: Pick<AlertStore, 'dueDeliveries' | 'claimDelivery' | 'endDelivery' | 'listAlerts'>;
  /** What time it really is. */
  readonly clock: { now(): number };
  readonly timers: Timers;
  /** In [0, 1): so that not all that failed together are tried again together. */
  readonly chance: () => number;
  readonly log: { error(fields: object, message: string): void };
}

const roundMs = 1000;
/** Deliveries of one round; the rest come in the next. */
const perRound = 20;
/** What could not be sent for so long is given up. */
const givenUpMs = 86_400_000;
/** More often than what is not said again is over to Alertmanager. */
const levelsEveryMs = 60_000;
const alertsMax = 1000;

export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #rounds: readonly Rounds[];
  readonly #stopping = new AbortController();
  /** When the levels of a route were said, or tried, last. */
  readonly #saidAt: Map<string, number> = new Map();
  /** Why the last try of a route failed: said in the log when it changes. */
  readonly #failing: Map<string, string> = new Map();

  constructor(options: DispatcherOptions) {
    this.#options = options;
    const { routes, timers, log } = options;
    this.#rounds = routes.map(
      (route) =>
        new Rounds({
          everyMs: roundMs,
          timers,
          work: () => this.round(route),
          onError: (error) => log.error({ error, route: route.name }, 'alert route'),
        }),
    );
  }

  start(): void {
    for (const round of this.#rounds) round.start();
  }

  /** What is being sent is broken off, and sent again by the next process. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#rounds.map((round) => round.stop()));
  }

  /** Sends what is due of one route. */
  async round(route: AlertRoute): Promise<void> {
    const { store, clock } = this.#options;
    const due = await store.dueDeliveries({ route: route.name, now: clock.now(), limit: perRound });
    for (const delivery of due) {
      if (this.#stopping.signal.aborted) return;
      await this.#try(route, delivery);
    }
    if (route.kind !== 'alertmanager') return;
    if (clock.now() - (this.#saidAt.get(route.name) ?? Number.NEGATIVE_INFINITY) < levelsEveryMs) return;
    await this.#outcome(route, () => this.#sayLevels(route));
  }

  async #try(route: AlertRoute, delivery: DeliveryRecord): Promise<void> {
    const { store, clock, chance } = this.#options;
    const { id, tries, createdAt } = delivery;
    const waitMs = retryMs(tries, chance());
    // Should this process end meanwhile: not before this try has surely ended.
    const abandonedAt = clock.now() + Math.max(waitMs, sendMsMax + 1000);
    if (!(await store.claimDelivery(id, { tries, dueAt: abandonedAt }))) return;
    const failure = await this.#outcome(route, () =>
      route.kind === 'alertmanager'
        ? this.#sayLevels(route)
        : deliver(route, delivery, { ...this.#options, now: clock.now(), signal: this.#stopping.signal }),
    );
    if (this.#stopping.signal.aborted && failure !== undefined) return;
    const at = clock.now();
    const isOver = failure?.gone === true || at - createdAt >= givenUpMs;
    const state = failure === undefined ? 'sent' : isOver ? 'failed' : 'waiting';
    await store.endDelivery(id, { state, error: failure?.message ?? null, at, dueAt: at + waitMs });
  }

  async #sayLevels(route: AlertRoute): Promise<void> {
    const { store, clock } = this.#options;
    const now = clock.now();
    this.#saidAt.set(route.name, now);
    const recent = await store.listAlerts({ since: now - endSaidMs, limit: alertsMax });
    const open = await store.listAlerts({ open: true, limit: alertsMax });
    const all = new Map([...open, ...recent].map((alert) => [alert.id, alert]));
    const said = [...all.values()].filter((alert) => isSaid(route, alert, now));
    if (said.length === 0) return;
    await sayLevels(route, said, { ...this.#options, now, signal: this.#stopping.signal });
  }

  /** Undefined = it went well. What goes wrong is logged when it is another trouble than before. */
  async #outcome(
    { name }: AlertRoute,
    send: () => Promise<void>,
  ): Promise<{ readonly message: string; readonly gone: boolean } | undefined> {
    try {
      await send();
      this.#failing.delete(name);
      return undefined;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const isNew = this.#failing.get(name) !== message && !this.#stopping.signal.aborted;
      if (isNew) this.#options.log.error({ route: name, error: message }, 'alert not delivered');
      this.#failing.set(name, message);
      return { message, gone: isAppError(error) && error.details.gone === true };
    }
  }
}

/** Silenced ones are not said, so they are over to Alertmanager until they are loud again. */
function isSaid(route: AlertRoute, alert: Alert, now: number): boolean {
  const wasEscalated = alert.told === 'escalated';
  const kind = route.escalations ? 'escalated' : 'fired';
  if (!wantsNotice(route, alert, { kind, wasEscalated })) return false;
  if (alert.told === 'nothing' || (route.escalations && !wasEscalated)) return false;
  return alert.resolvedAt !== null || !(alert.silence !== null && alert.silence.until > now);
}
