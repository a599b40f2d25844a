// Of which kind the drift of a column is, and since when: sought in what is left of it without its season.

import type { ChangeKind, DriftChange } from '../../core/index.ts';
import {
  type Fingerprint,
  fingerprintOf,
  type KindOfDrift,
  kindOfDrift,
  type SeasonCalendar,
  type TimedColumn,
  withoutSeason,
} from '../../forecasting/drift/index.ts';

/** What a column once was, for it to be known when it is so again. Plain data. */
export interface PastConcept {
  readonly column: string;
  readonly group: string | null;
  readonly from: number;
  readonly to: number;
  readonly fingerprint: Fingerprint;
}

export interface KindSought {
  readonly column: TimedColumn;
  readonly columns: readonly TimedColumn[];
  readonly decidedBy: 'recent' | 'season';
  /** Levels of a category that have become more frequent. */
  readonly grown: ReadonlySet<string>;
  readonly from: number;
  readonly to: number;
  readonly recentPeriods: number;
  readonly calendar: SeasonCalendar | null;
  /** Of this column, from checks before. */
  readonly concepts: readonly PastConcept[];
}

export type FoundKind = Pick<
  DriftChange,
  'kind' | 'kindBecause' | 'began' | 'beganBetween' | 'ended' | 'wasSoSince' | 'n'
> & {
  /** What the column is now, once the change is complete; null where too little is known of it. */
  readonly concept: { readonly from: number; readonly to: number; readonly fingerprint: Fingerprint } | null;
};

/** Cost: that of `kindOfDrift`. */
export function kindOf(sought: KindSought): FoundKind {
  const { from, to, recentPeriods, concepts } = sought;
  const stream = streamOf(sought);
  const first = Math.max(stream.start, from - recentPeriods);
  const values = stream.values.slice(first - stream.start, to - stream.start + 1);
  // What has only just begun is no concept that has come again.
  const ended = concepts.filter((one) => one.to < from && one.to < first + values.length);
  const found = kindOfDrift(values, { concepts: ended.map(({ fingerprint }) => fingerprint) });
  const at = (i: number | null): number | null => (i === null ? null : first + i);
  const { beganBetween } = found;
  return {
    ...named(found),
    began: at(found.began),
    beganBetween: beganBetween === null ? null : [first + beganBetween[0], first + beganBetween[1]],
    ended: at(found.ended),
    wasSoSince: sinceOf(found, { at, ended }),
    n: values.reduce((count, value) => count + Number(Number.isFinite(value)), 0),
    concept: conceptOf(found, { values, first, to }),
  };
}

function named({ kind, reason }: KindOfDrift): Pick<FoundKind, 'kind' | 'kindBecause'> {
  if (kind === 'none')
    return { kind: 'unknown', kindBecause: 'no one change of its level explains what has moved' };
  if (kind === 'unknown') return { kind, kindBecause: reason ?? 'it cannot be told' };
  return { kind: kind satisfies ChangeKind, kindBecause: null };
}

function sinceOf(
  { concept }: KindOfDrift,
  { at, ended }: { readonly at: (i: number | null) => number | null; readonly ended: readonly PastConcept[] },
): number | null {
  if (concept === null) return null;
  return concept.from === 'stream' ? at(concept.since) : (ended[concept.index]?.from ?? null);
}

function conceptOf(
  { began, ended, kind }: KindOfDrift,
  of: { readonly values: Float64Array; readonly first: number; readonly to: number },
): FoundKind['concept'] {
  if (kind === 'none' || began === null || ended === null) return null;
  const fingerprint = fingerprintOf(of.values.subarray(ended));
  return fingerprint === null ? null : { from: of.first + began, to: of.to, fingerprint };
}

/** One value per period without holes, and its first period. */
function streamOf({ column, columns, decidedBy, grown, from, calendar }: KindSought): {
  start: number;
  values: Float64Array;
} {
  if (column.kind === 'number') {
    const { start, values, compare } = column;
    if (decidedBy === 'season' && calendar !== null)
      return { start, values: withoutSeason(column, { from, calendar, columns }) };
    const level = compare === 'ratio' ? values.map((value) => Math.log(value)) : values;
    return { start, values: withoutWeek(level, { start, from, calendar }) };
  }
  const { periods, levels } = column;
  const start = periods[0] ?? from;
  const count = Math.max(0, (periods[periods.length - 1] ?? start) - start + 1);
  const [sums, rows] = [new Float64Array(count), new Float64Array(count)];
  for (let i = 0; i < periods.length; i++) {
    const level = levels[i];
    if (level === null || level === undefined) continue;
    const k = (periods[i] as number) - start;
    rows[k] = (rows[k] as number) + 1;
    sums[k] = (sums[k] as number) + Number(grown.has(level));
  }
  const shares = sums.map((sum, k) => sum / (rows[k] as number));
  return { start, values: withoutWeek(shares, { start, from, calendar }) };
}

/** Less the mean of its weekday before the window. */
function withoutWeek(
  values: Float64Array,
  {
    start,
    from,
    calendar,
  }: { readonly start: number; readonly from: number; readonly calendar: SeasonCalendar | null },
): Float64Array {
  const week = calendar?.week ?? 0;
  if (week < 2) return values;
  const [sums, counts] = [new Float64Array(week), new Float64Array(week)];
  for (let i = 0; i < Math.min(values.length, from - start); i++) {
    if (!Number.isFinite(values[i])) continue;
    sums[i % week] = (sums[i % week] as number) + (values[i] as number);
    counts[i % week] = (counts[i % week] as number) + 1;
  }
  return values.map((value, i) =>
    Number.isFinite(value) ? value - (sums[i % week] as number) / (counts[i % week] as number) : Number.NaN,
  );
}
