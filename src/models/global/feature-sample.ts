// The features behind one forecast of a model over all series, with the demand that they were made from, so that they can be
// computed again on another path and compared.

import { type FeaturePlan, type SeriesWindow, writeFeatures } from '../../features/index.ts';
import type { GlobalParts } from './global-parts.ts';

/** Leads of a sample: the first and the last that the model learnt. */
const leadsOf = (plan: FeaturePlan): Int32Array => Int32Array.of(1, plan.horizon);

/**
 * Shape [columns × 2 leads + 1 + historyPeriods]: the features, column by column; the period of the first demand; the
 * demand looked back at, newest last. NaN = unknown. Cost: two rows of features.
 */
export function featureSample({ plan }: GlobalParts, window: SeriesWindow): Float64Array {
  const leads = leadsOf(plan);
  const features = new Float32Array(plan.columns.length * leads.length);
  writeFeatures(plan, window, leads, { values: features, rows: leads.length, at: 0 });
  const sample = new Float64Array(features.length + 1 + plan.historyPeriods).fill(Number.NaN);
  sample.set(features);
  sample[features.length] = window.firstPeriod ?? Number.NaN;
  const begin = Math.max(0, window.last + 1 - plan.historyPeriods);
  const demand = window.values.subarray(begin, window.last + 1);
  sample.set(demand, sample.length - demand.length);
  return sample;
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
    demand: equal(one.subarray(count), other.subarray(count)),
  };
}
