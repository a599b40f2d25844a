// Training of a model over all series: sampled origins become rows, rows become boosters.

import type { Panel } from '../../core/index.ts';
import {
  type FeaturePlan,
  planFeatures,
  sampleTriples,
  type Triples,
  trainingRows,
} from '../../features/index.ts';
import {
  type Booster,
  type BoosterOptions,
  type KernelCrew,
  predictMatrix,
  type TrainingSet,
  trainBooster,
  withQuantiles,
} from '../gbdt/index.ts';
import { seriesScale } from '../intervals.ts';
import type { GlobalParts, TargetForm } from './global-parts.ts';

export interface GlobalTraining {
  readonly horizon: number;
  /** Periods per cycle, shortest first; [] = none. */
  readonly seasons: readonly number[];
  readonly nonNegative: boolean;
  readonly form: TargetForm;
  /** Rows to learn from at most. */
  readonly rowsMax: number;
  readonly booster: Partial<BoosterOptions>;
  /** Boosters that are averaged, ≥ 1; they differ by their seeds. */
  readonly members: number;
  /** Quantile levels, ascending; [] = means only. */
  readonly levels: readonly number[];
  readonly seed: number;
}

export interface GlobalRun {
  readonly crew?: KernelCrew | undefined;
  /** Told the share done, 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

/** A target this many times the level is cut: one giant order is not what there is to learn. */
const ratioMax = 30;
/** … and in logarithms this far from the level. */
const logRatioMax = 4;

/**
 * Samples, writes the rows and trains.
 * @param panel histories to learn from, to their last value; at least one with more than a few values
 * Cost: rows × columns + rows × trees × members (× levels again for quantiles).
 */
export function trainGlobal(panel: Panel, training: GlobalTraining, run: GlobalRun = {}): GlobalParts {
  const { horizon, seasons, nonNegative, form, members, levels, seed } = training;
  const plan = planFeatures(panel, { horizon, seasons, nonNegative });
  const set = trainingSet(panel, plan, training);
  const rowsShare = 0.15;
  run.onProgress?.(rowsShare);
  const boosters: Booster[] = [];
  for (let member = 0; member < members; member++) {
    const options = { ...boosterOptions(form, nonNegative), ...training.booster, seed: seed + member };
    boosters.push(
      trainBooster(set, options, {
        ...(run.crew === undefined ? {} : { crew: run.crew }),
        onProgress: (share) => run.onProgress?.(rowsShare + ((1 - rowsShare) * (member + share)) / members),
      }),
    );
  }
  const crew = run.crew === undefined ? {} : { crew: run.crew };
  const quantiles =
    levels.length === 0 ? null : withQuantiles(boosters[0] as Booster, set, { levels, ...crew });
  const factor = form === 'log' ? smearing(boosters, set, run.crew) : 1;
  return { plan, form, nonNegative, boosters, quantiles, factor, covariates: panel.covariates };
}

/** The loss that fits a form of target. */
export function boosterOptions(form: TargetForm, nonNegative: boolean): Partial<BoosterOptions> {
  return form === 'ratio' && nonNegative ? { loss: 'tweedie', tweediePower: 1.1 } : { loss: 'squared' };
}

/** Rows to learn from: features, targets in the wanted form, weights. */
function trainingSet(panel: Panel, plan: FeaturePlan, of: GlobalTraining): TrainingSet {
  const ends = Int32Array.from(panel.series, ({ values }) => values.length);
  const drawn = sampleTriples(plan, panel, { rowsMax: of.rowsMax, ends, seed: of.seed });
  const triples = of.form === 'log' ? aboveZero(panel, drawn) : drawn;
  const rows = triples.leads.length;
  const values = new Float32Array(new SharedArrayBuffer(4 * rows * plan.columns.length));
  const { targets, levels } = trainingRows(plan, panel, triples, values);
  const season = of.seasons.find((m) => m > 1) ?? 1;
  const scales = Float64Array.from(panel.series, (series) => seriesScale(series.values, season));
  const weights = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const ratio = targets[row]!;
    targets[row] =
      of.form === 'log'
        ? Math.max(-logRatioMax, Math.min(logRatioMax, Math.log(ratio)))
        : Math.max(-ratioMax, Math.min(ratioMax, ratio));
    const weight = levels[row]! / scales[triples.series[row]!]!;
    weights[row] = Math.min(weightMax, Math.max(1 / weightMax, weight));
  }
  return { matrix: { rows, columns: plan.columns, values }, target: targets, weights };
}

/**
 * A row weighs as much as its series is predictable (level ÷ usual change), so that the noise of small and erratic series
 * does not drown the rest; none more than this, or less than its inverse.
 */
const weightMax = 30;

/** The rows whose demand has a logarithm. */
function aboveZero(panel: Panel, triples: Triples): Triples {
  const kept: number[] = [];
  for (let i = 0; i < triples.leads.length; i++) {
    const { values } = panel.series[triples.series[i]!] as Panel['series'][number];
    if (values[triples.origins[i]! + triples.leads[i]!]! > 0) kept.push(i);
  }
  return {
    series: Int32Array.from(kept, (i) => triples.series[i]!),
    origins: Int32Array.from(kept, (i) => triples.origins[i]!),
    leads: Int32Array.from(kept, (i) => triples.leads[i]!),
    cold: Uint8Array.from(kept, (i) => triples.cold[i]!),
  };
}

/** Rows that the smearing factor is measured on at most. */
const smearingRowsMax = 20_000;

/** Σ demand ÷ Σ exp of its mean logarithm, in units of the levels. Source: Duan 1983, JASA 78 (smearing estimate). */
function smearing(boosters: readonly Booster[], set: TrainingSet, crew: KernelCrew | undefined): number {
  const { matrix, target, weights } = set;
  const step = Math.max(1, Math.ceil(matrix.rows / smearingRowsMax));
  const rows = Math.floor((matrix.rows + step - 1) / step);
  const values = new Float32Array(new SharedArrayBuffer(4 * rows * matrix.columns.length));
  for (let c = 0; c < matrix.columns.length; c++) {
    for (let row = 0; row < rows; row++)
      values[c * rows + row] = matrix.values[c * matrix.rows + row * step]!;
  }
  const sample = { rows, columns: matrix.columns, values };
  const raw = new Float64Array(rows);
  const mean = new Float64Array(rows);
  for (const booster of boosters) {
    predictMatrix(booster, sample, raw, crew);
    for (let row = 0; row < rows; row++) mean[row]! += Math.exp(raw[row]!) / boosters.length;
  }
  let actual = 0;
  let forecast = 0;
  for (let row = 0; row < rows; row++) {
    const weight = weights?.[row * step] ?? 1;
    actual += weight * Math.exp(target[row * step]!);
    forecast += weight * mean[row]!;
  }
  return forecast > 0 ? actual / forecast : 1;
}
