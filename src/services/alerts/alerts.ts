// Alerts of all projects: looks at a project when something has happened or time has passed, and takes in what people say. Each
// change is one commit with its event and what is to be sent, so nothing is told twice or forgotten by a kill.

import { createHash } from 'node:crypto';
import {
  type Actor,
  type Alert,
  type AlertCondition,
  type AlertMoment,
  type AlertNotice,
  type AlertPolicy,
  type AlertSeverity,
  type AlertState,
  type AlertStep,
  AppError,
  acknowledged,
  alertState,
  type Clock,
  closed,
  type IdSource,
  observed,
  type Project,
  settled,
  silenced,
  unsilenced,
} from '../../core/index.ts';
import type { AlertStore, NewDelivery } from '../../storage/ports/index.ts';
import type { Facts, Rule } from './rule.ts';
import { rulesOf } from './rules.ts';

export interface AlertsOptions {
  readonly store: AlertStore;
  /** What time it really is: people and those that are told live in it. */
  readonly clock: Clock;
  readonly ids: Pick<IdSource, 'next'>;
  readonly policy: AlertPolicy;
  /** What is to be sent of a notice; pure. */
  readonly plan: (alert: Alert, notice: AlertNotice, at: number) => readonly NewDelivery[];
}

export interface AlertListQuery {
  readonly project?: string | undefined;
  /** Default: all that are open. */
  readonly state?: AlertState | 'all' | undefined;
  readonly limit: number;
}

/** An alert with its state now. */
export interface StatedAlert extends Alert {
  readonly state: AlertState;
}

/** Open alerts of one kind. */
export interface AlertTotals {
  readonly project: string;
  readonly severity: AlertSeverity;
  readonly state: AlertState;
  readonly count: number;
}

/** A condition that goes on is noted so often. */
const seenEveryMs = 20_000;
const silenceMsMax = 366 * 86_400_000;
const reasonLengthMax = 500;
/** Of one rule: what has more subjects than this is one trouble, not many. */
const subjectsMax = 50;
/** Read for one page where a state is asked for. */
const readMax = 1000;

export class Alerts {
  readonly #options: AlertsOptions;

  constructor(options: AlertsOptions) {
    this.#options = options;
  }

  /** Asks rules of one project, and takes in what they find. A rule that fails is not asked further; the others are. */
  async look(facts: Facts, isAsked: (rule: Rule) => boolean = () => true): Promise<void> {
    const { project } = facts;
    const rules = rulesOf(project);
    const open = await this.#options.store.listAlerts({ project: project.name, open: true, limit: readMax });
    const names = new Set(rules.map(({ name }) => name));
    // What is asked no more holds no more.
    for (const alert of open) if (!names.has(alert.rule)) await this.#take(project, ended(alert));
    const failures: unknown[] = [];
    for (const rule of rules.filter(isAsked)) {
      try {
        await this.take(rule, facts, open);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  /** Asks one rule, and takes in what it finds. @param open alerts that are open, of whichever rule */
  async take(rule: Rule, facts: Facts, open: readonly Alert[] = []): Promise<void> {
    const found = await rule.find(facts);
    if (found === null) return;
    const taken = found.slice(0, subjectsMax);
    for (const condition of taken) await this.#take(facts.project, condition);
    const subjects = new Set(taken.map(({ subject }) => subject));
    for (const alert of open)
      if (alert.rule === rule.name && !subjects.has(alert.subject))
        await this.#take(facts.project, ended(alert));
  }

  async #take({ name }: Pick<Project, 'name'>, condition: AlertCondition): Promise<void> {
    const fingerprint = fingerprintOf(condition);
    const id = this.#options.ids.next('alr');
    await this.#change({ project: name, fingerprint }, { by: '', reason: '' }, (known, moment) =>
      observed(known, condition, { ...moment, id, project: name, fingerprint }),
    );
  }

  /** What time alone brings, of all alerts that are open. Cost: O(open alerts) */
  async settle(): Promise<void> {
    const open = await this.#options.store.listAlerts({ open: true, limit: readMax });
    for (const alert of open)
      await this.#change(alert, { by: '', reason: '' }, (known, moment) =>
        known === undefined ? undefined : settled(known, moment),
      );
  }

