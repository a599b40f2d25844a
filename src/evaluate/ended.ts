// Has a series ended? A product that is no longer sold looks like one that nobody happened to buy; how long it has been
// silent, measured by its own intervals, tells them apart.

import { firstSale } from './scales.ts';

/** A silence this unlikely for the demand there was is no accident. */
const chanceMax = 1e-4;
/** … and it is longer than the longest gap before by this factor. */
const gapFactor = 2;

/**
 * Whether a history ends in a silence that its own intervals do not explain: known zeros only, at least a cycle long, more
 * than twice the longest gap between two demands before, and less likely than 1 in 10,000 at the share of periods with
 * demand between the first and the last one.
 * @param history demand per period, NaN = unknown: neither demand nor silence
 * @param season  periods per cycle, 1 = none
 * @returns false for a history without demand. Cost: O(n), allocates nothing.
 */
export function hasEnded(history: Float64Array, season: number): boolean {
  let last = history.length - 1;
  let silence = 0;
  while (last >= 0 && !(Math.abs(history[last]!) > 0)) {
    if (history[last] === 0) silence++;
    last--;
  }
  if (last < 0 || silence < Math.max(2, season)) return false;
  let demands = 0;
  let known = 0;
  let gap = 0;
  let longest = 0;
  for (let t = firstSale(history); t <= last; t++) {
    const value = history[t]!;
    if (Number.isNaN(value)) continue;
    known++;
    gap++;
    if (value === 0) continue;
    demands++;
    longest = Math.max(longest, gap);
    gap = 0;
  }
  // One prior demand in two periods keeps a single sale from proving anything.
  const share = demands / (known + 1);
  return silence > gapFactor * longest && silence * Math.log(1 - share) < Math.log(chanceMax);
}
