// `evaluate FILE --hierarchy`: the totals are forecast like series of their own, everything is reconciled by the method
// that past windows speak for, and each level is scored as it came, bottom-up and reconciled.

import { AppError, lastPeriod, type Series } from '../../core/index.ts';
import { type Metrics, Scorecard } from '../../forecasting/evaluate/index.ts';
import {
  buildHierarchy,
  chooseMethod,
  coherentQuantiles,
  firstLeaf,
  type Hierarchy,
  incoherence,
  type MethodChoice,
  makeReconciler,
  type NodeErrors,
  needsErrors,
  nodeErrors,
  type ReconcileMethod,
  type ReconcilerOptions,
  type SeriesAttributes,
} from '../../forecasting/hierarchy/index.ts';
import { elapsedMs } from '../jobs/index.ts';
import {
  type EvaluatePanelOptions,
  type Evaluation,
  evaluatePanel,
  type FoldFit,
  type ScoredForecast,
} from './evaluate-panel.ts';
import { totalsOf } from './hierarchy-panel.ts';
import {
  type CoherentForecasts,
  type HierarchyWindow,
  nodeColumn,
  nodeForecasts,
} from './hierarchy-window.ts';
import { fillUnknown, pastWindows } from './past-windows.ts';

export interface EvaluateHierarchyOptions extends EvaluatePanelOptions {
  /** See `parseGroupings`; series of the panel end in the same period, see `alignEnds`. */
  readonly groupings: readonly string[];
  readonly attributes: SeriesAttributes;
  /** Series that were taken as sold no more, see `alignEnds`; default 0. */
  readonly endedEarly?: number;
  /** What to reconcile by; default: what past windows speak for. */
  readonly reconcile?: ReconcileMethod | undefined;
  /** Called with each test window before it is reconciled, for whoever compares methods. */
  readonly onWindow?: (window: HierarchyWindow) => void;
}

/** How good the nodes of one level are forecast. */
export interface LevelScores {
  readonly level: string;
  /** Scored, over all folds. */
  readonly nodes: number;
  /** Each node by itself: as a rule the figures do not add up. */
  readonly base: Metrics;
  /** Sums of the series' own forecasts. */
  readonly bottomUp: Metrics;
  /** By the chosen method. */
  readonly reconciled: Metrics;
}

export interface HierarchyEvaluation {
  /** Asked for, or chosen for the newest window; of `a+b` the mean. */
  readonly method: string;
  /** On the past windows before it: mean over levels of the mean RMSSE of their nodes, by method and `base`. */
  readonly losses: MethodChoice['losses'];
  /** From the total to the series; the last, `all`, is over all nodes. */
  readonly levels: readonly LevelScores[];
  /** Largest gap between a node and the sum of its series after reconciling, relative to the largest value. */
  readonly coherence: number;
  /** Series that ended before the others and count as no demand from there on. */
  readonly endedEarly: number;
  /** Wall-clock seconds beyond forecasting the series: totals, choice, reconciling, quantiles. */
  readonly seconds: number;
}

/**
 * Scores a panel and its totals. The totals are fitted, chosen and calibrated as a panel of their own, on the values before
 * each test window. `onForecast` is called with the reconciled forecasts of all totals and series, see `nodeForecasts`.
 * @throws AppError `hierarchy/*`; see `evaluatePanel`
 * Cost: `evaluatePanel` of the series and of the totals; draws × steps reconciliations for quantiles.
 */
export async function evaluateHierarchy(
  options: EvaluateHierarchyOptions,
): Promise<Evaluation & { readonly hierarchy: HierarchyEvaluation }> {
  const folds: Fold[] = [];
  // Most of the work is fitting; the totals are fewer than the series.
  const seriesShare = 0.7;
  const evaluation = await evaluatePanel({
    ...options,
    overlap: false,
    onFit: (fold) => void folds.push({ ...fold, forecasts: [] }),
    onForecast: (forecast) => void folds.at(-1)?.forecasts.push(forecast),
    onProgress: (share, message) => options.onProgress?.(seriesShare * share, message),
  });
  const begin = elapsedMs();
  const scores = new HierarchyScores(options);
  for (const [f, fold] of folds.entries()) {
    const window = await windowOf(fold, options, (share, message) =>
      options.onProgress?.(
        seriesShare + (1 - seriesShare) * ((f + share) / folds.length),
        `totals: ${message}`,
      ),
    );
    options.onWindow?.(window);
    const reconciled = scores.add(window);
    if (options.onForecast === undefined) continue;
    const of = { ...options, window: fold.window };
    for (const forecast of nodeForecasts(window, reconciled, of)) options.onForecast(forecast);
  }
  return { ...evaluation, hierarchy: scores.result((elapsedMs() - begin) / 1000) };
}

