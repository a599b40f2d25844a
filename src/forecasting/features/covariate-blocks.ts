// Prices, numbers, categories and attributes around the target period. Flags have a file of their own.

import { exactLn } from '../maths/index.ts';
import type { VaryingSpec } from './covariate-kinds.ts';
import type { FeatureColumn, FeaturePlan } from './feature-plan.ts';
import type { Block, Origin } from './origin.ts';

/** Periods counted at most to the next or from the last event. */
const distanceMax = 30;
/** A category whose usual state holds more than this share marks events. */
const eventShareMax = 0.3;

/** The attributes of the series, as they are. */
export function fixedBlock(plan: FeaturePlan): Block {
  return {
    columns: plan.fixed.map(({ name, labels }) => ({ name, kind: labels === null ? 'number' : 'category' })),
    atOrigin: (origin, row, at) => {
      for (let i = 0; i < origin.fixed.length; i++) row[at + i] = origin.fixed[i]!;
    },
  };
}

/** A column known only up to the origin: its last value, and that value against its mean over the level window. */
export function pastBlock(plan: FeaturePlan, index: number): Block {
  const { name, kind } = plan.varying[index]!;
  if (kind === 'category') {
    return {
      columns: [{ name: `${name}_last`, kind: 'category' }],
      atOrigin: (origin, row, at) => {
        row[at] = lastKnown(origin.varying[index]!, plan);
      },
    };
  }
  return {
    columns: numbers(`${name}_last`, `${name}_change`),
    atOrigin: (origin, row, at) => {
      const values = origin.varying[index]!;
      const last = lastKnown(values, plan);
      row[at] = last;
      row[at + 1] = last - recentMean(values, plan, plan.levelPeriods);
    },
  };
}

/** A number known ahead: its value, and the change against the last known one and against its recent mean. */
export function numberBlock(plan: FeaturePlan, index: number): Block {
  const { name } = plan.varying[index]!;
  const zero = plan.historyPeriods - 1;
  let last = Number.NaN;
  let mean = Number.NaN;
  return {
    columns: numbers(name, `${name}_change`, `${name}_unusual`),
    atOrigin: (origin) => {
      last = lastKnown(origin.varying[index]!, plan);
      mean = recentMean(origin.varying[index]!, plan, plan.levelPeriods);
    },
    atLead: (origin, lead, row, at) => {
      const value = origin.varying[index]![zero + lead]!;
      row[at] = value;
      row[at + 1] = value - last;
      row[at + 2] = value - mean;
    },
  };
}

/**
 * A price known ahead, and its ratio to the last price, to its recent mean, to its own mean and highest, and to its like.
 * A price of 0 or less is unknown: something else was meant by it.
 * Every column grows with the planned price and with nothing else that is planned: what it is compared with ends at the
 * origin. So where the plan wants the effect of prices to be falling, it is enough that it falls in each of them.
 */
export function priceBlock(plan: FeaturePlan, index: number): Block {
  const { name, peers } = plan.varying[index]!;
  const zero = plan.historyPeriods - 1;
  let last = Number.NaN;
  let mean = Number.NaN;
  let recent = Number.NaN;
  let highest = Number.NaN;
  const columns = numbers(
    name,
    `${name}_change`,
    `${name}_to_recent`,
    `${name}_to_mean`,
    `${name}_to_highest`,
    ...(peers === null ? [] : [`${name}_to_like`]),
  );
  return {
    columns:
      plan.priceEffect === 'falling' ? columns.map((column) => ({ ...column, monotone: -1 })) : columns,
    atOrigin: (origin) => {
      const values = origin.varying[index]!;
      last = positive(lastKnown(values, plan));
      recent = positive(recentMean(values, plan, plan.levelPeriods));
      mean = positive(recentMean(values, plan, plan.historyPeriods));
      highest = positive(highestOf(values, plan));
    },
    atLead: (origin, lead, row, at) => {
      const price = positive(origin.varying[index]![zero + lead]!);
      row[at] = price;
      row[at + 1] = price / last;
      row[at + 2] = price / recent;
      row[at + 3] = price / mean;
      row[at + 4] = price / highest;
      if (peers === null) return;
      row[at + 5] = exactLn(price) - (peers.byCode[origin.fixed[peers.fixed]!] ?? Number.NaN);
    },
  };
}

