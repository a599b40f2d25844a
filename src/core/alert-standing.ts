// How an alert's standing moves: pure, one step from what was to what is, with what is to be told. Time is an argument.

import type { Alert, AlertCondition, AlertNotice, AlertState, AlertWord } from './alert.ts';
import { alertSeverities } from './alert.ts';

export interface AlertPolicy {
  /** A condition that came back so often within `flapMs` flaps: its alert stays open until it has been away for `flapMs`. */
  readonly flapReturns: number;
  readonly flapMs: number;
  /** Who was told and has not acknowledged for so long: it is told again, one step up. Null = never. */
  readonly escalateMs: number | null;
}

export const alertPolicy: AlertPolicy = { flapReturns: 3, flapMs: 3_600_000, escalateMs: null };

/** What happened to an alert in one step. */
export type AlertEvent = 'fired' | 'resolved' | 'acknowledged' | 'silenced' | 'unsilenced';

export interface AlertStep {
  readonly alert: Alert;
  readonly events: readonly AlertEvent[];
  readonly notices: readonly AlertNotice[];
}

export interface AlertMoment {
  readonly at: number;
  readonly policy: AlertPolicy;
}

/** Silence goes before acknowledgement: it has an end, and the other is seen again after it. */
export function alertState(alert: Alert, now: number): AlertState {
  if (alert.resolvedAt !== null) return 'resolved';
  if (isSilenced(alert, now)) return 'silenced';
  return alert.acknowledged === null ? 'firing' : 'acknowledged';
}

/** Does the condition come and go too often to tell of each time? */
export function isFlapping({ returns }: Alert, { at, policy }: AlertMoment): boolean {
  return returns.filter((one) => at - one < policy.flapMs).length >= policy.flapReturns;
}

/**
 * Takes in what a rule found.
 * @param known the alert of that rule and subject; undefined = there was none
 * @returns undefined when nothing is to be kept: no alert, and no reason for one
 */
export function observed(
  known: Alert | undefined,
  condition: AlertCondition,
  given: AlertMoment & { readonly id: string; readonly project: string; readonly fingerprint: string },
): AlertStep | undefined {
  const { at, policy } = given;
  if (known === undefined || known.resolvedAt !== null) {
    if (condition.holds !== true) return undefined;
    return settled(begun(known, condition, given), { at, policy }, ['fired']);
  }
  if (condition.holds === null) return settled(known, { at, policy });
  if (!condition.holds) return settled({ ...known, clearedAt: known.clearedAt ?? at }, { at, policy });
  const { holds: _, ...now } = condition;
  const isWorse = severityOf(condition.severity) > severityOf(known.severity);
  const next = { ...known, ...now, lastAt: at, clearedAt: null, returns: returnsOf(known, given) };
  // What was known as less urgent has not been told as this.
  const standing = isWorse ? { ...next, acknowledged: null, told: 'nothing' as const, toldAt: null } : next;
  return settled(standing, { at, policy });
}

function begun(
  known: Alert | undefined,
  { holds: _, ...condition }: AlertCondition,
  given: AlertMoment & { readonly id: string; readonly project: string; readonly fingerprint: string },
): Alert {
  const { at, id, project, fingerprint } = given;
  const silence = known !== undefined && isSilenced(known, at) ? known.silence : null;
  return {
    ...condition,
    id: known?.id ?? id,
    project,
    fingerprint,
    firstAt: at,
    lastAt: at,
    clearedAt: null,
    resolvedAt: null,
    resolvedBy: null,
    acknowledged: null,
    silence,
    told: 'nothing',
    toldAt: null,
    episodes: (known?.episodes ?? 0) + 1,
    returns: known === undefined ? [] : returnsOf(known, given),
  };
}

/** With this one, where the condition was away: those within the time that counts, few enough to keep. */
function returnsOf({ returns, clearedAt, resolvedAt }: Alert, { at, policy }: AlertMoment): number[] {
  const recent = returns.filter((one) => at - one < policy.flapMs);
  const away = clearedAt ?? resolvedAt;
  return away !== null && at - away < policy.flapMs ? [...recent, at].slice(-policy.flapReturns) : recent;
}

/** Somebody has seen it and takes care. One that is over stays as it is. */
export function acknowledged(known: Alert, word: AlertWord, moment: AlertMoment): AlertStep {
  if (known.resolvedAt !== null) return { alert: known, events: [], notices: [] };
  return settled({ ...known, acknowledged: word }, moment, ['acknowledged']);
}

/** Nobody is told until then, also where it ends and comes back meanwhile. */
export function silenced(known: Alert, word: AlertWord & { until: number }, moment: AlertMoment): AlertStep {
  return settled({ ...known, silence: word }, moment, ['silenced']);
}

/** The silence ends now. */
export function unsilenced(known: Alert, moment: AlertMoment): AlertStep {
  if (known.silence === null) return { alert: known, events: [], notices: [] };
  return settled({ ...known, silence: null }, moment, ['unsilenced']);
}

/** Somebody says that it is over; if its condition is found to hold again, it begins anew. */
export function closed(known: Alert, word: AlertWord, moment: AlertMoment): AlertStep {
  if (known.resolvedAt !== null) return { alert: known, events: [], notices: [] };
  return ended({ ...known, resolvedBy: word }, moment, []);
}

/** What time alone brings: a silence that has ended, somebody who has not answered, a condition that has stayed away. */
export function settled(alert: Alert, moment: AlertMoment, events: readonly AlertEvent[] = []): AlertStep {
  const { at, policy } = moment;
  const quiet: AlertStep = { alert, events, notices: [] };
  if (alert.resolvedAt !== null) return quiet;
  if (alert.clearedAt !== null) {
    const awayMs = isFlapping(alert, { at: alert.clearedAt, policy }) ? policy.flapMs : 0;
    return at - alert.clearedAt >= awayMs ? ended(alert, moment, events) : quiet;
  }
  if (isSilenced(alert, at) || alert.acknowledged !== null) return quiet;
  if (alert.told === 'nothing')
    return { alert: { ...alert, told: 'fired', toldAt: at }, events, notices: ['fired'] };
  const waited = at - (alert.toldAt ?? at);
  if (alert.told === 'fired' && policy.escalateMs !== null && waited >= policy.escalateMs)
    return { alert: { ...alert, told: 'escalated', toldAt: at }, events, notices: ['escalated'] };
  return quiet;
}

/** Who was told that it began is told that it is over, silenced or not. */
function ended(alert: Alert, { at }: AlertMoment, events: readonly AlertEvent[]): AlertStep {
  return {
    alert: { ...alert, resolvedAt: at, clearedAt: alert.clearedAt ?? at },
    events: [...events, 'resolved'],
    notices: alert.told === 'nothing' ? [] : ['resolved'],
  };
}

function isSilenced({ silence }: Alert, now: number): boolean {
  return silence !== null && silence.until > now;
}

function severityOf(severity: Alert['severity']): number {
  return alertSeverities.indexOf(severity);
}
