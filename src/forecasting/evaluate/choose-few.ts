// The choice for a few series, one in the end: they are no sample of a panel, so what is replicated is not series but origins.
// A candidate that is better must be so again and again in time.

import { studentQuantile } from '../maths/index.ts';
import type { LossTable } from './losses.ts';

/** How sure the gain must be before the number of candidates is counted, one-sided. */
const chanceMax = 0.05;
/** Standard deviation of one window's relative gain that is believed before any has been seen, and for how many windows that counts. */
const priorDeviation = 0.3;
const priorWindows = 4;
/** A gain below this share of the loss is no reason to leave what is served by default. */
const gainShareMin = 0.05;

/**
 * Chooses a candidate for all series together, then another one for a series whose own origins speak for it.
 * The gain over the default, averaged over the series of an origin, is one draw per origin; the bound is its mean less Student's
 * quantile times its standard error; of those whose bound is above zero the one whose mean gain less one standard error is largest is
 * taken, as it is for a panel: what is surest to gain something is not what gains most. The variance is a mean of the draws' and of a fixed one that counts for four windows, so that
 * two windows that happen to agree prove little and one alone next to nothing.
 * Of m candidates made from k models the best is taken at chance 0.05 ÷ log₂(m + 1), which is about 0.05 ÷ k; n series that
 * choose by themselves share that chance.
 * Windows that overlap count for as many as fit beside each other into the same time.
 * Cost: O(series × candidates × origins).
 */
export function chooseFew(losses: LossTable, fallback: number): { common: number; ofSeries: Int32Array } {
  const all = [...Array(losses.seriesCount).keys()].filter((series) => hasLoss(losses, series));
  const common = best(losses, { series: all, from: fallback, choices: 1 });
  const ofSeries = new Int32Array(losses.seriesCount).fill(common);
  if (all.length > 1)
    for (const series of all)
      ofSeries[series] = best(losses, { series: [series], from: common, choices: all.length });
  return { common, ofSeries };
}

/** Fewer series than this are no panel. */
export const fewSeries = 8;

/** How many series have any loss. */
export function seriesWithLosses(losses: LossTable): number {
  let count = 0;
  for (let series = 0; series < losses.seriesCount; series++) if (hasLoss(losses, series)) count++;
  return count;
}

function hasLoss({ candidateCount, originsMax, values }: LossTable, series: number): boolean {
  const from = series * candidateCount * originsMax;
  for (let at = from; at < from + candidateCount * originsMax; at++)
    if (!Number.isNaN(values[at] as number)) return true;
  return false;
}

function best(
  losses: LossTable,
  of: { series: readonly number[]; from: number /** Made side by side. */; choices: number },
): number {
  const chance = chanceMax / of.choices / Math.log2(losses.candidateCount + 1);
  let chosen = of.from;
  let most = 0;
  for (let candidate = 0; candidate < losses.candidateCount; candidate++) {
    if (candidate === of.from) continue;
    const { gains, level } = gainsByOrigin(losses, { ...of, to: candidate });
    if (gains.length === 0) continue;
    const gain = gainIfSure(gains, { level, chance, count: 1 + (gains.length - 1) / losses.overlap });
    if (gain <= most) continue;
    chosen = candidate;
    most = gain;
  }
  return chosen;
}

/** Mean gain less its standard error, in the unit of the losses; 0 where it is too small to matter, or may be luck. */
function gainIfSure(gains: readonly number[], of: { level: number; chance: number; count: number }): number {
  const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
  if (mean < gainShareMin * of.level) return 0;
  const squares = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) * (of.count / gains.length);
  const freedom = priorWindows + of.count - 1;
  const variance = (priorWindows * (priorDeviation * of.level) ** 2 + squares) / freedom;
  const error = Math.sqrt(variance / of.count);
  return mean > studentQuantile(1 - of.chance, freedom) * error ? mean - error : 0;
}

/** Gain of `to` over `from` by origin, the mean over series that have both; and the mean loss of `from` there. */
function gainsByOrigin(
  { candidateCount, originsMax, values }: LossTable,
  of: { series: readonly number[]; from: number; to: number },
): { gains: number[]; level: number } {
  const gains: number[] = [];
  let level = 0;
  for (let origin = 0; origin < originsMax; origin++) {
    let gain = 0;
    let loss = 0;
    let count = 0;
    for (const series of of.series) {
      const at = series * candidateCount * originsMax + origin;
      const [mine, theirs] = [values[at + of.from * originsMax]!, values[at + of.to * originsMax]!];
      if (Number.isNaN(mine + theirs)) continue;
      gain += mine - theirs;
      loss += mine;
      count++;
    }
    if (count === 0) continue;
    gains.push(gain / count);
    level += loss / count;
  }
  return { gains, level: gains.length === 0 ? 0 : level / gains.length };
}
