// A check of drift over time, with two references: the periods just before, and the same season a year before. What the season explains
// is expected.

import type { ColumnFinding, DriftColumn, DriftOptions, DriftVerdict } from '../decision/finding.ts';
import { driftReport, verdictOver } from '../decision/report.ts';
import { besideLastYear, meanOf, type TimedValues } from './beside-last-year.ts';
import { withoutExplained } from './explained.ts';
import { type SeasonCalendar, sameSeason } from './same-season.ts';

export type TimedColumn =
  | ({
      readonly name: string;
      readonly kind: 'number';
      /** Columns of numbers, such as promotions: what they explain of the difference from the year before is taken out. */
      readonly explainedBy?: readonly string[];
    } & TimedValues)
  | {
      readonly name: string;
      readonly kind: 'category';
      /** Ascending, one per row. */
      readonly periods: ArrayLike<number>;
      readonly levels: readonly (string | null)[];
    };

export interface SeasonalOptions extends DriftOptions {
  /** First and last period of the window that is looked at. */
  readonly from: number;
  readonly to: number;
  /** Periods before it that are the recent reference, at most. */
  readonly recentPeriods: number;
  /** Null = there is no season to compare with. */
  readonly calendar: SeasonCalendar | null;
}

/** One column by both references. */
export interface SeasonalFinding {
  readonly column: string;
  readonly kind: TimedColumn['kind'];
  readonly verdict: DriftVerdict;
  readonly because: string;
  /** Which of the two decided: that of the season wherever there is enough of it. */
  readonly decidedBy: 'recent' | 'season';
  readonly recent: ColumnFinding;
  /** Null where no year before is there to compare with. */
  readonly season: ColumnFinding | null;
}

export interface SeasonalReport {
  readonly verdict: DriftVerdict;
  /** In the order given. */
  readonly columns: readonly SeasonalFinding[];
  readonly tests: number;
}

/** Years of differences from the year before that are a reference. */
const yearsOfReference = 2;
/** One row is a whole period: its deviation is that of a mean over series, far smaller than that of single rows. */
const usualEffectSd = 1.5;
/** Shares of the false alarms allowed: the number of periods must be able to pass as many tests. */
const roomUsual = 0.04;

/**
 * Numbers are judged by what they are beside the same season of the year before, where enough of that is known; else, and categories always, by the recent
 * periods. A change beside the recent periods that the same season of last year had too is `expected`. Each column is one test of those that decide, so that
 * false alarms stay at the stated share.
 * Cost: that of two reports.
 */
export function seasonalReport(columns: readonly TimedColumn[], given: SeasonalOptions): SeasonalReport {
  const options = { effectMattersSd: usualEffectSd, wassersteinPerSdMin: 0.4 * usualEffectSd, ...given };
  const recent = driftReport(
    columns.map((column) => recentSides(column, options)),
    options,
  );
  const seasonal = columns.map((column) => seasonSides(column, options, columns));
  const isDecided = seasonal.map((sides, i) => sides !== null && columns[i]?.kind === 'number');
  const deciding = isDecided.includes(true)
    ? driftReport(
        columns.map((column, i) =>
          isDecided[i] ? (seasonal[i] as DriftColumn) : recentSides(column, options),
        ),
        options,
      )
    : recent;
  // Levels of the same weeks a year before are no test of their own: they may excuse what the recent reference found, and accuse of nothing.
  const excusing = driftReport(
    seasonal.filter((sides, i): sides is DriftColumn => sides !== null && !isDecided[i]),
    { ...options, dependence: 'no' },
  );
  const excuses = new Map(excusing.columns.map((finding) => [finding.column, finding]));
  const findings = columns.map((column, i): SeasonalFinding => {
    const own = recent.columns[i] as ColumnFinding;
    const decided = deciding.columns[i] as ColumnFinding;
    const season = isDecided[i] ? decided : (excuses.get(column.name) ?? null);
    return {
      column: column.name,
      kind: column.kind,
      ...judged({ recent: own, decided, season, bySeason: isDecided[i] === true }),
      recent: own,
      season,
    };
  });
  return {
    verdict: verdictOver(findings.map(({ verdict }) => verdict)),
    columns: findings,
    tests: deciding.tests,
  };
}

