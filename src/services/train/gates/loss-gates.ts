// Gates on errors over the folds of the backtest: against what serves, kind by kind, and against what the training itself reported.

import { type PairedLosses, pairedRatio, ratioDraws } from '../../../forecasting/evaluate/index.ts';
import type { Slice } from './evidence.ts';
import { type Found, failed, type GateCheck, passed, percent, unknown } from './gate-check.ts';

type Untold = NonNullable<Found['losses']['untold']>;

/** Origins from which a comparison is more than one lucky day. */
const originsMin = 3;
/** Folds below which a kind of series is not judged by itself. */
const foldsMin = 50;
/** By how much the loss on a kind of series may exceed the opponent's. */
const sliceMargin = 0.1;
/** By how much a version's own bytes may do worse than its training reported. */
const reproducedMargin = 0.1;
/** By how much the cost of stock may exceed the champion's. */
const costMargin = 0.1;
/** Series from which that can be told from chance: windows of one series share what they know. */
const costSeriesMin = 10;
/** Chance of a false alarm of one gate, over all that it looks at. */
const falseAlarms = 0.05;

/** Not worse than the champion, or than seasonal naive before there is one. */
export function offlineGate({ losses: { offline, paired } }: Found): GateCheck {
  const origins = scoredOrigins(paired);
  const few =
    origins < originsMin ? `; only ${origins} of the ${originsMin} origins that would be enough` : '';
  const found = pairedRatio(paired);
  const range =
    found === null || found.low === null || found.high === null
      ? ''
      : `, ratio ${found.ratio.toFixed(3)} (95 %: ${found.low.toFixed(3)} to ${found.high.toFixed(3)})`;
  const of = { value: found?.ratio ?? null, bound: 1 + offline.margin };
  const reason = `${offline.reason}${range}${few}`;
  return offline.passed ? passed('offline', reason, of) : failed('offline', reason, of);
}

/** Do the bytes forecast the folds as well as the training said? They have learnt from them: worse means other bytes. */
export function reproducedGate({ losses: { reproduced, untold } }: Found): GateCheck {
  const found = ratioDraws(reproduced);
  if (found === null) return unknown('reproduced', 'no fold has a loss to compare');
  const bound = 1 + reproducedMargin;
  const of = { value: found.ratio, bound };
  const said = `at the folds its bytes have ${found.ratio.toFixed(3)} times the loss that its training reported`;
  if (isBeyond(found, bound)) return failed('reproduced', `${said}: they are not what was judged`, of);
  return untold === null ? passed('reproduced', said, of) : untoldCheck(untold, said);
}

/**
 * Told what it will be told when it serves. A column that was known at every fold and has no plans now is a leak, or plans that are
 * missing: a forecast without them is still one as long as it beats seasonal naive, which needs none.
 */
function untoldCheck({ columns, reported, naive }: Untold, said: string): GateCheck {
  const bound = 1 + reproducedMargin;
  const [loss, beside] = [ratioDraws(reported), ratioDraws(naive)];
  if (loss === null || beside === null || !isBeyond(loss, bound)) return passed('reproduced', said);
  const of = { value: loss.ratio, bound };
  const without = `not told ${columns.join(', ')}, of which there are no plans now, its loss is ${loss.ratio.toFixed(3)} times what its training reported and ${beside.ratio.toFixed(3)} times that of seasonal naive`;
  return beside.ratio < 1 && 1 - chanceBelow(beside.drawn, 1) < falseAlarms
    ? passed('reproduced', `${without}: send plans`, of)
    : failed('reproduced', `${without}: send plans, or call it \`past\` if it is known afterwards only`, of);
}

function isBeyond({ ratio, drawn }: { ratio: number; drawn: Float64Array }, bound: number): boolean {
  return ratio > bound && chanceBelow(drawn, bound) < falseAlarms;
}

