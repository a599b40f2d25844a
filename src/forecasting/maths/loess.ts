// Locally weighted regression on an evenly spaced grid: the smoother inside STL.

export interface LoessOptions {
  /** Points in a neighbourhood, ≥ 1; odd. */
  readonly window: number;
  /** 0 = local constant, 1 = local line. */
  readonly degree: 0 | 1;
  /** Evaluate every `jump`-th point and draw lines between; 1 = every point. */
  readonly jump: number;
}

/** A run of numbers inside a larger array. */
export interface Run {
  readonly values: Float64Array;
  readonly from: number;
  readonly length: number;
}

/**
 * Smooths a run into `out` (from `outFrom`).
 * @param robustness weights of the observations, same shape as the run, or null for all 1
 * Source: Cleveland, Cleveland, McRae and Terpenning 1990, J. Official Statistics 6(1). Cost: O(length × window ÷ jump).
 */
export function loess(
  run: Run,
  options: LoessOptions,
  target: { readonly out: Float64Array; readonly outFrom: number; readonly robustness: Float64Array | null },
): void {
  const n = run.length;
  const { out, outFrom, robustness } = target;
  if (n < 2) {
    if (n === 1) out[outFrom] = run.values[run.from]!;
    return;
  }
  const window = Math.min(options.window, n);
  const half = Math.floor((options.window + 1) / 2);
  const jump = Math.min(options.jump, n - 1);
  let last = -1;
  for (let i = 0; i < n; i += jump) {
    const left = options.window >= n ? 0 : Math.min(n - window, Math.max(0, i - half + 1));
    const value = loessAt(run, options, { x: i, left, right: left + window - 1, robustness });
    out[outFrom + i] = Number.isNaN(value) ? run.values[run.from + i]! : value;
    last = i;
    if (jump > 1 && i > 0) drawLine(out, outFrom + i - jump, outFrom + i);
  }
  if (last === n - 1) return;
  const left = options.window >= n ? 0 : n - window;
  const value = loessAt(run, options, { x: n - 1, left, right: n - 1, robustness });
  out[outFrom + n - 1] = Number.isNaN(value) ? run.values[run.from + n - 1]! : value;
  drawLine(out, outFrom + last, outFrom + n - 1);
}

function drawLine(out: Float64Array, a: number, b: number): void {
  const slope = (out[b]! - out[a]!) / (b - a);
  for (let t = a + 1; t < b; t++) out[t] = out[a]! + slope * (t - a);
}

/**
 * The local fit at one place, which may lie outside the run.
 * @returns NaN when all weights are 0
 */
export function loessAt(
  run: Run,
  options: Pick<LoessOptions, 'window' | 'degree'>,
  place: {
    readonly x: number;
    readonly left: number;
    readonly right: number;
    readonly robustness: Float64Array | null;
  },
): number {
  const { x, left, right, robustness } = place;
  const n = run.length;
  let reach = Math.max(x - left, right - x);
  if (options.window > n) reach += Math.floor((options.window - n) / 2);
  const near = 0.001 * reach;
  const far = 0.999 * reach;
  let weights = 0;
  let first = 0;
  let second = 0;
  let total = 0;
  let cross = 0;
  for (let j = left; j <= right; j++) {
    const distance = Math.abs(j - x);
    if (distance > far) continue;
    let w = 1;
    if (distance > near) {
      const ratio = distance / reach;
      const cut = 1 - ratio * ratio * ratio;
      w = cut * cut * cut;
    }
    if (robustness !== null) w *= robustness[j]!;
    const d = j - x;
    const y = run.values[run.from + j]!;
    weights += w;
    first += w * d;
    second += w * d * d;
    total += w * y;
    cross += w * d * y;
  }
  if (!(weights > 0)) return Number.NaN;
  const mean = total / weights;
  if (reach === 0 || options.degree === 0) return mean;
  const centre = first / weights;
  const spread = second / weights - centre * centre;
  if (!(Math.sqrt(Math.max(0, spread)) > 0.001 * (n - 1))) return mean;
  return mean - (centre * (cross / weights - centre * mean)) / spread;
}