type Fold = FoldFit & { readonly forecasts: ScoredForecast[] };

/** Forecasts the totals of a fold and puts them beside its series. */
async function windowOf(
  fold: Fold,
  options: EvaluateHierarchyOptions,
  onProgress: (share: number, message: string) => void,
): Promise<HierarchyWindow> {
  const { horizon, seasons, levels } = options;
  const { leaves, actuals, steps, origin } = leavesOf(fold);
  const hierarchy = buildHierarchy({
    seriesIds: leaves.map(({ id }) => id),
    attributes: attributesFor(options, leaves),
    groupings: options.groupings,
  });
  const { nodeCount } = hierarchy;
  const leaf = firstLeaf(hierarchy);
  const histories = [...totalsOf(hierarchy, leaves), ...leaves];
  const found: { fit?: FoldFit; forecasts: ScoredForecast[] } = { forecasts: [] };
  const nonNegative =
    options.nonNegative ?? leaves.every(({ values }) => values.every((value) => !(value < 0)));
  await evaluatePanel({
    ...options,
    overlap: false,
    panel: { grid: options.panel.grid, series: histories.slice(0, leaf).map((one) => withSteps(one, steps)) },
    testSteps: new Int32Array(leaf).fill(steps),
    folds: 1,
    onFit: (fit) => {
      found.fit = fit;
    },
    onForecast: (forecast) => void found.forecasts.push(forecast),
    onProgress,
  });
  const totals = found.fit as FoldFit;
  const base = new Float64Array(steps * nodeCount).fill(Number.NaN);
  const quantiles = new Float64Array(levels.length * steps * nodeCount).fill(Number.NaN);
  const models = Array.from({ length: nodeCount }, () => '');
  // A series may be called as a total is: each kind has its own names.
  const nodesFrom = (first: number, to: number): Map<string, number> =>
    new Map(hierarchy.names.slice(first, to).map((name, i) => [name, first + i]));
  const [ofTotals, ofLeaves] = [nodesFrom(0, leaf), nodesFrom(leaf, nodeCount)];
  const made = [
    ...found.forecasts.map((forecast) => ({ ...forecast, node: ofTotals.get(forecast.seriesId) as number })),
    ...fold.forecasts.map((forecast) => ({ ...forecast, node: ofLeaves.get(forecast.seriesId) as number })),
  ];
  for (const { node, model, firstPeriod, mean, quantiles: own } of made) {
    models[node] = model;
    const skip = firstPeriod - origin;
    for (let k = 0; k < mean.length; k++) {
      base[(skip + k) * nodeCount + node] = mean[k] as number;
      for (let l = 0; l < levels.length; l++)
        quantiles[(l * steps + skip + k) * nodeCount + node] = own[l * mean.length + k] as number;
    }
  }
  fillUnknown(hierarchy, base);
  fillUnknown(hierarchy, quantiles);
  return {
    hierarchy,
    histories,
    steps,
    base,
    actual: truthOf(hierarchy, actuals, steps),
    quantiles,
    models,
    past: pastWindows({
      hierarchy,
      histories,
      leaves: { fit: fold.fit, ids: fold.held.panel.series.map(({ id }) => id) },
      totals: { fit: totals.fit, ids: totals.held.panel.series.map(({ id }) => id) },
      horizon,
      season: seasons.find((m) => m > 1) ?? 1,
    }),
    nonNegative,
  };
}

/**
 * The series of a fold that are forecast, with what came: those with a history, and those that begin in the test window,
 * which have sold nothing before. `origin` = period of the first step.
 */
