// Kinds of series whose forecast errors look alike once divided by their scale: the strata of the interval table.

import { classify } from './demand-class.ts';

/** Upper bounds of the average demand interval of each intermittent stratum; past the last one there is one more. */
const adiBounds = [2, 4, 8, 16, 32];
/** Silent for this many times its own demand interval, a series may have ended: it gets a stratum of its own. */
const silenceFactor = 4;

export const intervalStrata: readonly string[] = [
  'smooth',
  'erratic',
  ...adiBounds.map((bound) => `interval up to ${bound}`),
  `interval above ${adiBounds[adiBounds.length - 1]}`,
  'fallen silent',
  'never sold',
];

/** The first strata hold regular demand, whose intervals are symmetric around the forecast. */
export const symmetricStrata = 2;

/**
 * Stratum of a series as known from this history; an index into `intervalStrata`.
 * @param history demand in units, shape [n], NaN = unknown. Cost: O(n).
 */
export function intervalStratum(history: Float64Array): number {
  const { demandClass, adi } = classify(history);
  if (demandClass === 'smooth') return 0;
  if (demandClass === 'erratic') return 1;
  if (!Number.isFinite(adi)) return intervalStrata.length - 1;
  if (silence(history) > silenceFactor * adi) return intervalStrata.length - 2;
  const bin = adiBounds.findIndex((bound) => adi <= bound);
  return 2 + (bin < 0 ? adiBounds.length : bin);
}

/** Known periods since the last demand. */
function silence(history: Float64Array): number {
  let periods = 0;
  for (let t = history.length - 1; t >= 0; t--) {
    const y = history[t] as number;
    if (y !== 0 && !Number.isNaN(y)) break;
    if (y === 0) periods++;
  }
  return periods;
}
