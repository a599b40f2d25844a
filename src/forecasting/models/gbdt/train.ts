// Training of gradient-boosted trees (Friedman 2001; Ke et al. 2017): gradients of the loss, a tree that fits them, new
// scores, and again. See docs in booster.ts for the options.

import {
  type Booster,
  type BoosterOptions,
  hasLogLink,
  type TrainingRun,
  type TrainingSet,
} from './booster.ts';
import { checkSameColumns, checkTrainingSet, completeOptions } from './checks.ts';
import { phase } from './control.ts';
import { Ensemble, joinEnsembles } from './ensemble.ts';
import {
  type GrownNode,
  type GrowOptions,
  growTree,
  type NodeSums,
  type TreeScales,
  writeTree,
} from './grow.ts';
import { lossCode } from './kernel.ts';
import { KernelTeam } from './kernel-team.ts';
import { drawnOf, largestOf } from './kernel-thread.ts';
import { meanLoss, startingScore } from './losses.ts';
import { featureWord, layoutFor } from './memory-layout.ts';
import { keepMonotone } from './monotone.ts';
import { rawScores } from './predict.ts';
import {
  type BinnedFeature,
  categoryTables,
  featureTable,
  prepareFeatures,
  type TrainingTeam,
} from './prepare-features.ts';
import { drawAt, drawKey } from './row-chance.ts';
import { addTree } from './walk.ts';

/** Leaf values under a log link before the learning rate: more than × e^1.5 at once is chance. */
const logStepMax = 1.5;

/**
 * Trains an ensemble. Deterministic: the same set, options and seed give the same booster bit for bit, with any crew, with
 * WebAssembly or without. Cost: rows × columns × trees × about 6 levels of histogram updates; memory about
 * rows × (2 × columns + 28) bytes beside the set.
 * @throws AppError models/bad-training-set, models/bad-booster-option
 */
export function trainBooster(
  set: TrainingSet,
  given: Partial<BoosterOptions> = {},
  run: TrainingRun = {},
): Booster {
  const options = completeOptions(given);
  checkTrainingSet(set, options);
  const base = startingScore(set, options);
  return boost(set, options, run, { base, start: null });
}

/**
 * Adds trees that fit what the booster leaves of `set`, under its own loss; older trees stay as they are.
 * @throws AppError models/bad-training-set when the columns differ
 */
export function appendTrees(
  booster: Booster,
  set: TrainingSet,
  given: Partial<Omit<BoosterOptions, 'loss' | 'tweediePower' | 'quantile'>> = {},
  run: TrainingRun = {},
): Booster {
  const { loss, tweediePower, quantile, outputs } = booster;
  const options = completeOptions({ ...given, loss, tweediePower, quantile });
  checkTrainingSet(set, options);
  checkSameColumns(booster, set.matrix);
  if (outputs !== 1) throw new RangeError('append trees before the quantile levels are refitted');
  const more = boost(set, options, run, { base: 0, start: booster });
  return joinEnsembles(booster, more);
}

interface StartingPoint {
  /** Constant raw score. */
  readonly base: number;
  /** Trees whose scores come first. */
  readonly start: Booster | null;
}

function boost(
  set: TrainingSet,
  options: BoosterOptions,
  run: TrainingRun,
  { base, start }: StartingPoint,
): Booster {
  const { matrix } = set;
  const weights = relativeWeights(set.weights);
  const constantHessian = !hasLogLink(options.loss) && weights === null;
  const tables = categoryTables(matrix, options);
  const quantile = options.loss === 'quantile';
  const team = new KernelTeam(
    ({ threads, cellBytes }) =>
      layoutFor({
        rows: matrix.rows,
        features: matrix.columns.length,
        leaves: options.leaves,
        constantHessian,
        weighted: weights !== null,
        quantile,
        tableBytes: tables.reduce((sum, table) => sum + (table?.length ?? 0), 0),
        threads,
        cellBytes: cellBytes(constantHessian),
      }),
    run,
  );
  try {
    const features = prepareFeatures(team, matrix, tables, options);
    writeRows(team, { ...set, weights: weights ?? undefined }, startingScores(set, base, start));
    const watch =
      options.earlyStopping === undefined
        ? null
        : new StoppingWatch(options, options.earlyStopping, { base, start });
    const booster = new Boosting(team, features, set, options, constantHessian);
    const ensemble = new Ensemble();
    const about = {
      columns: matrix.columns,
      loss: options.loss,
      tweediePower: options.tweediePower,
      quantile: options.quantile,
      learningRate: options.learningRate,
      baseScore: Float64Array.of(base),
    };
    for (let tree = 0; tree < options.trees; tree++) {
      const { nodes, values } = booster.nextTree(tree);
      ensemble.add(nodes, values, features);
      run.onProgress?.((tree + 1) / options.trees);
      if (watch === null) continue;
      const newest = new Ensemble();
      newest.add(nodes, values, features);
      if (watch.isEnough(newest.flatten(about))) break;
    }
    return ensemble.flatten(about, watch?.bestTrees);
  } finally {
    team.end();
  }
}

