// Where alerts are sent, which of them, and when: what can be said of a route without sending anything.

import { type AlertNotice, type AlertSeverity, alertSeverities } from './alert.ts';

export const alertRouteKinds = ['webhook', 'slack', 'pagerduty', 'alertmanager'] as const;
export type AlertRouteKind = (typeof alertRouteKinds)[number];

/** Minutes since midnight by a wall clock; from after to = over midnight. */
export interface QuietHours {
  readonly from: number;
  readonly to: number;
  readonly timezone: string;
}

export interface AlertRoute {
  readonly name: string;
  readonly kind: AlertRouteKind;
  /** Where it is sent; null = what the secret says, or what the kind's own service has. */
  readonly url: string | null;
  /** Environment variable with its secret; null = none. */
  readonly passwordVariable: string | null;
  /** Of Alertmanager: who logs in, with the secret as password. Null = the secret is a bearer token. */
  readonly user: string | null;
  /** The least severe that is sent. */
  readonly severity: AlertSeverity;
  /** Null = all. */
  readonly projects: readonly string[] | null;
  readonly rules: readonly string[] | null;
  /** Only what nobody has answered in time. */
  readonly escalations: boolean;
  /** What is not critical waits until they are over. */
  readonly quietHours: QuietHours | null;
  /** Also to addresses of this machine and of private networks. */
  readonly privateAddresses: boolean;
}

/** What all routes share. */
export interface Alerting {
  /** Who was told and has not acknowledged for so long: the routes of escalations are told. 0 = nobody is. */
  readonly escalateMinutes: number;
  /** What comes within so long is sent together. */
  readonly groupSeconds: number;
  /** Where people reach the dashboard, for links; null = paths alone. */
  readonly url: string | null;
}

/** Does the route send that notice of such an alert? */
export function wantsNotice(
  { severity, projects, rules, escalations }: AlertRoute,
  alert: { readonly project: string; readonly rule: string; readonly severity: AlertSeverity },
  notice: { readonly kind: AlertNotice; readonly wasEscalated: boolean },
): boolean {
  if (alertSeverities.indexOf(alert.severity) < alertSeverities.indexOf(severity)) return false;
  if (projects !== null && !projects.includes(alert.project)) return false;
  if (rules !== null && !rules.includes(alert.rule)) return false;
  // Who heard of it only when it was escalated hears of its end only then.
  if (notice.kind === 'resolved') return !escalations || notice.wasEscalated;
  return escalations === (notice.kind === 'escalated');
}

/**
 * How long quiet hours last from then on, in ms.
 * @param minuteOfDay by the clock of their time zone
 */
export function quietMs({ from, to }: Pick<QuietHours, 'from' | 'to'>, minuteOfDay: number): number {
  const isQuiet =
    from < to ? minuteOfDay >= from && minuteOfDay < to : minuteOfDay >= from || minuteOfDay < to;
  if (!isQuiet) return 0;
  return (((to - minuteOfDay + dayMinutes - 1) % dayMinutes) + 1) * 60_000;
}

const dayMinutes = 1440;
const retryMsFirst = 1000;
const retryMsMax = 3_600_000;

/** How long until the next try, in whole ms; longer each time, and not the same for all that failed together. @param chance in [0, 1) */
export function retryMs(tries: number, chance: number): number {
  return Math.round(Math.min(retryMsMax, retryMsFirst * 2 ** Math.min(tries, 20)) * (0.8 + 0.4 * chance));
}
