// From a project's panel to a forecaster, its artifact and its report.

import { AppError, lastPeriod, type Panel, type Project, type Series } from '../../core/index.ts';
import {
  autoPlanFor,
  type Candidate,
  type CandidatePlan,
  namedPlan,
} from '../../forecasting/evaluate/index.ts';
import { planEffects } from '../../forecasting/features/index.ts';
import { encodeForecaster, type Forecaster, modelOf } from '../../forecasting/models/index.ts';
import { fitPanel, type PanelFit, toForecaster } from '../fitting/index.ts';
import { leadingSeason, trainable } from './check-data.ts';
import {
  type FoldScores,
  type FoldShape,
  ofBacktest,
  ofSeasonalNaive,
  type PanelFolds,
  panelFolds,
  scoreFolds,
} from './fold-scores.ts';
import { figures, type GateFigures, scoredCells } from './gate.ts';
import { hierarchyMetrics } from './hierarchy-metrics.ts';
import { inventoryMetrics } from './inventory-metrics.ts';
import type { TrainingReport } from './training-report.ts';

export interface ProjectFit {
  readonly artifact: Uint8Array;
  readonly report: TrainingReport;
  /** Thread-seconds over all threads. */
  readonly cpuSeconds: number;
}

export interface FitProjectOptions {
  readonly project: Project;
  readonly snapshotId: string;
  readonly panel: Panel;
  /** Worker threads; 0 = compute on the calling thread. */
  readonly threads: number;
  readonly onProgress: (fraction: number, message: string) => void;
}

/** Bounds of how many last values each series carries along for the baseline that stands in. */
const recentMin = 14;
const recentMax = 400;

/**
 * Backtests, chooses, calibrates, fits, and scores what was chosen beside seasonal naive on the same folds.
 * @throws AppError `train/no-data`, `train/not-enough-data`, `train/not-finite`, `models/unknown-model`
 */
export async function fitProject(options: FitProjectOptions): Promise<ProjectFit> {
  const { project, onProgress } = options;
  const { panel, short } = trainable(project, options.panel);
  const shortSeries = short.map(({ id }) => id);
  const plan = planOf(project, panel);
  for (const name of plan.models) modelOf(name);
  const season = leadingSeason(project);
  const { horizonSteps: horizon, nonNegative, levels, seasons } = project;
  const fit = await fitPanel({
    panel,
    seed: project.seed,
    ...(project.gbdt === undefined ? {} : { params: project.gbdt }),
    horizon,
    plan,
    season,
    levels,
    nonNegative,
    overlap: project.hierarchy === undefined,
    threads: options.threads,
    onProgress: (fraction, message) => onProgress(0.95 * fraction, message),
  });
  const { originsMax, step } = fit.table;
  const shape: FoldShape = { horizon, originsMax, step, season, nonNegative };
  onProgress(0.96, 'score');
  const chosen = (series: number): Candidate => fit.chosen[series] as Candidate;
  const folds = await panelFolds(panel, shape);
  const selected = await scoreFolds(folds, ofBacktest(fit.table, chosen));
  const seasonalNaive = await scoreFolds(folds, ofSeasonalNaive(shape));
  const metrics = {
    ...(await modelMetrics({ folds, plan, fit })),
    ...flat('seasonal-naive', seasonalNaive),
    ...flat('selected', selected),
    ...(await inventoryMetrics({ project, panel, season, fit })),
    ...(await hierarchyMetrics({
      project,
      panel,
      fit,
      season,
      fitTotals: (totals) => fitTotals(totals, options),
    })),
  };
  const recentCount = Math.min(recentMax, Math.max(recentMin, 2 * Math.max(1, ...seasons)));
  const forecaster = toForecaster(fit, { panel, horizon, seasons, nonNegative, recentCount });
  if (!fit.states.every((state) => state.length > 0)) {
    throw new AppError('train/not-finite', `training ${project.name} left a series without a model`);
  }
  return {
    artifact: encodeForecaster({ ...forecaster, ...shortOf(short) }),
    report: {
      format: 1,
      snapshotId: options.snapshotId,
      shape,
      seriesIds: panel.series.map(({ id }) => id),
      shortSeries,
      outlierSeries: fit.leftOut.map((s) => (panel.series[s] as Series).id),
      endedSeries: fit.ended.map((s) => (panel.series[s] as Series).id),
      chosen: countChosen(fit),
      metrics,
      effects: planEffects(panel, seasons),
      selected,
      seasonalNaive,
    },
    cpuSeconds: fit.cpuSeconds,
  };
}

/** Fits the totals of a hierarchy as its series are fitted. */
function fitTotals(totals: Panel, { project, threads }: FitProjectOptions): Promise<PanelFit> {
  const { horizonSteps: horizon, levels, nonNegative } = project;
  return fitPanel({
    panel: totals,
    seed: project.seed,
    horizon,
    plan: planOf(project, totals),
    season: leadingSeason(project),
    levels,
    nonNegative,
    overlap: false,
    threads,
  });
}

/** What the project wants to be tried. */
function planOf(project: Project, panel: Panel): CandidatePlan {
  const { models, seasons, horizonSteps: horizon } = project;
  return models === 'auto' ? autoPlanFor(panel, { seasons, horizon }) : namedPlan(models, seasons);
}

/** Scores and cost of every single model, each on the series it was tried on. */
async function modelMetrics(of: {
  folds: PanelFolds;
  plan: CandidatePlan;
  fit: PanelFit;
}): Promise<Record<string, number | null>> {
  const { folds, plan, fit } = of;
  const metrics: Record<string, number | null> = {};
  for (const [m, name] of plan.models.entries()) {
    const contender = ofBacktest(fit.table, () => ({ name, members: [m] }));
    const scores = await scoreFolds(folds, (fold, errors) => {
      const group = folds.kinds[fold.series] === 'squared' ? plan.intermittent : plan.regular;
      return group.active[m] === true && contender(fold, errors);
    });
    Object.assign(metrics, flat(name, scores));
    metrics[`${name}.seconds`] = (fit.costs[m] as number) / 1000;
  }
  return metrics;
}

function flat(name: string, scores: FoldScores): Record<string, number | null> {
  const cells = scoredCells(scores);
  const none: GateFigures = { loss: Number.NaN, rmsse: null, wape: null, bias: null };
  const { loss, rmsse, wape, bias } = cells.length === 0 ? none : figures(scores, cells);
  return {
    [`${name}.loss`]: Number.isNaN(loss) ? null : loss,
    [`${name}.rmsse`]: rmsse,
    [`${name}.wape`]: wape,
    [`${name}.bias`]: bias,
  };
}

function countChosen(fit: PanelFit): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { name } of fit.chosen) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)));
}

/** What is known of series that were too short to fit. */
function shortOf(short: readonly Series[]): Pick<Forecaster, 'short'> {
  const known = short.filter(({ values }) => values.some(Number.isFinite));
  if (known.length === 0) return {};
  return { short: known.map((one) => ({ id: one.id, last: lastPeriod(one), values: one.values })) };
}
