// Learning of lifts: ln(demand) against planned columns, both less their means over the neighbouring periods, by least
// squares whose coefficients are shrunk from series to groups of series to the panel.

import type { Panel, PriceEffect } from '../../core/index.ts';
import { exactLn } from '../maths/index.ts';
import type { VaryingSpec } from './covariate-kinds.ts';
import type { LiftColumn, LiftSpec } from './feature-plan.ts';
import { addShrunk, type Moments, momentsOf } from './shrunk-effects.ts';

/** Columns at most, in the order of the plan. */
const columnsMax = 16;
/** Neighbours on each side whose mean is taken off. */
const neighbours = 8;
/** Zeros have no logarithm: with more than this share of them there are no lifts. */
const zerosMax = 0.05;
/** Coefficients are kept to this. */
const digits = 1e4;

/**
 * The lifts of a panel; undefined where there are no planned numbers, or where demand is often zero.
 * @param of.stride periods between neighbours: of a week's cycle the same weekdays
 * @param of.groups code of each series per grouping that the effects may differ by
 * Cost: O(values × columns²) once, and series × columns³ for the shrinkage.
 */
export function learnLift(
  panel: Panel,
  of: {
    readonly varying: readonly VaryingSpec[];
    readonly stride: number;
    readonly groups: readonly ArrayLike<number>[];
    /** `falling`: no price lifts demand by rising. */
    readonly priceEffect?: PriceEffect | undefined;
  },
): LiftSpec | undefined {
  const columns = plannedColumns(panel, of.varying).map(({ index, log }) => ({ index, log }));
  if (columns.length === 0 || zeroShare(panel) > zerosMax) return undefined;
  const moments = panel.series.map((_, s) => seriesMoments(panel, s, { ...of, columns }));
  const found = addShrunk(moments, { width: columns.length, groups: of.groups });
  const kept = (value: number, at: number): number => {
    const { index } = columns[at % columns.length] as LiftColumn;
    const isBounded = of.priceEffect === 'falling' && (of.varying[index] as VaryingSpec).kind === 'price';
    return Math.round((isBounded ? Math.min(0, value) : value) * digits) / digits;
  };
  return { columns, bySeries: Array.from(found.bySeries, kept), ofNew: Array.from(found.ofNew, kept) };
}

/** Whether there are planned numbers, and demand is hardly ever zero. Cost: O(values). */
export function mayHaveLifts(panel: Panel): boolean {
  const isPlanned = panel.covariates?.varying.some(({ role, labels }) => role === 'known' && labels === null);
  return isPlanned === true && zeroShare(panel) <= zerosMax;
}

/** The planned columns that hold numbers; `log` where they are positive everywhere and no flags. Cost: O(cells). */
export function plannedColumns(
  panel: Panel,
  varying: readonly VaryingSpec[],
): (LiftColumn & { readonly name: string })[] {
  return varying
    .flatMap(({ name, role, kind }, index) => {
      if (role !== 'known' || kind === 'category') return [];
      const column = panel.covariates?.varying.find((one) => one.name === name);
      if (column === undefined) return [];
      const log = kind !== 'flag' && column.values.every((value) => !(value <= 0));
      return [{ index, log, name }];
    })
    .slice(0, columnsMax);
}

function zeroShare({ series }: Panel): number {
  let zeros = 0;
  let known = 0;
  for (const { values } of series) {
    for (const value of values) {
      if (Number.isNaN(value)) continue;
      known++;
      if (value <= 0) zeros++;
    }
  }
  return known === 0 ? 1 : zeros / known;
}

/** Squares and products of one series' columns and ln(demand), each less the mean of its neighbourhood. */
function seriesMoments(
  panel: Panel,
  s: number,
  of: {
    readonly varying: readonly VaryingSpec[];
    readonly columns: readonly LiftColumn[];
    readonly stride: number;
  },
): Moments {
  const { values, start } = panel.series[s] as Panel['series'][number];
  const width = of.columns.length;
  const covariates = panel.covariates as NonNullable<Panel['covariates']>;
  const shift = covariates.begins[s]! + start - covariates.starts[s]!;
  const end = covariates.begins[s + 1]!;
  const cells = new Float64Array(values.length * (width + 1)).fill(Number.NaN);
  for (let t = 0; t < values.length; t++) if (values[t]! > 0) cells[t * (width + 1)] = exactLn(values[t]!);
  for (let c = 0; c < width; c++) {
    const { index, log } = of.columns[c]!;
    const { name } = of.varying[index] as VaryingSpec;
    const column = covariates.varying.find((one) => one.name === name)!.values;
    for (let t = 0; t < values.length; t++) {
      const row = shift + t;
      const value = row >= covariates.begins[s]! && row < end ? column[row]! : Number.NaN;
      cells[t * (width + 1) + c + 1] = log ? exactLn(value) : value;
    }
  }
  return momentsOf(detrended(cells, { width: width + 1, stride: of.stride }), width + 1);
}

/** Rows whose cells are all known, each less the mean of such rows around it. */
function detrended(
  cells: Float64Array,
  { width, stride }: { readonly width: number; readonly stride: number },
): Float64Array {
  const rows = cells.length / width;
  const whole = new Uint8Array(rows);
  for (let t = 0; t < rows; t++) {
    whole[t] = 1;
    for (let c = 0; c < width; c++) if (!Number.isFinite(cells[t * width + c]!)) whole[t] = 0;
  }
  const out: number[] = [];
  const sums = new Float64Array(width);
  for (let t = 0; t < rows; t++) {
    if (whole[t] === 0) continue;
    sums.fill(0);
    let count = 0;
    for (let k = -neighbours; k <= neighbours; k++) {
      const i = t + k * stride;
      if (i < 0 || i >= rows || whole[i] === 0) continue;
      for (let c = 0; c < width; c++) sums[c] = sums[c]! + cells[i * width + c]!;
      count++;
    }
    if (count < 2) continue;
    for (let c = 0; c < width; c++) out.push(cells[t * width + c]! - sums[c]! / count);
  }
  return Float64Array.from(out);
}
