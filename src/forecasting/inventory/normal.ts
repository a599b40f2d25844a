// The normal distribution, for the textbook figure that is shown beside ours. Nothing that decides anything uses it.

/** Probability of less than z. Source: Zelen and Severo 1964 (26.2.17 of Abramowitz and Stegun); |error| < 7.5e-8. */
export function normalShare(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const beyond = normalDensity(z) * series;
  return z >= 0 ? 1 - beyond : beyond;
}

export function normalDensity(z: number): number {
  return Math.exp(-(z * z) / 2) / Math.sqrt(2 * Math.PI);
}

/** Expected amount by which a standard normal variate exceeds z. */
export function normalLoss(z: number): number {
  return normalDensity(z) - z * (1 - normalShare(z));
}

/** The z that a standard normal variate stays below with this probability, to about 1e-7. */
export function normalQuantile(level: number): number {
  return solve((z) => normalShare(z) - level);
}

/** The z whose `normalLoss` is this, 0 … 8. */
export function inverseNormalLoss(loss: number): number {
  return solve((z) => loss - normalLoss(z));
}

/** Root of a rising function between −8 and 8. */
function solve(rising: (z: number) => number): number {
  let low = -8;
  let high = 8;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (rising(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
