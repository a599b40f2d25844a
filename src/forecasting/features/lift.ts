// Lift: by how much what is planned (price, promotion, display) multiplies demand, learnt for each series with shrinkage
// towards its like. Demand divided by its lift is base demand, of which level, lags and seasons are made.

import { exactExp, exactLn } from '../maths/index.ts';
import type { FeatureColumn, FeaturePlan, LiftSpec } from './feature-plan.ts';
import { type Block, type Origin, originReader } from './origin.ts';
import type { SeriesWindow } from './window.ts';

/** ln of the largest lift, and of the smallest with the other sign. */
const logLiftMax = 4;

/** Base demand and lifts around one origin, in memory that is used again. */
export interface LiftLine {
  /** Divides the history that an origin looks back at by its lifts: `values`, `last`, `begin` then mean that. */
  readonly apply: (origin: Origin) => void;
  /** ln(lift) of a lead, or of a past period at lead ≤ 0. */
  readonly at: (lead: number) => number;
}

export function liftLine(plan: FeaturePlan, lift: LiftSpec): LiftLine {
  const { historyPeriods, horizon } = plan;
  const zero = historyPeriods - 1;
  const width = lift.columns.length;
  const logs = new Float64Array(historyPeriods + horizon);
  const scratch = new Float64Array(historyPeriods + horizon);
  const base = new Float64Array(historyPeriods);
  return {
    apply: (origin) => {
      logs.fill(0);
      const from = Math.max(0, zero - (origin.last - origin.begin));
      const known = origin.series >= 0 && (origin.series + 1) * width <= lift.bySeries.length;
      for (let c = 0; c < width; c++) {
        const { index, log } = lift.columns[c]!;
        const coefficient = known ? lift.bySeries[origin.series * width + c]! : lift.ofNew[c]!;
        if (coefficient !== 0)
          addColumn(origin.varying[index]!, { logs, scratch, coefficient, from, zero, log });
      }
      for (let i = 0; i < logs.length; i++) logs[i] = Math.max(-logLiftMax, Math.min(logLiftMax, logs[i]!));
      if (origin.last < 0) return;
      base.fill(Number.NaN, 0, from);
      for (let i = from; i <= zero; i++) {
        const value = origin.values[origin.last - zero + i]!;
        base[i] = logs[i] === 0 ? value : value * exactExp(-logs[i]!);
      }
      origin.values = base;
      origin.begin = zero - (origin.last - origin.begin);
      origin.last = zero;
    },
    at: (lead) => logs[zero + lead]!,
  };
}

/**
 * ln(lift) of each lead by each of the columns that lifts are made of, shape [columns × leads]; their sum is that of the origin unless
 * that is at its bound.
 */
export function columnLifts(
  plan: FeaturePlan,
  lift: LiftSpec,
  of: { readonly window: SeriesWindow; readonly leads: Int32Array },
): Float64Array {
  const { leads } = of;
  const out = new Float64Array(lift.columns.length * leads.length);
  const width = lift.columns.length;
  lift.columns.forEach((column, c) => {
    const alone: LiftSpec = {
      columns: [column],
      bySeries: lift.bySeries.filter((_, i) => i % width === c),
      ofNew: [lift.ofNew[c]!],
    };
    const line = liftLine(plan, alone);
    originReader(plan, line)(of.window);
    for (let k = 0; k < leads.length; k++) out[c * leads.length + k] = line.at(leads[k]!);
  });
  return out;
}

/** Adds a column's part; unknown values count as the mean. */
function addColumn(
  values: Float32Array,
  to: {
    readonly logs: Float64Array;
    /** As long as `logs`, overwritten. */
    readonly scratch: Float64Array;
    readonly coefficient: number;
    readonly from: number;
    readonly zero: number;
    readonly log: boolean;
  },
): void {
  const { logs, scratch, coefficient, from, zero, log } = to;
  readColumn(values, { into: scratch, from, log });
  let sum = 0;
  let count = 0;
  for (let i = zero; i >= from; i--) {
    const value = scratch[i]!;
    if (!(value > Number.NEGATIVE_INFINITY)) continue;
    sum += value;
    count++;
  }
  if (count === 0) return;
  const mean = sum / count;
  for (let i = from; i < logs.length; i++) {
    const value = scratch[i]!;
    if (value > Number.NEGATIVE_INFINITY) logs[i] = logs[i]! + coefficient * (value - mean);
  }
}

/** The values, or their logarithms: prices stand for weeks, and a logarithm costs as much as all the rest. */
function readColumn(
  values: Float32Array,
  { into, from, log }: { readonly into: Float64Array; readonly from: number; readonly log: boolean },
): void {
  if (!log) {
    for (let i = from; i < into.length; i++) into[i] = values[i]!;
    return;
  }
  let before = Number.NaN;
  let logBefore = Number.NaN;
  for (let i = from; i < into.length; i++) {
    const value = values[i]!;
    if (value !== before) {
      before = value;
      logBefore = exactLn(value);
    }
    into[i] = logBefore;
  }
}

/**
 * −ln(lift) of the target, of the period before and after it, and its mean over the three before those. Where the effect of
 * prices is to be falling, only the target's: a forecast may not rise because its neighbours get dearer either.
 */
export function liftBlock(plan: FeaturePlan, line: LiftLine | undefined): Block {
  if (line === undefined) return { columns: [] };
  if (plan.priceEffect === 'falling') {
    return {
      columns: [{ name: 'lift_missed', kind: 'number', monotone: -1 }],
      atLead: (_origin, lead, row, at) => {
        row[at] = -line.at(lead);
      },
    };
  }
  const names = ['lift_missed', 'lift_missed_before', 'lift_missed_after', 'lift_missed_earlier'];
  return {
    columns: names.map((name): FeatureColumn => ({ name, kind: 'number' })),
    atLead: (_origin, lead, row, at) => {
      row[at] = -line.at(lead);
      row[at + 1] = -line.at(lead - 1);
      row[at + 2] = lead < plan.horizon ? -line.at(lead + 1) : Number.NaN;
      row[at + 3] = -(line.at(lead - 2) + line.at(lead - 3) + line.at(lead - 4)) / 3;
    },
  };
}