function leavesOf(fold: Fold): {
  readonly leaves: readonly Series[];
  readonly actuals: readonly Float64Array[];
  readonly steps: number;
  readonly origin: number;
} {
  const { panel, actuals } = fold.held;
  const steps = actuals[0]?.length ?? 0;
  const origin = lastPeriod(panel.series[0] as Series) + 1;
  const known = new Set(panel.series.map(({ id }) => id));
  const launches = fold.forecasts.filter(({ seriesId }) => !known.has(seriesId));
  return {
    leaves: [
      ...panel.series,
      ...launches.map(({ seriesId }) => ({ id: seriesId, start: origin, values: new Float64Array(0) })),
    ],
    actuals: [
      ...actuals,
      ...launches.map(({ firstPeriod, actual }) => {
        const shifted = new Float64Array(steps);
        shifted.set(actual, firstPeriod - origin);
        return shifted;
      }),
    ],
    steps,
    origin,
  };
}

/** The attributes of the series that are in a fold. */
function attributesFor(options: EvaluateHierarchyOptions, leaves: readonly Series[]): SeriesAttributes {
  const indexOf = new Map(options.panel.series.map(({ id }, s) => [id, s]));
  const kept = leaves.map(({ id }) => indexOf.get(id) as number);
  return new Map(
    [...options.attributes].map(([name, labels]) => [name, kept.map((s) => labels[s] as string)]),
  );
}

/** A history with room for a test window; its values there are not looked at. */
function withSteps(one: Series, steps: number): Series {
  const values = new Float64Array(one.values.length + steps);
  values.set(one.values);
  return { ...one, values };
}

/** What came, of all nodes; a total is known when all of its series are. Shape [steps × nodes]. */
function truthOf(hierarchy: Hierarchy, actuals: readonly Float64Array[], steps: number): Float64Array {
  const { nodeCount, nodesOfLeaves } = hierarchy;
  const truth = new Float64Array(steps * nodeCount);
  for (const nodes of nodesOfLeaves) {
    for (const [s, node] of nodes.entries()) {
      for (let k = 0; k < steps; k++) {
        truth[k * nodeCount + node] = (truth[k * nodeCount + node] as number) + (actuals[s]?.[k] as number);
      }
    }
  }
  return truth;
}

/** Draws per quantile: as many as a hierarchy's size allows. */
const drawsMin = 60;
const drawsMax = 240;
const nodeDrawsMax = 4e6;

/** Scores of all folds, level by level. */
class HierarchyScores {
  readonly #options: EvaluateHierarchyOptions;
  readonly #cards: Map<string, Record<'base' | 'bottomUp' | 'reconciled', Scorecard>> = new Map();
  readonly #counts: Map<string, number> = new Map();
  #choice: MethodChoice | undefined;
  #coherence = 0;

  constructor(options: EvaluateHierarchyOptions) {
    this.#options = options;
  }

  /** @returns the reconciled forecasts that it scored */
  add(window: HierarchyWindow): CoherentForecasts {
    const { hierarchy, past, nonNegative } = window;
    const choice = this.#choose(window);
    this.#choice ??= choice;
    const errors = nodeErrors(hierarchy, past);
    const by = { errors, nonNegative, levels: this.#options.levels };
    this.#score('base', window, { mean: window.base, quantiles: window.quantiles });
    this.#score('bottomUp', window, coherent(window, { ...by, methods: ['bottom-up'] }));
    const final = coherent(window, { ...by, methods: choice.methods });
    this.#score('reconciled', window, final);
    for (let k = 0; k < window.steps; k++) {
      const row = final.mean.subarray(k * hierarchy.nodeCount, (k + 1) * hierarchy.nodeCount);
      this.#coherence = Math.max(this.#coherence, incoherence(hierarchy, row));
    }
    return final;
  }

  /** The losses are those of every method, also where one was asked for. */
  #choose({ hierarchy, past, nonNegative }: HierarchyWindow): MethodChoice {
    const { reconcile } = this.#options;
    const choice = chooseMethod(hierarchy, past, { nonNegative });
    if (reconcile === undefined) return choice;
    if (past.length === 0 && needsErrors(reconcile))
      throw new AppError(
        'hierarchy/no-past-errors',
        `${reconcile} weighs nodes by their past errors, and no past window can be forecast: the history is too short`,
      );
    return { ...choice, methods: [reconcile] };
  }