/** Weights divided by their mean; null when they are all alike, which is what the fast path needs. */
function relativeWeights(weights: Float32Array | undefined): Float32Array | null {
  if (weights === undefined || weights.every((weight) => weight === weights[0])) return null;
  let sum = 0;
  for (const weight of weights) sum += weight;
  const mean = sum / weights.length;
  return weights.map((weight) => weight / mean);
}

function startingScores(set: TrainingSet, base: number, start: Booster | null): Float64Array {
  const scores = new Float64Array(set.matrix.rows).fill(base);
  if (start !== null) rawScores(start, set.matrix, scores);
  if (set.offset !== undefined) for (let i = 0; i < scores.length; i++) scores[i]! += set.offset[i]!;
  return scores;
}

function writeRows(
  team: TrainingTeam,
  { target, weights }: { target: Float32Array; weights?: Float32Array | undefined },
  scores: Float64Array,
): void {
  const { layout, buffer } = team;
  new Float64Array(buffer, layout.scoreAt, layout.rows).set(scores);
  new Float32Array(buffer, layout.targetAt, layout.rows).set(target);
  if (weights !== undefined) new Float32Array(buffer, layout.weightsAt, layout.rows).set(weights);
}

/** The loop over trees. */
class Boosting {
  readonly #team: TrainingTeam;
  readonly #features: readonly BinnedFeature[];
  readonly #options: BoosterOptions;
  readonly #constantHessian: boolean;
  readonly #grow: GrowOptions;
  readonly #gradientMax: number;
  readonly #hessianMax: number;

