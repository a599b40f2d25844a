// Writes feature rows. The one path: training and serving both come through here.

import { exactExp } from '../maths/index.ts';
import { calendarBlock } from './calendar-block.ts';
import { categoryBlock, fixedBlock, numberBlock, pastBlock, priceBlock } from './covariate-blocks.ts';
import type { FeatureColumn, FeaturePlan } from './feature-plan.ts';
import { flagBlock, gapBlock, jointFlagsBlock } from './flag-block.ts';
import { historyBlock } from './history-block.ts';
import { keysBlock } from './keys.ts';
import { type LiftLine, liftBlock, liftLine } from './lift.ts';
import { type Block, originReader } from './origin.ts';
import { phaseBlock, yearBlock } from './season-blocks.ts';
import type { SeriesWindow } from './window.ts';

/** Where rows go: shape [columns × rows], column by column, like the matrix of a training set. */
export interface FeatureRows {
  readonly values: Float32Array;
  /** Rows of the whole matrix: the distance between two columns. */
  readonly rows: number;
  /** First row to write. */
  readonly at: number;
  /** Takes what each row is divided by, from `at` on; absent = nobody asks. */
  readonly units?: Float64Array;
}

/** Writes one row per lead, and returns the trailing level that the rows were divided by. */
export type FeatureWriter = (window: SeriesWindow, leads: Int32Array, out: FeatureRows) => number;

/** The columns that a plan's rows have, in order. */
export function columnsOf(plan: FeaturePlan): FeatureColumn[] {
  return blocksOf(plan, plan.lift && liftLine(plan, plan.lift)).flatMap((block) => [...block.columns]);
}

/**
 * Makes the writer of a plan, with its scratch memory: keep it, one per thread, and call it for every origin.
 * It reads values at most `plan.historyPeriods` back and none past the window's origin; `past` covariates up to the
 * origin; `known` ones up to `plan.horizon` past it. Missing inputs become NaN, never 0.
 * Cost per origin O(historyPeriods × (1 + covariates)), per row O(columns); allocates nothing per row.
 */
export function featureWriter(plan: FeaturePlan): FeatureWriter {
  const lifts = plan.lift && liftLine(plan, plan.lift);
  const read = originReader(plan, lifts);
  const blocks = blocksOf(plan, lifts);
  const begins = new Int32Array(blocks.length);
  let width = 0;
  blocks.forEach((block, i) => {
    begins[i] = width;
    width += block.columns.length;
  });
  const row = new Float32Array(width);
  return (window, leads, { values, rows, at, units }) => {
    const origin = read(window);
    for (let i = 0; i < blocks.length; i++) blocks[i]!.atOrigin?.(origin, row, begins[i]!);
    for (let j = 0; j < leads.length; j++) {
      const lead = leads[j]!;
      for (let i = 0; i < blocks.length; i++) blocks[i]!.atLead?.(origin, lead, row, begins[i]!);
      if (units !== undefined)
        units[at + j] = lifts === undefined ? origin.level : origin.level * exactExp(lifts.at(lead));
      let cell = at + j;
      for (let c = 0; c < width; c++) {
        values[cell] = row[c]!;
        cell += rows;
      }
    }
    return origin.level;
  };
}

const writers = new WeakMap<FeaturePlan, FeatureWriter>();

/**
 * Writes the features of one origin, one row per lead (1 … `plan.horizon`), and returns the level b that lags and
 * target are divided by. The plan's writer is kept from call to call; see `featureWriter` for what is read and the cost.
 */
export function writeFeatures(
  plan: FeaturePlan,
  window: SeriesWindow,
  leads: Int32Array,
  out: FeatureRows,
): number {
  let writer = writers.get(plan);
  if (writer === undefined) {
    writer = featureWriter(plan);
    writers.set(plan, writer);
  }
  return writer(window, leads, out);
}

/** In the order of the columns: calendar, history, phases, years, attributes, keys, each varying column, lift, flags, gaps. */
export function blocksOf(plan: FeaturePlan, lifts: LiftLine | undefined): Block[] {
  const varying = plan.varying.map((spec, index) => {
    if (spec.role === 'past') return pastBlock(plan, index);
    switch (spec.kind) {
      case 'flag':
        return flagBlock(plan, index);
      case 'price':
        return priceBlock(plan, index);
      case 'category':
        return categoryBlock(plan, index);
      default:
        return numberBlock(plan, index);
    }
  });
  return [
    calendarBlock(plan),
    historyBlock(plan),
    phaseBlock(plan),
    yearBlock(plan),
    fixedBlock(plan),
    keysBlock(plan),
    ...varying,
    liftBlock(plan, lifts),
    jointFlagsBlock(plan),
    gapBlock(plan),
  ];
}
