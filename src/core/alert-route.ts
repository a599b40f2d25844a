// Where alerts are sent, which of them, and when: what can be said of a route without sending anything.

import { type AlertNotice, type AlertSeverity, alertSeverities } from './alert.ts';

export const alertRouteKinds = ['webhook', 'slack', 'pagerduty', 'email', 'alertmanager'] as const;
export type AlertRouteKind = (typeof alertRouteKinds)[number];

/** Minutes since midnight by a wall clock; from after to = over midnight. */
export interface QuietHours {
  readonly from: number;
  readonly to: number;
  readonly timezone: string;
}

/** Of e-mail: from whom, to whom, and how. */
export interface AlertMailing {
  readonly from: string;
  /** One address: so a mail is taken or not. Several people have a list, or a route each. */
  readonly to: string;
  /** Not encrypted; then nobody logs in. */
  readonly isPlain: boolean;
}

export interface AlertRoute {
  readonly name: string;
  readonly kind: AlertRouteKind;
  /** Where it is sent; null = what the secret says, or what the kind's own service has. */
  readonly url: string | null;
  /** Environment variable with its secret; null = none. */
  readonly passwordVariable: string | null;
  /** Who logs in, with the secret as password. Null = to Alertmanager the secret is a bearer token, to a mail server nobody logs in. */
  readonly user: string | null;
  /** Null = not e-mail. */
  readonly mailing: AlertMailing | null;
  /** The least severe that is sent. */
  readonly severity: AlertSeverity;
  /** Null = all. */
  readonly projects: readonly string[] | null;
  readonly rules: readonly string[] | null;
  /** Alerts without an owner are of none of them. */
  readonly owners: readonly string[] | null;
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
  { severity, projects, rules, owners, escalations }: AlertRoute,
  alert: {
    readonly project: string;
    readonly rule: string;
    readonly owner: string | null;
    readonly severity: AlertSeverity;
  },
  notice: { readonly kind: AlertNotice; readonly wasEscalated: boolean },
): boolean {
  if (alertSeverities.indexOf(alert.severity) < alertSeverities.indexOf(severity)) return false;
  if (projects !== null && !projects.includes(alert.project)) return false;
  if (rules !== null && !rules.includes(alert.rule)) return false;
  if (owners !== null && (alert.owner === null || !owners.includes(alert.owner))) return false;
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
