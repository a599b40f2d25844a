// Curves of a level over time, fitted by least squares: none, a step, a ramp. Sums up to each value make each fit O(1).

/** Sums up to each value of y, y² and t × y: entry i is over the first i values. */
export interface Sums {
  readonly n: number;
  readonly y: Float64Array;
  readonly yy: Float64Array;
  readonly ty: Float64Array;
}

export function sumsOf(values: Float64Array): Sums {
  const n = values.length;
  const sums = { n, y: new Float64Array(n + 1), yy: new Float64Array(n + 1), ty: new Float64Array(n + 1) };
  for (let t = 0; t < n; t++) {
    const value = values[t]!;
    sums.y[t + 1] = sums.y[t]! + value;
    sums.yy[t + 1] = sums.yy[t]! + value * value;
    sums.ty[t + 1] = sums.ty[t]! + t * value;
  }
  return sums;
}

/** Squared deviations of the values from (with) up to (without) from their mean. */
export function squaresWithin(sums: Sums, from: number, to: number): number {
  const count = to - from;
  if (count <= 0) return 0;
  const sum = sums.y[to]! - sums.y[from]!;
  return Math.max(0, sums.yy[to]! - sums.yy[from]! - (sum * sum) / count);
}

/** A level that leaves `before` at `from`, and has become `after` at `to`; `to = from` for a step. */
export interface Transition {
  readonly from: number;
  readonly to: number;
  readonly before: number;
  readonly after: number;
  /** Sum of squared residuals. */
  readonly squares: number;
}

/** The best step with at least `side` values on each side. Cost: O(n). */
export function bestStep(sums: Sums, side: number): Transition {
  let best = side;
  let squares = Number.POSITIVE_INFINITY;
  for (let at = side; at <= sums.n - side; at++) {
    const here = squaresWithin(sums, 0, at) + squaresWithin(sums, at, sums.n);
    if (here < squares) {
      squares = here;
      best = at;
    }
  }
  return {
    from: best,
    to: best,
    before: sums.y[best]! / best,
    after: (sums.y[sums.n]! - sums.y[best]!) / (sums.n - best),
    squares,
  };
}

/** The share of the way from before to after at time t: 0 up to `from`, 1 from `to` on. */
export function shareAt(t: number, from: number, to: number): number {
  if (t < from) return 0;
  return t >= to ? 1 : (t - from + 0.5) / (to - from);
}

/** Least squares for a ramp between two times, `to` possibly after the end. Cost: O(1). */
export function rampFit(sums: Sums, from: number, to: number): Transition {
  const { n } = sums;
  const width = to - from;
  const end = Math.min(to, n);
  // Σ r, Σ r² and Σ r y of r = share of the way, over the ramp and after it.
  const count = end - from;
  const after = n - end;
  const r = (count * count) / (2 * width) + after;
  const rr = (4 * count ** 3 - count) / (12 * width * width) + after;
  const along = sums.ty[end]! - sums.ty[from]! - (from - 0.5) * (sums.y[end]! - sums.y[from]!);
  const ry = along / width + sums.y[n]! - sums.y[end]!;
  const y = sums.y[n]!;
  const determinant = n * rr - r * r;
  const move = determinant > 1e-12 * n * rr ? (n * ry - r * y) / determinant : 0;
  const before = (y - move * r) / n;
  const squares = sums.yy[n]! - before * y - move * ry;
  return { from, to, before, after: before + move, squares: Math.max(0, squares) };
}

/** The best ramp: a grid of beginnings and ends, then their neighbours. Cost: O(n + 10,000). */
export function bestRamp(sums: Sums, side: number): Transition {
  const { n } = sums;
  const step = Math.max(1, Math.floor(n / 120));
  let best = rampFit(sums, side, side + 2);
  const look = (from: number, to: number): void => {
    if (from < side || to < from + 2 || from > n - side || to > n) return;
    const here = rampFit(sums, from, to);
    if (here.squares < best.squares) best = here;
  };
  for (let from = side; from < n - side; from += step) {
    for (let to = from + 2; to <= n; to += step) look(from, to);
    look(from, n);
  }
  for (let reach = step; reach >= 1; reach = Math.floor(reach / 2)) {
    for (let moves = 0; moves < 20; moves++) {
      const { from, to } = best;
      for (const move of [-reach, 0, reach]) {
        for (const other of [-reach, 0, reach]) look(from + move, to + other);
      }
      if (best.from === from && best.to === to) break;
    }
  }
  return best;
}

/** How values lie about their level: normal, but for one in a hundred that may lie anywhere. */
export type Density = (deviation: number, spread: number) => number;
