// What a rule is given and what it answers. Rules read what others keep and decide nothing about telling.

import type {
  AlertCondition,
  AlertEvidence,
  AlertRule,
  AlertSeverity,
  Project,
  ShownDriftCheck,
  ShownDriftReport,
} from '../../core/index.ts';
import type { BatchRecord, JobRecord } from '../../storage/ports/index.ts';
import type { ContractState, TimeZone } from '../data/index.ts';
import type { SourceStatus } from '../sources/index.ts';
import type { LabelFigures } from './label-figures.ts';

/** What of a project's facts rules look at; each is read once per look, when it is asked for. */
export interface Facts {
  readonly project: Project;
  /** What time it is for the data. */
  readonly now: number;
  readonly zone: TimeZone;
  /** Newest period closed for the whole project; null before the first. */
  readonly projectClock: number | null;
  readonly figures: LabelFigures;
  /** The newest batches, newest first. */
  batches(): Promise<readonly BatchRecord[]>;
  /** The newest trainings, newest first. */
  trainings(): Promise<readonly JobRecord[]>;
  contract(): Promise<ContractState | undefined>;
  sources(): Promise<readonly SourceStatus[]>;
  readonly drift: {
    /** The newest check of drift; undefined before the first. */
    newest(): Promise<ShownDriftCheck | undefined>;
    report(id: string): Promise<ShownDriftReport>;
  };
}

export interface Rule {
  /** As it stands in alerts, settings and metrics. */
  readonly name: string;
  /** What it looks at: labels are looked at when a period has closed, the rest whenever something has happened. */
  readonly looksAt: 'labels' | 'state';
  /**
   * Each subject of which the condition holds, or of which it cannot be told; whoever is not named is well.
   * @returns null when nothing can be told of anything: then all alerts of the rule stay as they are
   */
  find(facts: Facts): Promise<readonly AlertCondition[] | null>;
}

/** A condition that holds; owner and runbook are the project's where the rule has none. */
export function condition(
  project: Project,
  of: {
    readonly rule: string;
    readonly subject?: string;
    readonly holds?: boolean | null;
    readonly severity: AlertSeverity;
    readonly page: string;
    readonly summary: string;
    readonly evidence: Partial<AlertEvidence> & Pick<AlertEvidence, 'metric'>;
    readonly own?: Pick<AlertRule, 'owner' | 'runbook'>;
  },
): AlertCondition {
  const { rule, subject = '', holds = true, severity, page, summary, evidence, own } = of;
  return {
    rule,
    subject,
    holds,
    severity,
    owner: own?.owner ?? project.alerts?.owner ?? null,
    runbook: own?.runbook ?? project.alerts?.runbook ?? null,
    page,
    summary,
    evidence: { value: null, threshold: null, n: 0, labelCoverage: null, window: null, ...evidence },
  };
}