/** Worse on no kind of series by more than a tenth, as far as chance can be told apart (Holm over all kinds). */
export function slicesGate(found: Found): GateCheck {
  const { slices, losses } = found;
  const bound = 1 + sliceMargin;
  const judged = slices.flatMap((slice) => {
    const losses_ = restricted(losses.paired, slice);
    if (foldsOf(losses_) < foldsMin) return [];
    const drawn = ratioDraws(losses_);
    return drawn === null ? [] : [{ slice, ratio: drawn.ratio, chance: chanceBelow(drawn.drawn, bound) }];
  });
  if (judged.length === 0) return unknown('slices', `no kind of series has ${foldsMin} folds`);
  const [worst] = [...judged].sort((a, b) => b.ratio - a.ratio);
  const ascending = [...judged].sort((a, b) => a.chance - b.chance || b.ratio - a.ratio);
  const [first] = ascending;
  const of = { value: (first ?? worst)?.ratio ?? null, bound };
  // Holm: while the first is not rejected, none is.
  if (first !== undefined && first.ratio > bound && first.chance <= falseAlarms / judged.length)
    return failed(
      'slices',
      `on ${nameOf(first.slice)} its loss is ${first.ratio.toFixed(3)} times the other's, more than ${bound.toFixed(2)} (${judged.length} kinds judged)`,
      of,
    );
  return passed(
    'slices',
    `of ${judged.length} kinds of series the worst, ${worst === undefined ? '' : nameOf(worst.slice)}, has ${worst?.ratio.toFixed(3)} times the loss`,
    { value: worst?.ratio ?? null, bound },
  );
}

/** Is the upper quantile worth as much to the shelf? Its pinball loss is what missing and left units cost at that service. */
export function costGate({ losses: { service } }: Found): GateCheck {
  if (service === null) return unknown('cost', 'there is no champion to compare its cost with');
  const found = ratioDraws(service);
  if (found === null) return unknown('cost', 'no fold has a quantile to compare');
  if (found.series < costSeriesMin)
    return unknown('cost', `${found.series} series are too few to compare what their stock costs`);
  const bound = 1 + costMargin;
  const said = `stock held by its ${percent(service.level, 0)} quantile costs ${found.ratio.toFixed(3)} times as much, in units short and left`;
  const of = { value: found.ratio, bound };
  return found.ratio > bound && chanceBelow(found.drawn, 1) < falseAlarms / 2
    ? failed('cost', `${said}, more than ${bound.toFixed(2)}`, of)
    : passed('cost', said, of);
}

/** Share of the drawn ratios at or below a bound, never quite zero: so many draws can show no smaller chance. */
export function chanceBelow(drawn: Float64Array, bound: number): number {
  let below = 0;
  while (below < drawn.length && (drawn[below] as number) <= bound) below++;
  return (below + 1) / (drawn.length + 1);
}

export function nameOf({ column, value }: Slice): string {
  return `${column} = ${value}`;
}

function scoredOrigins({ windows, series, mine, theirs }: PairedLosses): number {
  const has = (w: number): boolean => {
    for (let at = w * series; at < (w + 1) * series; at++)
      if (Number.isFinite((mine[at] as number) + (theirs[at] as number))) return true;
    return false;
  };
  return Array.from({ length: windows }, (_, w) => has(w)).filter(Boolean).length;
}

function foldsOf({ mine, theirs }: PairedLosses): number {
  return mine.reduce(
    (count, loss, at) => count + (Number.isFinite(loss + (theirs[at] as number)) ? 1 : 0),
    0,
  );
}

function restricted(losses: PairedLosses, { series }: Slice): PairedLosses {
  const of = (values: Float64Array): Float64Array => {
    const kept = new Float64Array(losses.windows * series.length);
    for (let w = 0; w < losses.windows; w++)
      for (const [i, s] of series.entries())
        kept[w * series.length + i] = values[w * losses.series + s] as number;
    return kept;
  };
  return { windows: losses.windows, series: series.length, mine: of(losses.mine), theirs: of(losses.theirs) };
}
