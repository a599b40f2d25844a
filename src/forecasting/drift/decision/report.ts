// The decision: which columns drifted, by evidence over all tests together and an effect that matters.

import { adjusted } from './corrections.ts';
import { type ColumnDraft, draftColumn } from './draft-column.ts';
import {
  type ColumnFinding,
  type DriftColumn,
  type DriftOptions,
  type DriftReport,
  type DriftVerdict,
  type TestFinding,
  usualDriftOptions,
} from './finding.ts';

/**
 * Has something changed between the reference and the current rows? Tables in which nothing has are alarmed about with at most the stated
 * probability, whatever the sizes, the number of columns, ties, and the memory of rows.
 * @param columns both sides of each, rows in the order of time where they have one
 * @returns never NaN and never a throw, whatever the values are
 * Cost: O(rows·ln rows) per column; 64 times the rows where they depend on each other.
 */
export function driftReport(columns: readonly DriftColumn[], options: DriftOptions = {}): DriftReport {
  const settings = { ...usualDriftOptions, ...options };
  const drafts = columns.map((column) => draftColumn(column, settings));
  const lowest = drafts.map(lowestOf);
  const { p, bound, tests } = adjusted(lowest, settings.correction, settings.falseAlarms);
  const level = settings.falseAlarms / Math.max(1, tests);
  const findings = drafts.map((draft, i) => {
    const own = draft.tests.map(
      ({ test, method, p: value, matters }): TestFinding => ({
        test,
        method,
        p: value,
        isEvidence: bound !== null && value * draft.tests.length <= bound,
        matters,
      }),
    );
    return findingOf(draft, own, { level, tests, pAdjusted: p[i] ?? null });
  });
  const drifted = findings.filter(({ verdict }) => verdict === 'drift').length;
  return {
    verdict: verdictOver(findings.map(({ verdict }) => verdict)),
    columns: findings,
    tests,
    driftedShare: findings.length === 0 ? 0 : drifted / findings.length,
  };
}

/** A column's tests are one in the check: the smallest p, times how many there are. */
function lowestOf({ tests }: ColumnDraft): number | null {
  if (tests.length === 0) return null;
  return Math.min(1, tests.length * Math.min(...tests.map(({ p }) => p)));
}

/** What all columns come to: the gravest that one of them says, `unknown` before `none`. */
export function verdictOver(verdicts: readonly DriftVerdict[]): DriftVerdict {
  for (const verdict of ['drift', 'unknown', 'expected'] as const)
    if (verdicts.includes(verdict)) return verdict;
  return verdicts.length === 0 ? 'unknown' : 'none';
}

interface Check {
  /** What a lone test must pass. */
  readonly level: number;
  readonly tests: number;
  readonly pAdjusted: number | null;
}

function findingOf(draft: ColumnDraft, tests: readonly TestFinding[], check: Check): ColumnFinding {
  const { column, comparison, effectiveShare, appeared, vanished } = draft;
  const power = draft.power(check.level);
  const { verdict, because } = decided(draft, tests, check);
  return {
    column: column.name,
    kind: column.kind,
    verdict,
    because,
    pAdjusted: check.pAdjusted,
    tests,
    ...power,
    smallestShift:
      draft.sd === null || power.smallestEffect === null
        ? null
        : Math.min(power.smallestEffect * draft.sd, Number.MAX_VALUE),
    effectiveShare,
    appeared,
    vanished,
    comparison,
  };
}

function decided(
  draft: ColumnDraft,
  tests: readonly TestFinding[],
  { level, tests: count }: Check,
): { verdict: DriftVerdict; because: string } {
  const { comparison, column } = draft;
  if (comparison.status !== 'ok')
    return { verdict: 'unknown', because: 'a side has no value that says something' };
  const found = tests.find(({ isEvidence, matters }) => isEvidence && matters);
  if (found !== undefined) return { verdict: 'drift', because: changeOf(draft, found) };
  if (tests.some(({ isEvidence }) => isEvidence))
    return { verdict: 'none', because: 'a change that is sure, and too small to matter' };
  const { smallestEffect, rowsNeeded } = draft.power(level);
  const { matters } = draft;
  const unit = column.kind === 'number' ? `${short(matters)} sd` : `${short(100 * matters)} % of rows`;
  const tooShort = draft.tests.some(({ pMin }) => pMin * draft.tests.length > level);
  if (tooShort)
    return {
      verdict: 'unknown',
      because: `rows depend on each other, and the history is too short for ${count} columns: it needs ${Math.ceil(draft.tests.length / level)} rows`,
    };
  if (smallestEffect !== null && smallestEffect > matters) {
    const need =
      rowsNeeded === null
        ? 'needs a longer reference'
        : `needs ${rowsNeeded} current rows, has ${comparison.nCurrent}`;
    return { verdict: 'unknown', because: `too few rows to see a change of ${unit}: ${need}` };
  }
  return { verdict: 'none', because: `no change; one of ${unit} would have been seen` };
}

function short(value: number): string {
  return String(Number(value.toPrecision(2)));
}

/** What changed, in a few words. */
function changeOf({ comparison, appeared, vanished }: ColumnDraft, { test }: TestFinding): string {
  if (comparison.status !== 'ok') return '';
  if (test === 'new-levels') {
    const words = [listed('new', appeared), listed('gone', vanished)].filter((word) => word !== '');
    return words.length > 0 ? words.join('; ') : 'levels came or went';
  }
  if ('totalVariation' in comparison)
    return `${(100 * comparison.totalVariation).toFixed(1)} % of rows are in other levels`;
  const { wasserstein, kolmogorovSmirnov } = comparison;
  const direction = kolmogorovSmirnov.sign > 0 ? 'grew' : 'fell';
  if (wasserstein.perSd === null) return `values ${direction}, from a constant`;
  return `values ${direction}: moved by ${short(wasserstein.perSd)} sd`;
}

function listed(word: string, levels: readonly string[]): string {
  if (levels.length === 0) return '';
  const shown = levels.slice(0, 3).map((level) => JSON.stringify(level));
  return `${word}: ${shown.join(', ')}${levels.length > 3 ? ` and ${levels.length - 3} more` : ''}`;
}
