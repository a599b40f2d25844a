// What planned columns did to demand, over a whole panel: the elasticity of a price, the factor of a promotion. Measured on the
// history alone, whatever the models make of it: it tells people what is there to be learnt, and how surely it is known.

import type { Panel } from '../../core/index.ts';
import { blockEffects, exactExp, exactLn, studentQuantile } from '../maths/index.ts';
import { fixedSpecs, varyingSpecs } from './covariate-kinds.ts';
import type { LiftColumn } from './feature-plan.ts';
import { plannedColumns } from './learn-lift.ts';

/** What a planned column did to demand, with everything else planned, and what its interval rests on. */
export interface PlanEffect {
  readonly column: string;
  /** `elasticity`: percent of demand per percent of the column; `factor`: what demand is multiplied by, per unit of it. */
  readonly measure: 'elasticity' | 'factor';
  readonly estimate: number;
  /** Ends of the interval of 95 %. */
  readonly low: number;
  readonly high: number;
  /** Series in which the column moved, and periods of them that say something of it. */
  readonly series: number;
  readonly periods: number;
}

/** Periods that are compared with each other: of a week's cycle, as many of the same weekday. */
const blockPeriods = 9;
/** Longer cycles are none of places that differ more than their neighbours. */
const cycleMax = 24;
/** Rows looked at: of larger panels every so many series. */
const rowsMax = 100_000;
/** Fewer series, or of few series stretches, in which a column moves say nothing of how surely its effect is known. */
const clustersMin = 6;

/**
 * Effects of the planned numbers of a panel, none where too little moves. Neighbouring periods are compared with each other, so
 * that neither level nor season is taken for an effect; between series errors are independent, within one they need not be.
 * @param seasons periods per cycle, shortest first: of a week's days, and a day's hours, those of the same place are compared
 * Cost: at most 100,000 rows × columns² × some ten rounds.
 */
export function planEffects(panel: Panel, seasons: readonly number[]): PlanEffect[] {
  const columns = plannedColumns(panel, varyingSpecs(panel, fixedSpecs(panel)));
  if (columns.length === 0) return [];
  const { frequency } = panel.grid;
  const [cycle = 1] = frequency === 'day' || frequency === 'hour' ? seasons : [];
  const found = collect(panel, { columns, stride: cycle <= cycleMax ? cycle : 1 });
  const fitted = blockEffects(found);
  if (fitted === null) return [];
  return columns.flatMap((column, c) => {
    const { clusters, series, periods } = movesOf(found, c);
    if (clusters < clustersMin) return [];
    const wide = studentQuantile(0.975, clusters - 1) * fitted.errors[c]!;
    const [low, middle, high] = [-wide, 0, wide].map((off) => fitted.effects[c]! + off) as [
      number,
      number,
      number,
    ];
    const shown = column.log ? (effect: number): number => effect : exactExp;
    const measure = column.log ? ('elasticity' as const) : ('factor' as const);
    return [
      {
        column: column.name,
        measure,
        estimate: shown(middle),
        low: shown(low),
        high: shown(high),
        series,
        periods,
      },
    ];
  });
}

type Column = LiftColumn & { readonly name: string };

interface Collected {
  readonly demand: Float64Array;
  readonly columns: Float64Array;
  readonly width: number;
  readonly blocks: Int32Array;
  readonly clusters: Int32Array;
  /** The series of each block. */
  readonly seriesOf: Int32Array;
}

/** Rows with demand and all columns known, by blocks of neighbours; each series is a cluster, of few series each stretch of blocks. */
function collect(
  panel: Panel,
  of: { readonly columns: readonly Column[]; readonly stride: number },
): Collected {
  const width = of.columns.length;
  const total = panel.series.reduce((sum, { values }) => sum + values.length, 0);
  const every = Math.max(1, Math.ceil(total / rowsMax));
  const demand: number[] = [];
  const cells: number[] = [];
  const blocks = [0];
  const seriesOf: number[] = [];
  const stretches: number[] = [];
  let stretch = 0;
  const row = new Float64Array(width);
  for (let s = 0; s < panel.series.length; s += every) {
    const { values } = panel.series[s]!;
    const read = rowReader(panel, s, of.columns);
    for (let first = 0; first < values.length; first += blockPeriods * of.stride, stretch++) {
      for (let phase = 0; phase < of.stride; phase++) {
        const from = first + phase;
        for (let t = from; t < Math.min(values.length, from + blockPeriods * of.stride); t += of.stride) {
          if (!(values[t]! >= 0) || !read(t, row)) continue;
          demand.push(values[t]!);
          for (const cell of row) cells.push(cell);
        }
        if (demand.length === blocks.at(-1)) continue;
        blocks.push(demand.length);
        seriesOf.push(s);
        stretches.push(stretch);
      }
    }
  }
  const together = new Set(seriesOf).size < clustersMin ? stretches : seriesOf;
  const codes = new Map([...new Set(together)].map((one, code) => [one, code]));
  return {
    demand: Float64Array.from(demand),
    columns: Float64Array.from(cells),
    width,
    blocks: Int32Array.from(blocks),
    clusters: Int32Array.from(together, (one) => codes.get(one)!),
    seriesOf: Int32Array.from(seriesOf),
  };
}

/** Reads the columns of a period of a series, prices as logarithms; false = one of them is unknown. */
function rowReader(
  panel: Panel,
  s: number,
  columns: readonly Column[],
): (t: number, into: Float64Array) => boolean {
  const covariates = panel.covariates!;
  const shift = covariates.begins[s]! + panel.series[s]!.start - covariates.starts[s]!;
  const end = covariates.begins[s + 1]!;
  const values = columns.map(({ name }) => covariates.varying.find((one) => one.name === name)!.values);
  return (t, into) => {
    const row = shift + t;
    if (row < covariates.begins[s]! || row >= end) return false;
    for (let c = 0; c < columns.length; c++) {
      const value = values[c]![row]!;
      into[c] = columns[c]!.log ? exactLn(value) : value;
      if (!Number.isFinite(into[c])) return false;
    }
    return true;
  };
}

/** Where a column moves within blocks that have demand. */
function movesOf(found: Collected, c: number): { clusters: number; series: number; periods: number } {
  const { demand, columns, width, blocks } = found;
  const clusters = new Set<number>();
  const series = new Set<number>();
  let periods = 0;
  for (let b = 0; b + 1 < blocks.length; b++) {
    const from = blocks[b]!;
    let moves = false;
    let sold = 0;
    for (let i = from; i < blocks[b + 1]!; i++) {
      sold += demand[i]!;
      if (columns[i * width + c] !== columns[from * width + c]) moves = true;
    }
    if (!moves || sold === 0) continue;
    clusters.add(found.clusters[b]!);
    series.add(found.seriesOf[b]!);
    periods += blocks[b + 1]! - from;
  }
  return { clusters: clusters.size, series: series.size, periods };
}