  result(seconds: number): HierarchyEvaluation {
    const { methods, losses } = this.#choice as MethodChoice;
    const levels = [...this.#cards].map(([level, { base, bottomUp, reconciled }]) => ({
      level,
      nodes: this.#counts.get(level) ?? 0,
      base: base.metrics(),
      bottomUp: bottomUp.metrics(),
      reconciled: reconciled.metrics(),
    }));
    const all = levels.findIndex(({ level }) => level === 'all');
    levels.push(...levels.splice(all, 1));
    return {
      method: methods.join('+'),
      losses,
      levels,
      coherence: this.#coherence,
      endedEarly: this.#options.endedEarly ?? 0,
      seconds,
    };
  }

  #score(
    name: 'base' | 'bottomUp' | 'reconciled',
    window: HierarchyWindow,
    forecast: CoherentForecasts,
  ): void {
    const { hierarchy, histories, actual } = window;
    for (const level of hierarchy.levels) {
      const [own, all] = [this.#card(level.name)[name], this.#card('all')[name]];
      for (let node = level.first; node < level.first + level.count; node++) {
        const truth = nodeColumn(window, actual, node);
        if (!truth.some(Number.isFinite)) continue;
        const scored = {
          history: (histories[node] as Series).values,
          actual: truth,
          mean: nodeColumn(window, forecast.mean, node),
          quantiles: nodeColumn(window, forecast.quantiles, node),
        };
        own.add(scored);
        all.add(scored);
        if (name !== 'base') continue;
        for (const key of [level.name, 'all']) this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
      }
    }
  }

  #card(level: string): Record<'base' | 'bottomUp' | 'reconciled', Scorecard> {
    const known = this.#cards.get(level);
    if (known !== undefined) return known;
    const card = (): Scorecard =>
      new Scorecard({
        season: this.#options.maseSeason,
        maseFrom: this.#options.maseFrom,
        levels: this.#options.levels,
      });
    const made = { base: card(), bottomUp: card(), reconciled: card() };
    this.#cards.set(level, made);
    return made;
  }
}

/** Draws are reconciled this exactly: far closer than a quantile of a few hundred of them is known. */
const drawTolerance = 1e-4;

/** Coherent means and quantiles of a window, shapes as in it. */
function coherent(
  window: HierarchyWindow,
  by: Omit<ReconcilerOptions, 'tolerance'> & {
    readonly errors: NodeErrors;
    readonly levels: readonly number[];
  },
): CoherentForecasts {
  const { hierarchy, steps, base } = window;
  const { nodeCount } = hierarchy;
  const { levels, errors } = by;
  const exact = makeReconciler(hierarchy, by);
  const reconciler = makeReconciler(hierarchy, { ...by, tolerance: drawTolerance });
  const mean = new Float64Array(base.length);
  const quantiles = new Float64Array(window.quantiles.length);
  const draws = Math.min(drawsMax, Math.max(drawsMin, Math.floor(nodeDrawsMax / nodeCount)));
  const own = new Float64Array(levels.length * nodeCount);
  for (let k = 0; k < steps; k++) {
    const [from, to] = [k * nodeCount, (k + 1) * nodeCount];
    exact.reconcile(base.subarray(from, to), mean.subarray(from, to));
    if (levels.length === 0) continue;
    const at = (l: number): number => (l * steps + k) * nodeCount;
    for (let l = 0; l < levels.length; l++)
      own.set(window.quantiles.subarray(at(l), at(l) + nodeCount), l * nodeCount);
    const found = coherentQuantiles(hierarchy, { reconciler, levels, quantiles: own, errors, draws });
    for (let l = 0; l < levels.length; l++)
      quantiles.set(found.subarray(l * nodeCount, (l + 1) * nodeCount), at(l));
  }
  return { mean, quantiles };
}
