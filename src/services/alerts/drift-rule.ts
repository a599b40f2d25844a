// The built-in rule on drift: what the newest check found and an earlier one had found too, and faults of the data.

import type { AlertCondition, DataFaultKind, Project, ShownDriftReport } from '../../core/index.ts';
import { condition, type Rule } from './rule.ts';

export const driftConfirmed: Rule = {
  name: 'drift',
  looksAt: 'state',
  async find({ project, drift }) {
    const newest = await drift.newest();
    if (newest === undefined) return null;
    const { cells, faults } = newest;
    const isQuiet = cells.every(({ verdict }) => verdict === 'none' || verdict === 'expected');
    if (isQuiet && faults.length === 0) return [];
    const report = await drift.report(newest.id);
    return [...ofFaults(project, report), ...ofColumns(project, report)];
  },
};

/** Where a check cannot tell, an alert stays as it is. One check alone is no alert: the next says the same, or not. */
function ofColumns(project: Project, { columns, falseAlarms, from, to }: ShownDriftReport): AlertCondition[] {
  return columns
    .filter(({ verdict, confirmed }) => (verdict === 'drift' && confirmed) || verdict === 'unknown')
    .map((one) => {
      const side = one.decidedBy === 'season' ? (one.season ?? one.recent) : one.recent;
      return condition(project, {
        rule: 'drift',
        subject: nameOf(one),
        holds: one.verdict === 'drift' ? true : null,
        severity: 'warning',
        page: 'drift',
        summary: `${nameOf(one)} has changed: ${one.because}`,
        evidence: {
          metric: 'drift p (adjusted)',
          value: side.pAdjusted,
          threshold: falseAlarms,
          n: side.nCurrent,
          window: { from, to },
        },
      });
    });
}

const faultWords: Readonly<Record<DataFaultKind, string>> = {
  dead: 'no values',
  unit: 'another unit',
  unlike: 'unlike before',
  constant: 'one value',
  vanished: 'vanished',
};

function ofFaults(project: Project, { faults, to }: ShownDriftReport): AlertCondition[] {
  return faults.map((fault) =>
    condition(project, {
      rule: 'drift',
      subject: `${nameOf(fault)}: ${faultWords[fault.kind]}`,
      severity: 'critical',
      page: 'drift',
      summary: fault.because,
      evidence: {
        metric: `fault ${fault.kind}`,
        value: fault.periods,
        n: fault.periods,
        window: { from: fault.since, to },
      },
    }),
  );
}

function nameOf({ column, group }: { readonly column: string; readonly group: string | null }): string {
  return group === null ? column : `${column} of ${group}`;
}
