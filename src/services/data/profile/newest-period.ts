// Is the newest period of a table whole? An unfinished one and a low one look alike in a total; what tells them apart is who has
// reported, how far into the period its rows reach, and what the clock says.

import { isUsual, type Reporter, windowPeriods } from '../../../core/index.ts';

export interface NewestEvidence {
  readonly newest: number;
  /** Series with a row, and the sum of known demand, by period. */
  readonly counts: ReadonlyMap<number, number>;
  readonly totals: ReadonlyMap<number, number>;
  readonly reporters: () => Iterable<Reporter>;
  /** Periods before this one are not known of any reporter. */
  readonly knownFrom: number;
  /** Hours since it ended, below zero while it lasts; null where periods do not pass with time. */
  readonly hoursSinceEnd: number | null;
  /** How far into a period its last row reaches, 0 to 1, by period; null where rows carry no finer time. */
  readonly reach: ReadonlyMap<number, number> | null;
  readonly label: (period: number) => string;
}

export interface NewestPeriod {
  readonly period: string;
  /** `unfinished`: more of it is to come. `low`: all have reported, and it is the lowest of all compared. `unknown`: too little before it. */
  readonly state: 'usual' | 'low' | 'unfinished' | 'unknown';
  /** What was seen, for `low` and `unfinished`. */
  readonly reasons: readonly string[];
  /** Earlier periods that it is compared with. */
  readonly compared: number;
  readonly demand: number;
  /** The median and the lowest of the periods compared; null without any. */
  readonly usualDemand: number | null;
  readonly lowestDemand: number | null;
  /** Series that report as a rule, and those of them that have reported this one. */
  readonly usualSeries: number;
  readonly reported: number;
}

/** Fewer earlier periods say nothing. */
const comparedMin = 4;
/** A single straggler among many makes nothing unfinished. */
const missingShareMax = 0.1;
/** Those who report as a rule speak for all where they are at least this share of who usually reports; */
const spokesmenShare = 0.2;
/** … else fewer than this share of the fewest before are too few. */
const fewestShare = 0.5;
/** How much shorter than the shortest of those before a period must reach, as a share of it. */
const reachMargin = 0.15;
/** So far below the lowest one before is low. */
const lowMargin = 0.1;

/** Cost: O(reporters × window). */
export function newestPeriod(of: NewestEvidence): NewestPeriod {
  const { newest, counts, totals } = of;
  const window = [...counts.keys()]
    .filter((period) => period < newest)
    .sort((a, b) => b - a)
    .slice(0, windowPeriods);
  const sums = window.map((period) => totals.get(period) ?? 0).sort((a, b) => a - b);
  const lowest = sums[0] ?? null;
  const demand = totals.get(newest) ?? 0;
  const { usual, reported } = reporting(of, window);
  const seen = window.map((period) => counts.get(period) ?? 0).sort((a, b) => a - b);
  const missing = missingReasons({ usual, reported, seen, own: counts.get(newest) ?? 0 });
  const reasons = [...clockReasons(of), ...missing, ...reachReasons(of, window)];
  const isUnfinished = reasons.length > 0;
  const isComparable = window.length >= comparedMin && lowest !== null;
  const isLow = isComparable && demand < (1 - lowMargin) * lowest;
  if (isLow && !isUnfinished)
    reasons.push(
      `${usual > 0 ? 'everybody has reported, and it' : 'it'} is the lowest of ${window.length + 1} periods`,
    );
  return {
    period: of.label(newest),
    state: isUnfinished ? 'unfinished' : isLow ? 'low' : isComparable ? 'usual' : 'unknown',
    reasons,
    compared: window.length,
    demand,
    usualDemand: sums.length === 0 ? null : (sums[sums.length >> 1] as number),
    lowestDemand: lowest,
    usualSeries: usual,
    reported,
  };
}

/**
 * Where those who report as a rule are many enough to speak for all, they are asked; else how many report at all.
 * @param of.seen series with a row in each of the periods compared, ascending; `of.own` = in the newest
 */
function missingReasons(of: {
  readonly usual: number;
  readonly reported: number;
  readonly seen: readonly number[];
  readonly own: number;
}): string[] {
  const { usual, reported, seen, own } = of;
  const [fewest = 0] = seen;
  const median = seen[seen.length >> 1] ?? 0;
  if (usual >= spokesmenShare * median)
    return usual - reported > missingShareMax * usual
      ? [`${reported} of ${usual} series that report as a rule have`]
      : [];
  if (seen.length < comparedMin || own >= fewestShare * fewest) return [];
  return [`${own} series have a row in it, in earlier periods at least ${fewest} have`];
}

/** Who reports as a rule and did so up to the period before: whoever stopped earlier is not waited for. */
function reporting(
  { newest, reporters, knownFrom }: NewestEvidence,
  window: readonly number[],
): { usual: number; reported: number } {
  const known = window.filter((period) => period >= knownFrom);
  const before = known[0];
  let usual = 0;
  let reported = 0;
  if (before === undefined || known.length < comparedMin) return { usual, reported };
  for (const reporter of reporters()) {
    if (reporter.newest < before || !isUsual(reporter, known)) continue;
    usual += 1;
    if (reporter.newest >= newest) reported += 1;
  }
  return { usual, reported };
}

/** Why a period is not whole, whoever has reported it: by the clock, and by how far its rows reach. Empty = nothing says so. */
export function partOnly(of: Pick<NewestEvidence, 'newest' | 'hoursSinceEnd' | 'reach'>): string[] {
  const window = [...(of.reach?.keys() ?? [])]
    .filter((period) => period < of.newest)
    .sort((a, b) => b - a)
    .slice(0, windowPeriods);
  return [...clockReasons(of), ...reachReasons(of, window)];
}

function clockReasons({ hoursSinceEnd }: Pick<NewestEvidence, 'hoursSinceEnd'>): string[] {
  return hoursSinceEnd !== null && hoursSinceEnd < 0 ? ['it is not over yet'] : [];
}

function reachReasons(
  { newest, reach }: Pick<NewestEvidence, 'newest' | 'reach'>,
  window: readonly number[],
): string[] {
  const own = reach?.get(newest);
  const others = window.map((period) => reach?.get(period)).filter((share) => share !== undefined);
  if (own === undefined || others.length < comparedMin) return [];
  const shortest = others.reduce((a, b) => Math.min(a, b));
  if (own >= shortest - reachMargin) return [];
  return [
    `its last row lies ${Math.round(100 * own)} % into it, those of earlier periods at least ${Math.round(100 * shortest)} %`,
  ];
}
