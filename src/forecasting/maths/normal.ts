// The normal distribution, for tests and textbook figures. No interval of a forecast is made with it.

export function normalDensity(z: number): number {
  return Math.exp(-(z * z) / 2) / Math.sqrt(2 * Math.PI);
}

/** Where the series of the middle gives way to the continued fraction of the tail. */
const tailFrom = 3;

/** Probability of more than z, to 1e-13 of itself where that is above 1e-300. */
export function normalTail(z: number): number {
  if (z < tailFrom) return z < -tailFrom ? 1 - normalTail(-z) : 0.5 - fromMiddle(z);
  // Mills' ratio as a continued fraction, from its innermost term outwards.
  let ratio = z;
  for (let k = 200; k >= 1; k--) ratio = z + k / ratio;
  return normalDensity(z) / ratio;
}

/** Probability of less than z. */
export function normalShare(z: number): number {
  return normalTail(-z);
}

/** Probability between 0 and z: φ(z) · Σ z^(2k+1) ÷ (1 · 3 ⋯ (2k+1)). */
function fromMiddle(z: number): number {
  let term = z;
  let sum = z;
  for (let k = 1; Math.abs(term) > 1e-17 * Math.abs(sum); k++) {
    term *= (z * z) / (2 * k + 1);
    sum += term;
  }
  return normalDensity(z) * sum;
}

/** The z that a standard normal variate stays below with this probability, to 1e-12. @param level in (0, 1) */
export function normalQuantile(level: number): number {
  if (level > 0.5) return -normalQuantile(1 - level);
  let low = -40;
  let high = 0;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (normalTail(-middle) < level) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
