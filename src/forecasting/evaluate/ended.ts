// Has a series ended? A product that is no longer sold looks like one that nobody happened to buy; how long it has been
// silent, measured by its own intervals, tells them apart.

/** A silence this unlikely for the demand there was is no accident. */
const chanceMax = 1e-4;
/** … and it is longer than the longest gap before by this factor. */
const gapFactor = 2;

/**
 * What a history says of its silence, in as many numbers as are stored with a series: periods with demand; known periods from
 * the first to the last of them; the most known periods from one demand to the next; known zeros since the last one.
 */
export type Silence = Float64Array;

/** Numbers of a `Silence`. */
export const silenceSize = 4;

/** @param history demand per period, NaN = unknown: neither demand nor silence. Cost: O(n). */
export function silenceOf(history: Float64Array): Silence {
  const silence = new Float64Array(silenceSize);
  for (let t = 0; t < history.length; t++) followSilence(silence, history[t]!);
  return silence;
}

/** Takes in the next period, in place. */
export function followSilence(silence: Silence, value: number): void {
  if (Number.isNaN(value)) return;
  if (value === 0) {
    if (silence[0]! > 0) silence[3]!++;
    return;
  }
  const gap = silence[3]! + 1;
  silence[0]!++;
  silence[1]! += gap;
  silence[2] = Math.max(silence[2]!, gap);
  silence[3] = 0;
}

/**
 * Whether a history ends in a silence that its own intervals do not explain: known zeros only, at least a cycle long, more
 * than twice the longest gap between two demands before, and less likely than 1 in 10,000 at the share of periods with
 * demand between the first and the last one.
 * @param season periods per cycle, 1 = none
 * @returns false for a history without demand
 */
export function isOver(silence: Silence, season: number): boolean {
  const [demands = 0, known = 0, longest = 0, zeros = 0] = silence;
  if (demands === 0 || zeros < Math.max(2, season)) return false;
  // One prior demand in two periods keeps a single sale from proving anything.
  const share = demands / (known + 1);
  return zeros > gapFactor * longest && zeros * Math.log(1 - share) < Math.log(chanceMax);
}

/** `isOver` of a history. Cost: O(n). */
export function hasEnded(history: Float64Array, season: number): boolean {
  return isOver(silenceOf(history), season);
}