  /** @throws AppError `alerts/unknown` */
  async acknowledge(id: string, word: { by: Actor; reason: string }): Promise<StatedAlert> {
    return await this.#said(id, word, (known, moment) =>
      acknowledged(known, { ...word, at: moment.at }, moment),
    );
  }

  /**
   * When a silence ends that is asked for until some time, or for some minutes.
   * @throws AppError `alerts/invalid`
   */
  endOf({ until, minutes }: { readonly until?: string; readonly minutes?: number }): number {
    if ((until === undefined) === (minutes === undefined))
      throw new AppError('alerts/invalid', 'a silence has an end: give one of until and minutes');
    return minutes === undefined ? Date.parse(until ?? '') : this.#options.clock.now() + minutes * 60_000;
  }

  /** @throws AppError `alerts/unknown`, `alerts/invalid` */
  async silence(id: string, word: { by: Actor; reason: string; until: number }): Promise<StatedAlert> {
    const now = this.#options.clock.now();
    if (!(word.until > now) || word.until - now > silenceMsMax)
      throw new AppError(
        'alerts/invalid',
        `a silence ends later than now and within a year, and this one would end at ${
          Math.abs(word.until) < 8.64e15 ? new Date(word.until).toISOString() : word.until
        }`,
      );
    return await this.#said(id, word, (known, moment) => silenced(known, { ...word, at: moment.at }, moment));
  }

  /** @throws AppError `alerts/unknown` */
  async unsilence(id: string, word: { by: Actor; reason: string }): Promise<StatedAlert> {
    return await this.#said(id, word, unsilenced);
  }

  /** @throws AppError `alerts/unknown` */
  async resolve(id: string, word: { by: Actor; reason: string }): Promise<StatedAlert> {
    return await this.#said(id, word, (known, moment) => closed(known, { ...word, at: moment.at }, moment));
  }

  /** @throws AppError `alerts/unknown` */
  async get(id: string): Promise<StatedAlert> {
    const found = await this.#options.store.findAlert(id);
    if (found !== undefined) return this.#stated(found);
    throw new AppError('alerts/unknown', `there is no alert ${id.slice(0, 100)}`);
  }

  /** Those that are open first; the newest first. */
  async list({ project, state, limit }: AlertListQuery): Promise<StatedAlert[]> {
    const isOpen = state !== 'all' && state !== 'resolved';
    const isPart = state !== 'all' && state !== undefined;
    const { store } = this.#options;
    const read = await store.listAlerts({ project, open: isOpen, limit: isPart ? readMax : limit });
    const stated = read.map((alert) => this.#stated(alert));
    return (isPart ? stated.filter((alert) => alert.state === state) : stated).slice(0, limit);
  }

  /** How many are open. Cost: O(open alerts) */
  async totals(): Promise<AlertTotals[]> {
    const totals = new Map<string, AlertTotals>();
    for (const { project, severity, state } of await this.list({ limit: readMax })) {
      const key = `${project} ${severity} ${state}`;
      const count = (totals.get(key)?.count ?? 0) + 1;
      totals.set(key, { project, severity, state, count });
    }
    return [...totals.values()];
  }

  async #said(
    id: string,
    word: { readonly by: string; readonly reason: string },
    step: (known: Alert, moment: AlertMoment) => AlertStep,
  ): Promise<StatedAlert> {
    if (word.reason.length > reasonLengthMax)
      throw new AppError(
        'alerts/invalid',
        `a reason has at most ${reasonLengthMax} characters, and this one ${word.reason.length}`,
      );
    const { project, fingerprint } = await this.get(id);
    const changed = await this.#change({ project, fingerprint }, word, (known, moment) =>
      known === undefined ? undefined : step(known, moment),
    );
    if (changed === undefined) throw new AppError('alerts/unknown', `there is no alert ${id} any more`);
    return this.#stated(changed);
  }

  async #change(
    of: { readonly project: string; readonly fingerprint: string },
    { by, reason }: { readonly by: string; readonly reason: string },
    step: (known: Alert | undefined, moment: AlertMoment) => AlertStep | undefined,
  ): Promise<Alert | undefined> {
    const { store, clock, policy, plan } = this.#options;
    return await store.changeAlert(of, (known) => {
      const at = clock.now();
      const done = step(known, { at, policy });
      if (done === undefined) return undefined;
      const { alert, events, notices } = done;
      const isNews = events.length > 0 || notices.length > 0;
      if (!isNews && (alert === known || isSeenAgain(known, alert))) return undefined;
      const { id: alertId, rule, subject, severity, summary } = alert;
      const data = { alertId, rule, subject, severity, summary, by, reason };
      return {
        alert,
        events: events.map((event) => ({ at, project: of.project, type: `alert.${event}` as const, data })),
        deliveries: notices.flatMap((notice) => plan(alert, notice, at)),
      };
    });
  }

  #stated(alert: Alert): StatedAlert {
    return { ...alert, state: alertState(alert, this.#options.clock.now()) };
  }
}

/** The same rule and subject are one alert, in every process and for good. */
export function fingerprintOf({ rule, subject }: Pick<Alert, 'rule' | 'subject'>): string {
  return createHash('sha256')
    .update(JSON.stringify([rule, subject]))
    .digest('hex')
    .slice(0, 16);
}

/** The same as a moment ago: not worth a commit. */
function isSeenAgain(known: Alert | undefined, { lastAt, clearedAt }: Alert): boolean {
  return known !== undefined && known.clearedAt === clearedAt && lastAt - known.lastAt < seenEveryMs;
}

function ended(alert: Alert): AlertCondition {
  return { ...alert, holds: false };
}
