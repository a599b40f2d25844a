// The features behind one forecast of a model over all series, with the demand that they were made from, so that they can be
// computed again on another path and compared.

import { type FeaturePlan, type SeriesWindow, writeFeatures } from '../../features/index.ts';
import type { GlobalParts } from './global-parts.ts';

/** Leads of a sample: the first and the last that the model learnt. */
const leadsOf = (plan: FeaturePlan): Int32Array => Int32Array.of(1, plan.horizon);

/**
 * Shape [columns × 2 leads + 1 + historyPeriods + varying × n]: the features, column by column; the period of the first
 * demand; the demand looked back at, newest last; of each varying column what became known of the last n periods after
 * training, newest last, by the codes of the plan. NaN = unknown. Cost: two rows of features.
 */
export function featureSample({ plan }: GlobalParts, window: SeriesWindow): Float64Array {
  const leads = leadsOf(plan);
  const features = new Float32Array(plan.columns.length * leads.length);
  writeFeatures(plan, window, leads, { values: features, rows: leads.length, at: 0 });
  const back = window.news?.back ?? 0;
  const sinceAt = sizeBefore(plan);
  const sample = new Float64Array(sinceAt + plan.varying.length * back).fill(Number.NaN);
  sample.set(features);
  sample[features.length] = window.firstPeriod ?? Number.NaN;
  const begin = Math.max(0, window.last + 1 - plan.historyPeriods);
  const demand = window.values.subarray(begin, window.last + 1);
  sample.set(demand, sinceAt - demand.length);
  for (const [i, { name }] of plan.varying.entries()) {
    const since = window.news?.columns.get(name)?.subarray(0, back);
    if (since !== undefined) sample.set(since, sinceAt + i * back);
  }
  return sample;
}

/** Numbers of a sample before what became known after training. */
function sizeBefore(plan: FeaturePlan): number {
  return plan.columns.length * leadsOf(plan).length + 1 + plan.historyPeriods;
}

/**
 * What had become known of a varying column after training when the sample was taken.
 * @param of.column by position in the plan
 * @param of.step   0 = the origin, −1 the period before, …
 * @returns by the codes of the plan; NaN = nothing
 */
export function sampledSince(
  { plan }: GlobalParts,
  sample: Float64Array,
  { column, step }: { readonly column: number; readonly step: number },
): number {
  const sinceAt = sizeBefore(plan);
  const back = (sample.length - sinceAt) / plan.varying.length;
  return step > 0 || -step >= back
    ? Number.NaN
    : (sample[sinceAt + (column + 1) * back - 1 + step] ?? Number.NaN);
}

/** Whether features, and the demand behind them, of two samples of one plan are equal to the last bit. */
export function compareSamples(
  { plan }: GlobalParts,
  one: Float64Array,
  other: Float64Array,
): { features: boolean; demand: boolean } {
  const count = plan.columns.length * leadsOf(plan).length;
  const equal = (a: Float64Array, b: Float64Array): boolean =>
    a.length === b.length &&
    a.every((value, i) => value === b[i] || (Number.isNaN(value) && Number.isNaN(b[i])));
  return {
    features: equal(one.subarray(0, count), other.subarray(0, count)),
    demand: equal(one.subarray(count, sizeBefore(plan)), other.subarray(count, sizeBefore(plan))),
  };
}
