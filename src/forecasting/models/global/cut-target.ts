// Targets of the model over all series are cut where one giant order would be all that there is to learn.

/** A target of more than this many times the level is cut … */
const ratioMax = 30;
/** … unless it is no giant among the sales of its series: what sells once in a while always sells many times its level. */
const salesMax = 2;

/**
 * @param ratio    demand ÷ level
 * @param of.sale  mean of the series' sales, see `meanSale`, and its level there, in the same unit; level above 0
 */
export function cutTarget(ratio: number, of: { readonly sale: number; readonly level: number }): number {
  const most = Math.max(ratioMax, (salesMax * of.sale) / of.level);
  return Math.max(-most, Math.min(most, ratio));
}

/** Mean of the values above zero; 0 of none. */
export function meanSale(history: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (const value of history) {
    if (!(value > 0)) continue;
    sum += value;
    count++;
  }
  return count === 0 ? 0 : sum / count;
}