  constructor(
    team: TrainingTeam,
    features: readonly BinnedFeature[],
    set: TrainingSet,
    options: BoosterOptions,
    constantHessian: boolean,
  ) {
    this.#team = team;
    this.#features = features;
    this.#options = options;
    this.#constantHessian = constantHessian;
    const { rows } = team.layout;
    // Rows take the low bits of a 64-bit cell, gradients the others: |Σ gradient| ≤ rows × max < 2^(63 − shift).
    // Sums must be exact in a Float64 too.
    const shift = 32 - Math.clz32(rows);
    this.#gradientMax = Math.min(2 ** 30, Math.floor(2 ** Math.min(52, 63 - shift) / rows) - 1);
    this.#hessianMax = Math.min(2 ** 30, Math.floor(2 ** 52 / rows) - 1);
    const monotone = Int8Array.from(features, ({ column }) => set.matrix.columns[column]?.monotone ?? 0);
    this.#grow = {
      features: features.length,
      leaves: features.length === 0 ? 1 : options.leaves,
      lambda: options.lambda,
      rowsPerLeafMin: options.rowsPerLeafMin,
      hessianPerLeafMin: options.hessianPerLeafMin,
      categoriesMax: options.maxCategories,
      stepMax: hasLogLink(options.loss) ? logStepMax : Infinity,
      monotone: monotone.some((direction) => direction !== 0) ? monotone : null,
      isCategory: Uint8Array.from(features, ({ table }) => (table === null ? 0 : 1)),
      shift,
    };
  }

  /** Grows a tree and adds it to the scores. Values are in node order, learning rate included. */
  nextTree(tree: number): { nodes: GrownNode[]; values: Float64Array } {
    const { loss, learningRate, tweediePower, quantile } = this.#options;
    const team = this.#team;
    this.#drawFeatures(tree);
    const parameter = loss === 'tweedie' ? tweediePower : quantile;
    team.run(phase.gradients, [lossCode[loss]], [parameter, this.#gradientMax, this.#hessianMax]);
    const scales: TreeScales = {
      gradientScale: largestOf(team.results, team.layout.threads, 0) / this.#gradientMax,
      hessianScale: this.#constantHessian
        ? 1
        : largestOf(team.results, team.layout.threads, 1) / this.#hessianMax,
    };
    const rows = this.#orderRows(tree);
    const nodes = growTree(team, { rows, rootSums: () => this.#rootSums(rows) }, scales, this.#grow);
    const leaves = nodes.filter(({ split }) => split === null);
    const values = Float64Array.from(leaves, ({ value }) => value);
    writeTree(team, nodes, values);
    if (loss === 'quantile') {
      team.run(phase.leafQuantiles, [leaves.length], [quantile]);
      values.set(new Float64Array(team.buffer, team.layout.leafValuesAt, leaves.length));
      if (this.#grow.monotone !== null)
        keepMonotone(monotoneTree(nodes, this.#grow.monotone), values, { outputs: 1, output: 0 });
    }
    for (let i = 0; i < values.length; i++) values[i]! *= learningRate;
    new Float64Array(team.buffer, team.layout.leafValuesAt, leaves.length).set(values);
    team.run(phase.update, [leaves.length, nodes[0]!.to]);
    return { nodes, values };
  }

  #drawFeatures(tree: number): void {
    const { featureShare, seed } = this.#options;
    if (featureShare >= 1) return;
    const key = drawKey(seed, -1 - tree);
    const draws = this.#features.map((_, feature) => ({ feature, draw: drawAt(key, feature) }));
    draws.sort((a, b) => a.draw - b.draw || a.feature - b.feature);
    const kept = Math.max(1, Math.round(featureShare * draws.length));
    draws.forEach(({ feature }, i) => {
      featureTable(this.#team)[feature * featureWord.words + featureWord.active] = i < kept ? 1 : 0;
    });
  }

  /** Puts the rows that this tree sees in front; returns their number. */
  #orderRows(tree: number): number {
    const { rowShare, seed } = this.#options;
    const { rows } = this.#team.layout;
    const limit = Math.floor(rowShare * 2 ** 32);
    this.#team.run(phase.order, [rowShare < 1 ? 1 : 0], [drawKey(seed, tree), limit]);
    return rowShare < 1 ? drawnOf(this.#team.results, this.#team.layout.threads) : rows;
  }

  /** Sums over the first rows, for trees that need no histogram. */
  #rootSums(rows: number): NodeSums {
    const { layout, buffer } = this.#team;
    const order = new Int32Array(buffer, layout.rowsAt, rows);
    const gradients = new Int32Array(buffer, layout.gradientAt, layout.rows);
    let gradient = 0;
    for (let i = 0; i < rows; i++) gradient += gradients[order[i]!]!;
    if (this.#constantHessian) return { gradient, hessian: rows, rows };
    const hessians = new Int32Array(buffer, layout.hessianAt, layout.rows);
    let hessian = 0;
    for (let i = 0; i < rows; i++) hessian += hessians[order[i]!]!;
    return { gradient, hessian, rows };
  }
}

/** The splits of a grown tree as `keepMonotone` reads them. */
function monotoneTree(
  nodes: readonly GrownNode[],
  monotone: Int8Array,
): { left: Int32Array; direction: Int8Array; leafRows: Int32Array } {
  let leaf = 0;
  return {
    left: Int32Array.from(nodes, ({ split, left }) => (split === null ? -1 - leaf++ : left)),
    direction: Int8Array.from(nodes, ({ split }) => (split === null ? 0 : (monotone[split.feature] ?? 0))),
    leafRows: Int32Array.from(
      nodes.filter(({ split }) => split === null),
      ({ sums }) => sums.rows,
    ),
  };
}

/** Follows the loss on rows that are not trained on. */
class StoppingWatch {
  /** Trees of the best loss so far. */
  bestTrees = 0;
  #trees = 0;
  readonly #options: BoosterOptions;
  readonly #set: TrainingSet;
  readonly #rounds: number;
  readonly #scores: Float64Array;
  #best: number;

  constructor(
    options: BoosterOptions,
    { set, rounds }: NonNullable<BoosterOptions['earlyStopping']>,
    { base, start }: StartingPoint,
  ) {
    checkTrainingSet(set, options);
    this.#options = options;
    this.#set = set;
    this.#rounds = rounds;
    this.#scores = startingScores(set, base, start);
    this.#best = meanLoss(set, this.#scores, options);
  }

  /** Takes in the newest tree; true when it is time to stop. */
  isEnough(newest: Booster): boolean {
    addTree(newest, 0, this.#set.matrix, this.#scores);
    this.#trees += 1;
    const loss = meanLoss(this.#set, this.#scores, this.#options);
    if (loss < this.#best) {
      this.#best = loss;
      this.bestTrees = this.#trees;
    }
    return this.#trees - this.bestTrees >= this.#rounds;
  }
}
