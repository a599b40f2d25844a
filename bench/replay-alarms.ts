// What people would have been told: each check goes through the reports and the alert rule that the server has, and a condition
// that begins to hold is an alarm.

import type { AlertCondition, Panel, Project } from '../src/core/index.ts';
import { builtInRules } from '../src/services/alerts/index.ts';
import { holidayColumn } from '../src/services/data/index.ts';
import { checkPanel, type DriftCheck, DriftReports, summaryOf } from '../src/services/drift/index.ts';
import type { Json } from '../src/storage/ports/index.ts';
import { panelThrough } from './replay-sets.ts';

/** One check, and what the rule says of it. */
export interface Looked {
  readonly check: DriftCheck;
  /** Of which a condition holds, or cannot be told. */
  readonly conditions: readonly AlertCondition[];
}

const yearPeriods = { hour: 366 * 24, other: 366 };

/** The check that a server makes when `through` closes, after `before`. */
export async function lookAt(
  { project, panel }: { readonly project: Project; readonly panel: Panel },
  through: number,
  before: DriftCheck | null,
): Promise<Looked> {
  const known = panelThrough(panel, through);
  const year = project.grid.frequency === 'hour' ? yearPeriods.hour : yearPeriods.other;
  const oldest = known.series.reduce((least, { start }) => Math.min(least, start), through);
  const holidays = holidayColumn(project, { from: oldest - year, to: through + year });
  const check = checkPanel({ project, panel: known, through, holidays, before });
  return { check, conditions: await conditionsOf(project, check) };
}

async function conditionsOf(project: Project, check: DriftCheck): Promise<AlertCondition[]> {
  const { verdict } = check;
  const head = { id: 'job', project: project.name, at: 0, period: check.to, verdict };
  const record = {
    ...head,
    summary: summaryOf(check) as unknown as Json,
    report: check as unknown as Json,
  };
  const reports = new DriftReports({
    driftReports: async () => [record],
    driftReport: async () => record,
  });
  const rule = builtInRules.find(({ name }) => name === 'drift');
  const facts = {
    project,
    drift: {
      newest: async () => (await reports.list(project, 1))[0],
      report: (id: string) => reports.one(project, id),
    },
  };
  return [...((await rule?.find(facts as Parameters<typeof rule.find>[0])) ?? [])];
}

/** Subjects that hold after a look, where those that cannot be told stay as they were. */
export function holding(conditions: readonly AlertCondition[], before: ReadonlySet<string>): Set<string> {
  return new Set(
    conditions
      .filter(({ holds, subject }) => holds === true || (holds === null && before.has(subject)))
      .map(({ subject }) => subject),
  );
}
