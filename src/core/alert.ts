// What an alert is: one condition of one subject that somebody should know of, with its standing over time.

/** From least to most urgent. */
export const alertSeverities = ['info', 'warning', 'critical'] as const;
export type AlertSeverity = (typeof alertSeverities)[number];

/** `silenced` and `acknowledged`: the condition goes on, and nobody is told; `resolved`: it is over. */
export const alertStates = ['firing', 'acknowledged', 'silenced', 'resolved'] as const;
export type AlertState = (typeof alertStates)[number];

/** What an alert rests on. Null = there is no such figure. */
export interface AlertEvidence {
  readonly metric: string;
  readonly value: number | null;
  readonly threshold: number | null;
  /** How many rows, labels or checks it was counted over. */
  readonly n: number;
  /** Share of the labels due that had come. */
  readonly labelCoverage: number | null;
  /** First and last period, as people write them. */
  readonly window: { readonly from: string; readonly to: string } | null;
}

/** A rule's answer for one subject. */
export interface AlertCondition {
  readonly rule: string;
  /** What it is about: a column, a source, a check; empty = the whole project. */
  readonly subject: string;
  /** True = it holds, false = it does not, null = it cannot be told: then an alert stays as it is. */
  readonly holds: boolean | null;
  readonly severity: AlertSeverity;
  readonly owner: string | null;
  readonly runbook: string | null;
  /** Page of the dashboard below the project where the evidence is seen. */
  readonly page: string;
  readonly summary: string;
  readonly evidence: AlertEvidence;
}

/** What somebody did. */
export interface AlertWord {
  readonly by: string;
  readonly at: number;
  readonly reason: string;
}

/** The standing of one condition: it comes and goes, and stays one alert. Times are UTC milliseconds. */
export interface Alert extends Omit<AlertCondition, 'holds'> {
  readonly id: string;
  readonly project: string;
  /** Of rule and subject: the same in every project and for good. */
  readonly fingerprint: string;
  /** When this episode began, and when the condition was last found to hold. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** Since when it has not held; null = it holds. */
  readonly clearedAt: number | null;
  readonly resolvedAt: number | null;
  /** Who closed it; null = it ended by itself, or is open. */
  readonly resolvedBy: AlertWord | null;
  readonly acknowledged: AlertWord | null;
  readonly silence: (AlertWord & { readonly until: number }) | null;
  /** What has been told of this episode. */
  readonly told: 'nothing' | 'fired' | 'escalated';
  readonly toldAt: number | null;
  /** How often the condition has begun, and when it lately came back. */
  readonly episodes: number;
  readonly returns: readonly number[];
}

/** What those that an alert is sent to are told. */
export type AlertNotice = 'fired' | 'resolved' | 'escalated';

/** The rules that are asked of every project, by name: `services/alerts` has them. */
export const builtInAlertRules: readonly string[] = [
  'feed-silent',
  'labels-late',
  'quarantine-share',
  'contract-failing',
  'source-down',
  'training-failed',
  'drift',
  'intervals-too-narrow',
  'worse-than-naive',
];

/** A user's rule: a figure of a project on its closed periods, compared with a bound. */
export const alertMetrics = [
  'wape',
  'mae',
  'bias',
  'valueAdded',
  'labelCoverage',
  'intervalCoverage',
  'quarantineShare',
  'periodsBehind',
] as const;
export type AlertMetric = (typeof alertMetrics)[number];

export interface AlertRule {
  readonly name: string;
  readonly metric: AlertMetric;
  /** Of `intervalCoverage`: which interval, as 0.8. Absent = the widest. */
  readonly level?: number;
  readonly above?: number;
  readonly below?: number;
  /** Closed periods that the figure is taken over. */
  readonly windowPeriods?: number;
  /** It must hold of so many windows in a row, each a period later. */
  readonly forPeriods?: number;
  readonly severity?: AlertSeverity;
  readonly owner?: string;
  readonly runbook?: string;
}

/** The rules of a project beside those that are built in. */
export interface AlertSettings {
  readonly rules?: readonly AlertRule[];
  /** Names of built-in rules that are not asked. */
  readonly off?: readonly string[];
  /** Of all rules that name none. */
  readonly owner?: string;
  readonly runbook?: string;
}