function judged({
  recent,
  decided,
  season,
  bySeason,
}: {
  readonly recent: ColumnFinding;
  readonly decided: ColumnFinding;
  readonly season: ColumnFinding | null;
  readonly bySeason: boolean;
}): Pick<SeasonalFinding, 'verdict' | 'because' | 'decidedBy'> {
  const decidedBy = bySeason ? 'season' : 'recent';
  const isChanged = recent.verdict === 'drift';
  const wasSo = 'changed beside the periods before, as in the same season of last year';
  if (bySeason) {
    if (decided.verdict === 'none' && isChanged) return { verdict: 'expected', because: wasSo, decidedBy };
    const because = `beside the same season of last year: ${decided.because}`;
    return { verdict: decided.verdict, because, decidedBy };
  }
  const { verdict } = decided;
  if (verdict === 'drift' && season?.verdict === 'none')
    return { verdict: 'expected', because: wasSo, decidedBy };
  const beside = season === null ? '; there is no year before to compare with' : '';
  const because = `beside the periods before: ${decided.because}${verdict === 'drift' ? beside : ''}`;
  return { verdict, because, decidedBy };
}

function recentSides(column: TimedColumn, { from, to, recentPeriods }: SeasonalOptions): DriftColumn {
  if (column.kind === 'number') {
    const { name, start, values, compare, matters } = column;
    const level = compare === 'ratio' ? meanOf(values) : 1;
    return {
      name,
      kind: 'number',
      ...(matters === undefined || !(level > 0) ? {} : { effectMatters: matters * level }),
      reference: between(values, { start, from: from - recentPeriods, to: from - 1 }),
      current: between(values, { start, from, to }),
    };
  }
  return {
    name: column.name,
    kind: 'category',
    reference: rowsOf(column, (period) => period >= from - recentPeriods && period < from),
    current: rowsOf(column, (period) => period >= from && period <= to),
  };
}

/** @returns null where too little is known of the season */
function seasonSides(
  column: TimedColumn,
  { from, to, calendar, falseAlarms = roomUsual }: SeasonalOptions,
  columns: readonly TimedColumn[],
): DriftColumn | null {
  if (calendar === null) return null;
  const { name } = column;
  if (column.kind === 'category') {
    const like = new Set<number>();
    for (let period = from; period <= to; period++)
      for (const candidate of sameSeason(period, calendar).slice(0, 1)) like.add(candidate);
    const reference = rowsOf(column, (period) => like.has(period));
    if (reference.length === 0) return null;
    return {
      name,
      kind: 'category',
      reference,
      current: rowsOf(column, (period) => period >= from && period <= to),
    };
  }
  const left = withoutSeason(column, { from, calendar, columns });
  const since = from - yearsOfReference * calendar.year;
  const reference = between(left, { start: column.start, from: since, to: from - 1 });
  const current = between(left, { start: column.start, from, to });
  const known = knownOf(reference);
  const enough = known >= 2 * (to - from + 1) && known + knownOf(current) >= columns.length / falseAlarms;
  if (!enough || knownOf(current) === 0) return null;
  const { matters } = column;
  return {
    name,
    kind: 'number',
    reference,
    current,
    ...(matters === undefined ? {} : { effectMatters: matters }),
  };
}

/**
 * What differs from the year before, and is not explained: what a number is judged by beside its season.
 * @returns shape [values]; NaN where the year before, or the value, is unknown
 */
export function withoutSeason(
  column: Extract<TimedColumn, { kind: 'number' }>,
  {
    from,
    calendar,
    columns,
  }: { readonly from: number; readonly calendar: SeasonCalendar; readonly columns: readonly TimedColumn[] },
): Float64Array {
  const left = besideLastYear(column, calendar);
  const explaining = columns.flatMap((other) =>
    other.kind === 'number' && column.explainedBy?.includes(other.name) && other.start === column.start
      ? [besideLastYear(other, calendar)]
      : [],
  );
  return withoutExplained(left, explaining, from - column.start);
}

function between(
  values: Float64Array,
  { start, from, to }: { readonly start: number; readonly from: number; readonly to: number },
): Float64Array {
  return values.subarray(Math.max(0, from - start), Math.max(0, to - start + 1));
}

function knownOf(values: Float64Array): number {
  let known = 0;
  for (const value of values) if (!Number.isNaN(value)) known++;
  return known;
}

function rowsOf(
  { periods, levels }: Extract<TimedColumn, { kind: 'category' }>,
  isWanted: (period: number) => boolean,
): (string | null)[] {
  const rows: (string | null)[] = [];
  for (let i = 0; i < periods.length; i++) if (isWanted(periods[i] as number)) rows.push(levels[i] ?? null);
  return rows;
}
