// Linear effects that differ between series and groups of series, each shrunk towards those of the next larger group by
// how much they are seen to differ (empirical Bayes, EM; Laird and Ware 1982, Biometrics 38).

import { invert } from '../maths/index.ts';

/** Sums over the rows of one series: its design's squares and products, with the target, and the target's squares. */
export interface Moments {
  readonly rows: number;
  /** Shape [width × width]. */
  readonly products: Float64Array;
  /** Shape [width]. */
  readonly withTarget: Float64Array;
  readonly targetSquares: number;
}

/** Of rows whose first cell is the target. */
export function momentsOf(cells: Float64Array, width: number): Moments {
  const columns = width - 1;
  const products = new Float64Array(columns * columns);
  const withTarget = new Float64Array(columns);
  let targetSquares = 0;
  for (let at = 0; at < cells.length; at += width) {
    const y = cells[at]!;
    targetSquares += y * y;
    for (let i = 0; i < columns; i++) {
      const x = cells[at + 1 + i]!;
      if (x === 0) continue;
      withTarget[i] = withTarget[i]! + x * y;
      for (let j = 0; j <= i; j++)
        products[i * columns + j] = products[i * columns + j]! + x * cells[at + 1 + j]!;
    }
  }
  for (let i = 0; i < columns; i++)
    for (let j = 0; j < i; j++) products[j * columns + i] = products[i * columns + j]!;
  return { rows: cells.length / width, products, withTarget, targetSquares };
}

const rounds = 12;
/** Rows that one row is worth: neighbours' errors are alike. */
const rowWorth = 0.7;
const varianceMin = 1e-10;

/**
 * Effects by series, groups by code from 0, NaN = in none: the panel's, plus what each grouping adds, plus what the series adds.
 * @returns `bySeries` [series × width]; `ofNew` [width]: the panel's
 * Cost: groupings × rounds × series × width³.
 */
export function addShrunk(
  moments: readonly Moments[],
  { width, groups }: { readonly width: number; readonly groups: readonly ArrayLike<number>[] },
): { bySeries: Float64Array; ofNew: Float64Array } {
  const count = moments.length;
  const bySeries = new Float64Array(count * width);
  const scales = columnScales(moments, width);
  const noise = Float64Array.from(moments, ({ targetSquares, rows }) => targetSquares / Math.max(1, rows));
  const levels: ArrayLike<number>[] = [
    new Int32Array(count),
    ...groups,
    Int32Array.from({ length: count }, (_, s) => s),
  ];
  const ofNew = new Float64Array(width);
  for (const [l, codes] of levels.entries()) {
    const units = pool(moments, { codes, width, bySeries, noise });
    const prior = Float64Array.from(scales, (scale) => (l === 0 ? 25 : 0.25) * scale);
    const effects = shrunk(units, { width, prior, learns: units.length > 2 });
    for (let s = 0; s < count; s++)
      for (let c = 0; c < width; c++)
        bySeries[s * width + c] = bySeries[s * width + c]! + (effects[codes[s]! * width + c] ?? 0);
    if (l === 0) ofNew.set(effects.subarray(0, width));
    measureNoise(moments, { width, bySeries, noise });
  }
  return { bySeries, ofNew };
}

/** 1 ÷ mean square of each column: effects are compared per usual movement of their column. */
function columnScales(moments: readonly Moments[], width: number): Float64Array {
  let rows = 0;
  const squares = new Float64Array(width);
  for (const one of moments) {
    rows += one.rows;
    for (let c = 0; c < width; c++) squares[c] = squares[c]! + one.products[c * width + c]!;
  }
  return squares.map((square) => (square > 0 ? rows / square : 0));
}

interface Unit {
  readonly products: Float64Array;
  readonly withTarget: Float64Array;
}

/** The moments of all series of a group together, of what the effects so far leave, in units of their noise. */
function pool(
  moments: readonly Moments[],
  of: {
    readonly codes: ArrayLike<number>;
    readonly width: number;
    readonly bySeries: Float64Array;
    readonly noise: Float64Array;
  },
): Unit[] {
  const { codes, width, bySeries, noise } = of;
  const units: Unit[] = [];
  moments.forEach((one, s) => {
    const code = codes[s]!;
    // NaN = the series has no such attribute.
    if (!(noise[s]! > 0 && code >= 0)) return;
    while (units.length <= code)
      units.push({ products: new Float64Array(width * width), withTarget: new Float64Array(width) });
    const { products, withTarget } = units[code]!;
    const weight = rowWorth / noise[s]!;
    for (let i = 0; i < width; i++) {
      let rest = one.withTarget[i]!;
      for (let j = 0; j < width; j++) {
        rest -= one.products[i * width + j]! * bySeries[s * width + j]!;
        products[i * width + j] = products[i * width + j]! + weight * one.products[i * width + j]!;
      }
      withTarget[i] = withTarget[i]! + weight * rest;
    }
  });
  return units;
}

/** Posterior means of the units' effects; with `learns` the prior's variances are their own mean squares. */
function shrunk(
  units: readonly Unit[],
  of: { readonly width: number; readonly prior: Float64Array; readonly learns: boolean },
): Float64Array {
  const { width } = of;
  const prior = of.prior.slice();
  const effects = new Float64Array(units.length * width);
  const inverse = new Float64Array(width * width);
  for (let round = 0; round < (of.learns ? rounds : 1); round++) {
    const squares = new Float64Array(width);
    for (const [u, { products, withTarget }] of units.entries()) {
      inverse.set(products);
      for (let c = 0; c < width; c++)
        inverse[c * width + c] = inverse[c * width + c]! + 1 / Math.max(varianceMin, prior[c]!);
      invert(inverse, width);
      for (let i = 0; i < width; i++) {
        let effect = 0;
        for (let j = 0; j < width; j++) effect += inverse[i * width + j]! * withTarget[j]!;
        effects[u * width + i] = effect;
        squares[i] = squares[i]! + effect * effect + inverse[i * width + i]!;
      }
    }
    if (of.learns) for (let c = 0; c < width; c++) prior[c] = squares[c]! / units.length;
  }
  return effects;
}

function measureNoise(
  moments: readonly Moments[],
  of: { readonly width: number; readonly bySeries: Float64Array; readonly noise: Float64Array },
): void {
  const { width, bySeries, noise } = of;
  moments.forEach((one, s) => {
    let rest = one.targetSquares;
    for (let i = 0; i < width; i++) {
      const effect = bySeries[s * width + i]!;
      rest -= 2 * effect * one.withTarget[i]!;
      for (let j = 0; j < width; j++)
        rest += effect * bySeries[s * width + j]! * one.products[i * width + j]!;
    }
    if (one.rows > 0) noise[s] = Math.max(rest, 1e-6 * one.targetSquares) / one.rows;
  });
}
