// Errors of quantile forecasts, one series at a time. `quantiles` is shape [levels × h], row per level, in units;
// NaN actuals are skipped; NaN comes back when nothing is known.

/** Pinball loss of one quantile of level u in units: u·e above it, (1 − u)·|e| below. @param error truth − quantile */
export function pinballOf(error: number, level: number): number {
  return error >= 0 ? level * error : (level - 1) * error;
}

/**
 * Mean pinball loss of one level in units: u·(y − q) below the truth, (1 − u)·(q − y) above.
 * @param forecast quantile u per step, shape [h]
 */
export function pinball(actual: Float64Array, forecast: Float64Array, level: number): number {
  let sum = 0;
  let count = 0;
  for (let k = 0; k < actual.length; k++) {
    const error = (actual[k] as number) - (forecast[k] as number);
    if (Number.isNaN(error)) continue;
    sum += pinballOf(error, level);
    count++;
  }
  return count === 0 ? Number.NaN : sum / count;
}

/** Numbers this close, by their size, are the same but for rounding: a constant of 7 is forecast as 6.999999999999999. */
const roundingShare = 1e-9;

/** Whether a truth and a quantile are the same but for rounding. */
export function isAlike(a: number, b: number): boolean {
  return Math.abs(a - b) <= roundingShare * Math.max(Math.abs(a), Math.abs(b));
}

/** low ≤ y ≤ high, but for rounding. */
export function isInside(y: number, low: number, high: number): boolean {
  return (y >= low || isAlike(y, low)) && (y <= high || isAlike(y, high));
}

/** Share of known steps with low ≤ y ≤ high. */
export function coverage(actual: Float64Array, low: Float64Array, high: Float64Array): number {
  let inside = 0;
  let count = 0;
  for (let k = 0; k < actual.length; k++) {
    const y = actual[k] as number;
    if (Number.isNaN(y)) continue;
    if (isInside(y, low[k] as number, high[k] as number)) inside++;
    count++;
  }
  return count === 0 ? Number.NaN : inside / count;
}

/**
 * Share of the probability of each truth that lies inside the central interval, averaged over known steps. For a truth
 * between two quantiles this is 1 or 0 like `coverage`. A truth on which several quantiles lie (zero, for sparse demand)
 * has the probability of all of them, and counts by the part of it inside: with 90 % zeros no interval that holds zero can
 * cover 80 %, but its forecast may still be right.
 * @param quantiles shape [levels × h], row per level, ascending along levels
 * Source: Czado, Gneiting and Held 2009, Biometrics 65 (non-randomised PIT). Cost: O(h × levels).
 */
export function pitCoverage(
  actual: Float64Array,
  quantiles: Float64Array,
  options: { readonly levels: readonly number[]; readonly nominal: number },
): number {
  const low = (1 - options.nominal) / 2;
  const high = 1 - low;
  let inside = 0;
  let count = 0;
  for (let k = 0; k < actual.length; k++) {
    const y = actual[k] as number;
    if (Number.isNaN(y)) continue;
    const [from, to] = probabilityOf(y, { quantiles, levels: options.levels, step: k, steps: actual.length });
    const middle = (from + to) / 2;
    if (to - from < 1e-9) inside += middle >= low && middle <= high ? 1 : 0;
    else inside += Math.max(0, Math.min(high, to) - Math.max(low, from)) / (to - from);
    count++;
  }
  return count === 0 ? Number.NaN : inside / count;
}

/** The forecast probabilities of less than y, and of y or less. */
function probabilityOf(
  y: number,
  of: { quantiles: Float64Array; levels: readonly number[]; step: number; steps: number },
): [number, number] {
  const { levels, steps } = of;
  const at = (l: number): number => of.quantiles[l * steps + of.step] as number;
  let below = 0;
  while (below < levels.length && at(below) < y && !isAlike(at(below), y)) below++;
  let upTo = below;
  while (upTo < levels.length && isAlike(at(upTo), y)) upTo++;
  const edge = (l: number): number => (l === 0 ? 0 : l === levels.length ? 1 : (levels[l] as number));
  const before = (l: number): number => (l === 0 ? 0 : (levels[l - 1] as number));
  if (upTo === below) {
    // Between two quantiles: any probability between their levels; the middle decides nothing but is inside or outside.
    const middle = (before(below) + (below === levels.length ? 1 : (levels[below] as number))) / 2;
    return [middle, middle];
  }
  // The mass on y begins between the last quantile below it and the first on it, and ends alike.
  const from = below === 0 ? 0 : (before(below) + edge(below)) / 2;
  const to = upTo === levels.length ? 1 : (before(upTo) + edge(upTo)) / 2;
  return [from, to];
}

/**
 * Winkler (interval) score in units: width plus 2/α times what the truth is outside. Divided by the scale of MASE it is
 * the MSIS of M4.
 */
export function winkler(
  actual: Float64Array,
  interval: { low: Float64Array; high: Float64Array; alpha: number },
): number {
  let sum = 0;
  let count = 0;
  for (let k = 0; k < actual.length; k++) {
    const y = actual[k] as number;
    if (Number.isNaN(y)) continue;
    const low = interval.low[k] as number;
    const high = interval.high[k] as number;
    sum += high - low + (2 / interval.alpha) * (Math.max(0, low - y) + Math.max(0, y - high));
    count++;
  }
  return count === 0 ? Number.NaN : sum / count;
}

/** A central interval that two of the levels make. */
export interface CentralInterval {
  /** Nominal coverage, as text with at most four digits: `0.8`. */
  readonly name: string;
  readonly nominal: number;
  readonly lowIndex: number;
  readonly highIndex: number;
}

/** Pairs of levels u and 1 − u, widest first. */
export function centralIntervals(levels: readonly number[]): CentralInterval[] {
  const pairs: CentralInterval[] = [];
  for (const [lowIndex, low] of levels.entries()) {
    if (low >= 0.5) continue;
    const highIndex = levels.findIndex((high) => Math.abs(low + high - 1) < 1e-9);
    if (highIndex < 0) continue;
    const nominal = Number((1 - 2 * low).toFixed(4));
    pairs.push({ name: String(nominal), nominal, lowIndex, highIndex });
  }
  return pairs.sort((a, b) => b.nominal - a.nominal);
}
