// Is one model better than another, or was it luck? Both are scored on the same series and windows; what would other series and
// other windows have said?

import { Rng } from '../../core/index.ts';

/** Losses of two models on the same ground, shape [windows × series], row per window, NaN = could not be scored. */
export interface PairedLosses {
  readonly windows: number;
  readonly series: number;
  readonly mine: Float64Array;
  readonly theirs: Float64Array;
}

/** Mean loss of one model over that of another. */
export interface PairedRatio {
  /** Below 1 = better. */
  readonly ratio: number;
  /** 95 % interval; null where there is but one series and one window. */
  readonly low: number | null;
  readonly high: number | null;
  /** What it rests on: those with a loss of both. */
  readonly series: number;
  readonly windows: number;
}

const draws = 1000;
/** More series are drawn in blocks of several: sums of independent series are as independent as the series. */
const blocksMax = 1000;
const seed = 20_180_404;

/**
 * Σ mine ÷ Σ theirs over what both could score, with a bootstrap interval that draws series and windows anew, each with
 * replacement. Windows that lie side by side share their history, so few of them make the interval too narrow rather than too wide.
 * @returns null when nothing was scored by both, or theirs is without loss
 * Source: Owen 2007 (pigeonhole bootstrap). Cost: O(windows × (series + draws × min(series, 1000))).
 */
export function pairedRatio(losses: PairedLosses): PairedRatio | null {
  const found = ratioDraws(losses);
  if (found === null) return null;
  const { drawn, ...rests } = found;
  if (rests.series * rests.windows === 1) return { ...rests, low: null, high: null };
  const at = (share: number): number => drawn[Math.round(share * (drawn.length - 1))] as number;
  return { ...rests, low: at(0.025), high: at(0.975) };
}

/**
 * The ratio of `pairedRatio`, and what it was on each ground drawn anew, ascending: the share of them beyond a bound is how likely it is
 * that chance alone put it there.
 * @returns null when nothing was scored by both, or theirs is without loss. Cost: as `pairedRatio`
 */
export function ratioDraws(
  losses: PairedLosses,
): (Pick<PairedRatio, 'ratio' | 'series' | 'windows'> & { readonly drawn: Float64Array }) | null {
  const { windows, series } = losses;
  const rng = new Rng(seed);
  const isScored = (at: number): boolean =>
    Number.isFinite((losses.mine[at] as number) + (losses.theirs[at] as number));
  const scored = [...Array(series).keys()].filter((s) =>
    [...Array(windows).keys()].some((w) => isScored(w * series + s)),
  );
  const blocks = Math.min(blocksMax, scored.length);
  const rows = [...Array(windows).keys()].filter((w) => scored.some((s) => isScored(w * series + s)));
  const mine = new Float64Array(rows.length * blocks);
  const theirs = new Float64Array(rows.length * blocks);
  for (const [place, s] of scored.entries()) {
    const block = place < blocks ? place : rng.below(blocks);
    for (const [row, w] of rows.entries()) {
      const at = w * series + s;
      if (!isScored(at)) continue;
      const cell = row * blocks + block;
      mine[cell] = (mine[cell] as number) + (losses.mine[at] as number);
      theirs[cell] = (theirs[cell] as number) + (losses.theirs[at] as number);
    }
  }
  const total = theirs.reduce((sum, loss) => sum + loss, 0);
  if (!(total > 0)) return null;
  const ratio = mine.reduce((sum, loss) => sum + loss, 0) / total;
  const drawn = redrawn(rng, { mine, theirs, windows: rows.length, series: blocks });
  return { ratio, series: scored.length, windows: rows.length, drawn };
}

/** The ratio on ground drawn anew, ascending. */
function redrawn(rng: Rng, { mine, theirs, windows, series }: PairedLosses): Float64Array {
  const ratios = new Float64Array(draws);
  const times = new Float64Array(series);
  for (let draw = 0; draw < draws; draw++) {
    times.fill(0);
    for (let i = 0; i < series; i++) {
      const s = rng.below(series);
      times[s] = (times[s] as number) + 1;
    }
    let [above, below] = [0, 0];
    for (let i = 0; i < windows; i++) {
      const row = rng.below(windows) * series;
      for (let s = 0; s < series; s++) {
        above += (times[s] as number) * (mine[row + s] as number);
        below += (times[s] as number) * (theirs[row + s] as number);
      }
    }
    ratios[draw] = above / below;
  }
  return ratios.filter(Number.isFinite).sort();
}
