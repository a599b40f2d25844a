// Does a version serve some kind of series at the expense of another? The gap between the kinds may not open against the champion's.

import { Rng } from '../../../core/index.ts';
import type { Slice } from './evidence.ts';
import { type Found, failed, type GateCheck, passed, unknown } from './gate-check.ts';
import { nameOf } from './loss-gates.ts';

/** By how much the gap may exceed the champion's. */
const gapMargin = 0.05;
/** Series of a kind, at least: fewer have no error of their own. */
const seriesMin = 10;
const draws = 400;
const seed = 20_261_201;
/** Chance that a gap which did not open is said to have, over all columns. */
const falseAlarms = 0.05;

/** Worst WAPE of a column's kinds ÷ the best. */
interface Gap {
  readonly mine: number;
  readonly theirs: number;
  readonly worst: Slice;
}

/** Cost: draws × series. */
export function fairnessGate({ slices, losses }: Found): GateCheck {
  if (losses.offline.against !== 'champion')
    return unknown('fairness', 'there is no champion to compare the kinds of series with');
  const columns = Map.groupBy(
    slices.filter(({ series }) => series.length >= seriesMin),
    ({ column }) => column,
  );
  const judged = [...columns.values()].flatMap((kinds) => {
    const all = gapOf(kinds, losses.errors, undefined);
    return kinds.length < 2 || all === undefined ? [] : [{ kinds, gap: all }];
  });
  if (judged.length === 0) return unknown('fairness', `no column has two kinds with ${seriesMin} series`);
  const bound = 1 + gapMargin;
  for (const { kinds, gap } of judged) {
    const ratio = gap.mine / gap.theirs;
    if (ratio <= bound) continue;
    const rng = new Rng(seed);
    let closed = 0;
    for (let draw = 0; draw < draws; draw++) {
      const drawn = gapOf(kinds, losses.errors, rng);
      if (drawn === undefined || drawn.mine / drawn.theirs <= bound) closed++;
    }
    if ((closed + 1) / (draws + 1) > falseAlarms / judged.length) continue;
    return failed(
      'fairness',
      `its error on ${nameOf(gap.worst)} is ${gap.mine.toFixed(2)} times that on the best of ${gap.worst.column}; the champion's gap is ${gap.theirs.toFixed(2)}`,
      { value: ratio, bound },
    );
  }
  const widest = judged.reduce((a, b) => (a.gap.mine / a.gap.theirs > b.gap.mine / b.gap.theirs ? a : b)).gap;
  return passed(
    'fairness',
    `the widest gap, by ${widest.worst.column}, is ${widest.mine.toFixed(2)} times between best and worst; the champion's ${widest.theirs.toFixed(2)}`,
    { value: widest.mine / widest.theirs, bound },
  );
}

/** @param rng draws the series of each kind anew; absent = as they are */
function gapOf(
  kinds: readonly Slice[],
  errors: Found['losses']['errors'],
  rng: Rng | undefined,
): Gap | undefined {
  let [best, worst, theirBest, theirWorst] = [Infinity, 0, Infinity, 0];
  let kind: Slice | undefined;
  for (const slice of kinds) {
    let [mine, theirs, demand] = [0, 0, 0];
    for (let i = 0; i < slice.series.length; i++) {
      const s = slice.series[rng === undefined ? i : rng.below(slice.series.length)] as number;
      mine += errors.mine[s] as number;
      theirs += errors.theirs[s] as number;
      demand += errors.demand[s] as number;
    }
    if (!(demand > 0)) continue;
    if (mine / demand > worst) {
      worst = mine / demand;
      kind = slice;
    }
    best = Math.min(best, mine / demand);
    theirBest = Math.min(theirBest, theirs / demand);
    theirWorst = Math.max(theirWorst, theirs / demand);
  }
  if (kind === undefined || !(best > 0) || !(theirBest > 0)) return undefined;
  return { mine: worst / best, theirs: theirWorst / theirBest, worst: kind };
}
