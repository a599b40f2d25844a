// Skew between serving and training, measured: the features that were logged with forecasts, computed again from a snapshot.

import { type Covariates, covariateAt, type Panel } from '../../core/index.ts';
import { windowOf } from '../../forecasting/features/index.ts';
import {
  attributesOf,
  codedNews,
  compareSamples,
  decodeForecaster,
  type FutureValues,
  featureSample,
  type GlobalParts,
  sampledSince,
} from '../../forecasting/models/index.ts';
import type { FeatureSample } from '../../storage/ports/index.ts';

export interface FeatureCheckInput {
  /** The version that computed the samples, verified. */
  readonly artifact: Uint8Array;
  /** A later snapshot. */
  readonly panel: Panel;
  readonly samples: readonly FeatureSample[];
}

export interface FeatureCheck {
  /** Samples of whose series and cutoff the snapshot knows. */
  readonly checked: number;
  /** Of these, other features now, and the data behind them were corrected or planned anew. */
  readonly revised: number;
  /** Of these, other features for no such reason: serving and training disagree. */
  readonly different: number;
}

/** Newest samples that a training checks at most. */
export const samplesCheckedMax = 200;

/** Cost: the artifact's decoding, and two rows of features per sample. */
export function checkFeatures({ artifact, panel, samples }: FeatureCheckInput): FeatureCheck {
  const { trained, ids } = decodeForecaster(artifact);
  const counts = { checked: 0, revised: 0, different: 0 };
  if (trained === undefined) return counts;
  const { parts } = trained;
  const places = new Map(panel.series.map(({ id }, i) => [id, i]));
  const learnt = new Map(ids.map((id, i) => [id, i]));
  for (const sample of samples) {
    const series = places.get(sample.seriesId);
    const of = series === undefined ? undefined : panel.series[series];
    if (series === undefined || of === undefined) continue;
    const origin = sample.cutoff - of.start;
    if (origin >= of.values.length) continue;
    counts.checked++;
    const future = plansOf(sample, parts.plan.horizon);
    const news = codedNews(parts.plan, { future });
    const window = { ...windowOf(panel, { series, origin }), ...(news === undefined ? {} : { news }) };
    const equal = compareSamples(parts, sample.features, featureSample(parts, window));
    if (equal.features) continue;
    const then = { covariates: parts.covariates, series: learnt.get(sample.seriesId) ?? -1 };
    const now = { covariates: panel.covariates, series };
    const revised = !equal.demand || columnsChanged(parts, { sample, future, then, now });
    counts[revised ? 'revised' : 'different']++;
  }
  return counts;
}

/** What the forecast knew of the steps ahead, one value per step. */
function plansOf({ covariates = {} }: FeatureSample, horizon: number): FutureValues {
  return Object.fromEntries(
    Object.entries(covariates).map(([name, told]) => {
      const steps = Array.isArray(told) ? told : new Array(horizon).fill(told);
      return [name, steps as FutureValues[string]];
    }),
  );
}

interface Known {
  readonly covariates: Covariates | undefined;
  readonly series: number;
}

/**
 * Did what the forecast knew beside demand change since: attributes, values up to the cutoff, or steps that nobody had
 * planned? A value up to the cutoff that it did not know is no change of data: that is what serving did not look at.
 */
function columnsChanged(
  parts: GlobalParts,
  of: {
    readonly sample: FeatureSample;
    readonly future: FutureValues;
    readonly then: Known;
    readonly now: Known;
  },
): boolean {
  const { sample, future, then, now } = of;
  const { plan } = parts;
  if (then.covariates === undefined || now.covariates === undefined || then.series < 0) return false;
  const attributes = [then, now].map(
    ({ covariates, series }) => covariates && attributesOf(covariates, series),
  );
  if (plan.fixed.some(({ name }) => attributes[0]?.[name] !== attributes[1]?.[name])) return true;
  return plan.varying.some(({ name, role, labels }, column) => {
    const ahead = role === 'known' ? plan.horizon : 0;
    for (let step = 1 - plan.historyPeriods; step <= ahead; step++) {
      const planned = step > 0 && (future[name]?.[step - 1] ?? null) !== null;
      if (planned) continue;
      const since = sampledSince(parts, sample.features, { column, step });
      const before = Number.isNaN(since)
        ? valueAt(then, name, sample.cutoff + step)
        : (labels?.[since] ?? since);
      if (step <= 0 && before === null) continue;
      if (before !== valueAt(now, name, sample.cutoff + step)) return true;
    }
    return false;
  });
}

/** A value in the words of its column; null = unknown. */
function valueAt({ covariates, series }: Known, name: string, period: number): number | string | null {
  const column = covariates?.varying.find((one) => one.name === name);
  if (covariates === undefined || column === undefined) return null;
  const value = covariateAt(covariates, column, { series, period });
  if (Number.isNaN(value)) return null;
  return column.labels === null ? value : (column.labels[value] ?? null);
}
