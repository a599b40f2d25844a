// Training of a model over all series: sampled origins become rows, rows become boosters.

import { type Panel, type PriceEffect, Rng } from '../../../core/index.ts';
import {
  type FeaturePlan,
  launchLevelsByOthers,
  planFeatures,
  sampleTriples,
  type Triples,
  trainingRows,
} from '../../features/index.ts';
import { exactExp, exactLn } from '../../maths/index.ts';
import { treeCount } from '../gbdt/booster.ts';
import {
  type Booster,
  type BoosterOptions,
  type KernelCrew,
  newMatrixValues,
  predictMatrix,
  type TrainingSet,
  trainBooster,
  withQuantiles,
} from '../gbdt/index.ts';
import { seriesScale } from '../intervals.ts';
import { cutTarget, meanSale } from './cut-target.ts';
import type { GlobalParts, TargetForm } from './global-parts.ts';

export interface GlobalTraining {
  readonly horizon: number;
  /** Periods per cycle, shortest first; [] = none. */
  readonly seasons: readonly number[];
  readonly nonNegative: boolean;
  readonly form: TargetForm;
  /** Default `free`. */
  readonly priceEffect?: PriceEffect | undefined;
  /** Demand is divided by what was planned did to it. Default false. */
  readonly lifts?: boolean | undefined;
  /** Rows to learn from at most. */
  readonly rowsMax: number;
  readonly booster: Partial<BoosterOptions>;
  /** Boosters that are averaged at most, where that is cheap, ≥ 1; they differ by their seeds. */
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

/** A target in logarithms is cut this far from the level; others see `cutTarget`. */
const logRatioMax = 4;

/**
 * Samples, writes the rows and trains.
 * @param panel histories to learn from, to their last value; at least one with more than a few values
 * Cost: rows × columns + rows × trees × members, and for quantiles at most 40,000 rows × 60 trees × 7 levels.
 */
export function trainGlobal(panel: Panel, training: GlobalTraining, run: GlobalRun = {}): GlobalParts {
  const { horizon, seasons, nonNegative, form, levels, seed, priceEffect, lifts } = training;
  const plan = planFeatures(panel, { horizon, seasons, nonNegative, priceEffect, lifts });
  const set = trainingSet(panel, plan, training);
  const shares = { rows: 0.1, boosters: levels.length > 0 ? 0.75 : 0.9 };
  run.onProgress?.(shares.rows);
  const members = membersFor(set.matrix.rows * (training.booster.trees ?? 100), training.members);
  const crew = run.crew === undefined ? {} : { crew: run.crew };
  const boosters = Array.from({ length: members }, (_, member) =>
    trainBooster(set, boosterOptions(training, seed + member), {
      ...crew,
      onProgress: (share) => run.onProgress?.(shares.rows + (shares.boosters * (member + share)) / members),
    }),
  );
  const learnt = shares.rows + shares.boosters;
  const quantileRun = {
    ...run,
    onProgress: (share: number) => run.onProgress?.(learnt + (1 - learnt) * share),
  };
  const quantiles = levels.length === 0 ? null : trainQuantiles(set, training, quantileRun);
  const factor = form === 'log' ? smearing(boosters, set, run.crew) : 1;
  return { plan, form, nonNegative, boosters, quantiles, factor, covariates: panel.covariates };
}

/** Rows, trees and levels of a booster whose leaves hold quantiles: their cost is the product. */
const quantileRowsMax = 40_000;
const quantileTrees = { trees: 60, learningRate: 0.12 };
const quantileLevelsMax = 7;

/** At most seven of the levels, the outermost among them, evenly spread. */
function levelsToLearn(levels: readonly number[]): number[] {
  const count = Math.min(quantileLevelsMax, levels.length);
  const step = (levels.length - 1) / Math.max(1, count - 1);
  return Array.from({ length: count }, (_, i) => levels[Math.round(i * step)] as number);
}

/** Rows × trees that are worth spending on boosters that only differ by their seeds. */
const membersWork = 40e6;

/**
 * How many boosters are averaged.
 * @param work rows × trees of one
 * @param most ≥ 1
 */
export function membersFor(work: number, most: number): number {
  return Math.max(1, Math.min(most, Math.round(membersWork / work)));
}

function trainQuantiles(set: TrainingSet, training: GlobalTraining, run: GlobalRun): Booster {
  const sample = everyNth(set, Math.ceil(set.matrix.rows / quantileRowsMax));
  const crew = run.crew === undefined ? {} : { crew: run.crew };
  const options = { ...boosterOptions(training, training.seed), ...quantileTrees };
  const trees = Math.min(quantileTrees.trees, training.booster.trees ?? quantileTrees.trees);
  const structure = trainBooster(sample, { ...options, trees }, crew);
  run.onProgress?.(0.5);
  return withQuantiles(structure, sample, { levels: levelsToLearn(training.levels), ...crew });
}

/** Every n-th row of a set. */
function everyNth(set: TrainingSet, n: number): TrainingSet {
  if (n <= 1) return set;
  const { matrix, target, weights } = set;
  const rows = Math.floor((matrix.rows + n - 1) / n);
  const values = newMatrixValues(rows, matrix.columns);
  for (let c = 0; c < matrix.columns.length; c++) {
    for (let row = 0; row < rows; row++) values[c * rows + row] = matrix.values[c * matrix.rows + row * n]!;
  }
  const pick = (from: Float32Array): Float32Array =>
    Float32Array.from({ length: rows }, (_, row) => from[row * n]!);
  return {
    matrix: { rows, columns: matrix.columns, values },
    target: pick(target),
    ...(weights === undefined ? {} : { weights: pick(weights) }),
  };
}

/**
 * How many trees are enough: a small training that stops when what came after gets no better.
 * @param later the same series with the values that follow
 * @returns the model of the best number of trees, that number, and the mean absolute error of what came after, each series
 * in units of its own usual change; NaN where nothing came
 */
export function tryGlobal(
  panel: Panel,
  later: Panel,
  training: GlobalTraining,
  run: GlobalRun = {},
): { parts: GlobalParts; trees: number; error: number } {
  const { horizon, seasons, nonNegative, form, priceEffect, lifts } = training;
  const plan = planFeatures(panel, { horizon, seasons, nonNegative, priceEffect, lifts });
  const set = trainingSet(panel, plan, training);
  const check = setOf(later, plan, training, { triples: laterTriples(panel, later, training) });
  const earlyStopping =
    check.matrix.rows > 0 ? { earlyStopping: { set: check, rounds: stoppingRounds } } : {};
  const options = { ...boosterOptions(training, training.seed), ...earlyStopping };
  const booster = trainBooster(set, options, {
    ...(run.crew === undefined ? {} : { crew: run.crew }),
    ...(run.onProgress === undefined ? {} : { onProgress: run.onProgress }),
  });
  const factor = form === 'log' ? smearing([booster], set, run.crew) : 1;
  const parts = {
    plan,
    form,
    nonNegative,
    boosters: [booster],
    quantiles: null,
    factor,
    covariates: panel.covariates,
  };
  return { parts, trees: treeCount(booster), error: meanError(parts, check, run.crew) };
}

/** Mean absolute error of the means over the rows of a set, in units of each series' scale. */
function meanError(
  { boosters, form, factor }: GlobalParts,
  { matrix, target, perScale }: TrainingSet & { readonly perScale: Float64Array },
  crew: KernelCrew | undefined,
): number {
  const raw = new Float64Array(matrix.rows);
  predictMatrix(boosters[0] as Booster, matrix, raw, crew);
  const ratio = (value: number): number => (form === 'log' ? exactExp(value) : value);
  let sum = 0;
  let count = 0;
  for (let row = 0; row < raw.length; row++) {
    const error = perScale[row]! * Math.abs(ratio(target[row]!) - factor * ratio(raw[row]!));
    if (!Number.isFinite(error)) continue;
    sum += error;
    count++;
  }
  return sum / count;
}

const stoppingRounds = 20;
/** Rows of what came after, at most. */
const laterRowsMax = 15_000;

/** Origins from the end of what was learnt from on, a lead each drawn by chance. */
function laterTriples(panel: Panel, later: Panel, { horizon, seed }: GlobalTraining): Triples {
  const rng = new Rng(seed);
  const rows: { s: number; origin: number; lead: number }[] = [];
  const lengthOf = (of: Panel, s: number): number => (of.series[s] as Panel['series'][number]).values.length;
  let origins = 0;
  for (let s = 0; s < panel.series.length; s++)
    origins += Math.max(0, lengthOf(later, s) - lengthOf(panel, s));
  const chance = laterRowsMax / Math.max(1, origins);
  for (let s = 0; s < panel.series.length; s++) {
    const { values } = later.series[s] as Panel['series'][number];
    const begin = lengthOf(panel, s);
    if (begin === 0) continue;
    for (let origin = begin - 1; origin < values.length - 1; origin++) {
      if (rng.uniform() >= chance) continue;
      const lead = 1 + rng.below(Math.min(horizon, values.length - 1 - origin));
      if (Number.isFinite(values[origin + lead]!)) rows.push({ s, origin, lead });
    }
  }
  return {
    series: Int32Array.from(rows, ({ s }) => s),
    origins: Int32Array.from(rows, ({ origin }) => origin),
    leads: Int32Array.from(rows, ({ lead }) => lead),
    cold: new Uint8Array(rows.length),
  };
}

/** The loss that fits the form of target, unless another is named. */
function boosterOptions(
  { form, nonNegative, booster }: GlobalTraining,
  seed: number,
): Partial<BoosterOptions> {
  const loss: Partial<BoosterOptions> =
    form === 'ratio' && nonNegative ? { loss: 'tweedie', tweediePower: 1.1 } : { loss: 'squared' };
  return { ...loss, ...booster, seed };
}

/** Rows to learn from: features, targets in the wanted form, weights. */
function trainingSet(panel: Panel, plan: FeaturePlan, of: GlobalTraining): TrainingSet {
  const ends = Int32Array.from(panel.series, ({ values }) => values.length);
  const triples = sampleTriples(plan, panel, { rowsMax: of.rowsMax, ends, seed: of.seed });
  // Twenty fits that only rows without a history look at.
  const hidden = triples.cold.includes(1) ? { launchLevels: launchLevelsByOthers(plan, panel) } : {};
  return setOf(panel, plan, of, { triples, ...hidden });
}

function setOf(
  panel: Panel,
  plan: FeaturePlan,
  of: GlobalTraining,
  drawn: { readonly triples: Triples; readonly launchLevels?: Float64Array },
): TrainingSet & { readonly perScale: Float64Array } {
  const triples = of.form === 'log' ? aboveZero(panel, drawn.triples) : drawn.triples;
  const rows = triples.leads.length;
  const values = newMatrixValues(rows, plan.columns);
  const { targets, levels } = trainingRows(plan, panel, triples, { ...drawn, values });
  const season = of.seasons.find((m) => m > 1) ?? 1;
  const scales = Float64Array.from(panel.series, (series) => seriesScale(series.values, season));
  const sizes = Float64Array.from(panel.series, (series) => meanSale(series.values));
  const weights = new Float32Array(rows);
  const perScale = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const ratio = targets[row]!;
    targets[row] =
      of.form === 'log'
        ? Math.max(-logRatioMax, Math.min(logRatioMax, exactLn(ratio)))
        : cutTarget(ratio, { sale: sizes[triples.series[row]!]!, level: levels[row]! });
    const weight = levels[row]! / scales[triples.series[row]!]!;
    perScale[row] = weight;
    const bounded = Math.min(weightMax, Math.max(1 / weightMax, weight));
    // Logarithms have tamed the noise of small series already.
    weights[row] = of.form === 'log' ? Math.sqrt(bounded) : bounded;
  }
  return { matrix: { rows, columns: plan.columns, values }, target: targets, weights, perScale };
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
  const { matrix, target, weights } = everyNth(set, Math.ceil(set.matrix.rows / smearingRowsMax));
  const raw = new Float64Array(matrix.rows);
  const mean = new Float64Array(matrix.rows);
  for (const booster of boosters) {
    predictMatrix(booster, matrix, raw, crew);
    for (let row = 0; row < raw.length; row++) mean[row]! += exactExp(raw[row]!) / boosters.length;
  }
  let actual = 0;
  let forecast = 0;
  for (let row = 0; row < raw.length; row++) {
    const weight = weights?.[row] ?? 1;
    actual += weight * exactExp(target[row]!);
    forecast += weight * mean[row]!;
  }
  return forecast > 0 ? actual / forecast : 1;
}