/**
 * A category known ahead. One that marks events: codes from two periods before to two after, periods since the last and
 * until the next event, and what the last event of the same kind sold against the level now. Any other: its codes
 * before, now and after.
 */
export function categoryBlock(plan: FeaturePlan, index: number): Block {
  const spec = plan.varying[index]!;
  const zero = plan.historyPeriods - 1;
  const marksEvents = spec.share <= eventShareMax;
  const offsets = marksEvents ? [-2, -1, 0, 1, 2] : [-1, 0, 1];
  const columns: FeatureColumn[] = offsets.map((offset) => ({
    name: offset === 0 ? spec.name : `${spec.name}_${offset < 0 ? 'before' : 'after'}_${Math.abs(offset)}`,
    kind: 'category',
  }));
  if (marksEvents)
    columns.push(...numbers(`${spec.name}_since`, `${spec.name}_until`, `${spec.name}_last_time`));
  return {
    columns,
    atLead: (origin, lead, row, at) => {
      const codes = origin.varying[index]!;
      for (let i = 0; i < offsets.length; i++) row[at + i] = codes[zero + lead + offsets[i]!] ?? Number.NaN;
      if (!marksEvents) return;
      row[at + 5] = distance(codes, zero + lead, { spec, step: -1 });
      row[at + 6] = distance(codes, zero + lead, { spec, step: 1 });
      row[at + 7] = lastTime(origin, codes, { zero, lead, base: spec.base });
    },
  };
}

function positive(price: number): number {
  return price > 0 ? price : Number.NaN;
}

function numbers(...names: string[]): FeatureColumn[] {
  return names.map((name) => ({ name, kind: 'number' }));
}

/** The last known value at or before the origin, at most a level window back; NaN = none. */
function lastKnown(values: Float32Array, plan: FeaturePlan): number {
  const zero = plan.historyPeriods - 1;
  const from = Math.max(0, zero - plan.levelPeriods + 1);
  for (let i = zero; i >= from; i--) {
    const value = values[i]!;
    if (!Number.isNaN(value)) return value;
  }
  return Number.NaN;
}

function recentMean(values: Float32Array, plan: FeaturePlan, periods: number): number {
  const zero = plan.historyPeriods - 1;
  const from = Math.max(0, zero - periods + 1);
  let sum = 0;
  let count = 0;
  for (let i = zero; i >= from; i--) {
    const value = values[i]!;
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return count > 0 ? sum / count : Number.NaN;
}

function highestOf(values: Float32Array, plan: FeaturePlan): number {
  let highest = Number.NaN;
  for (let i = plan.historyPeriods - 1; i >= 0; i--) {
    const value = values[i]!;
    if (!(value <= highest) && !Number.isNaN(value)) highest = value;
  }
  return highest;
}

/** Periods to the nearest event before (step −1) or after (step 1) a place, 1 or more; NaN = none within reach. */
function distance(
  codes: Float32Array,
  place: number,
  { spec, step }: { readonly spec: VaryingSpec; readonly step: number },
): number {
  for (let k = 1; k <= distanceMax; k++) {
    const i = place + k * step;
    if (i < 0 || i >= codes.length) return Number.NaN;
    const code = codes[i]!;
    if (!Number.isNaN(code) && code !== spec.base) return k;
  }
  return Number.NaN;
}

/** Demand at the last event of the target's kind ÷ the level now; NaN = no event, or none of that kind remembered. */
function lastTime(
  origin: Origin,
  codes: Float32Array,
  { zero, lead, base }: { readonly zero: number; readonly lead: number; readonly base: number },
): number {
  const code = codes[zero + lead]!;
  if (Number.isNaN(code) || code === base) return Number.NaN;
  const back = Math.min(zero, origin.last - origin.begin);
  for (let k = 0; k <= back; k++) {
    if (codes[zero - k] !== code) continue;
    const value = origin.values[origin.last - k]!;
    if (!Number.isNaN(value)) return value * origin.perLevel;
  }
  return Number.NaN;
}
