// The step that scores: the end of every series held back and forecast from what is before, everything about it in a run.

import { AppError, type Project } from '../../core/index.ts';
import type { Json, JsonObject } from '../../storage/ports/index.ts';
import type { Evaluation } from '../evaluation/index.ts';
import type { StepContext } from '../jobs/index.ts';
import { asRun } from './step-run.ts';
import { evaluatePanelInThread } from './train-thread.ts';
import { projectOf, resultOf, type SnapshotResult, type TrainingOptions } from './training-options.ts';

/** What the run keeps as artifact `evaluation`, as JSON. */
export interface BacktestReport extends Evaluation {
  readonly project: string;
  readonly snapshotId: string;
  readonly rows: number;
  readonly horizon: number;
  readonly seasons: readonly number[];
  readonly maseSeason: number;
  readonly notes: readonly string[];
}

const foldsMax = 20;

/**
 * Scores the models on the snapshot of this job. Input: `folds` (test windows, default 1), `models` (names, default the
 * project's). Nothing is registered.
 * @throws AppError `train/not-enough-data`, `models/unknown-model`, and the signal's reason when the job is to stop
 */
export async function backtestStep(options: TrainingOptions, context: StepContext): Promise<Json> {
  const { data, tracking, threads } = options;
  const { snapshotId, rowCount } = resultOf<SnapshotResult & { rowCount: number }>(context, 'snapshot');
  const project = await projectOf(options, context.project);
  const { folds, models } = inputOf(context.input, project);
  const { horizonSteps: horizon, levels, seed, gbdt = {} } = project;
  const seasons = project.seasons.filter((season) => season > 1);
  const maseSeason = seasons[0] ?? 1;
  const params = { horizon, seasons, levels, models, folds, gbdt };
  const start = { kind: 'backtest' as const, project: project.name, seed, snapshotId, params };
  return await asRun(tracking, context, start, async (run) => {
    const panel = await data.readPanel(project, snapshotId);
    const { signal } = context;
    const evaluation = await evaluatePanelInThread(
      { panel, testSteps: null, horizon, seasons, maseSeason, folds, models, levels, threads, params: gbdt },
      { signal, onProgress: (fraction, message) => context.progress(fraction, message) },
    );
    signal.throwIfAborted();
    const report: BacktestReport = {
      project: project.name,
      snapshotId,
      rows: rowCount,
      ...evaluation,
      horizon,
      seasons,
      maseSeason,
      notes: Object.entries(evaluation.skipped).map(
        ([reason, count]) => `${count} series left out: ${reason}`,
      ),
    };
    await run.attach('evaluation', new TextEncoder().encode(JSON.stringify(report)));
    await run.logMetrics(flatMetrics(evaluation));
    return { result: { runId: run.id }, cpuSeconds: evaluation.selected.cpuSeconds };
  });
}

/** Jobs outlive programs: what an older one or another client put in is checked again. */
function inputOf(input: JsonObject, project: Project): { folds: number; models: 'auto' | readonly string[] } {
  const { folds = 1, models = project.models } = input as { folds?: unknown; models?: unknown };
  const isNames =
    Array.isArray(models) && models.length > 0 && models.every((name) => typeof name === 'string');
  if (!Number.isInteger(folds) || (folds as number) < 1 || (folds as number) > foldsMax)
    throw new AppError(
      'train/bad-backtest',
      `folds is ${String(folds)}: give a whole number from 1 to ${foldsMax}`,
    );
  if (models !== 'auto' && !isNames)
    throw new AppError('train/bad-backtest', 'models is neither "auto" nor a list of names from the catalog');
  return { folds: folds as number, models: models as 'auto' | string[] };
}

function flatMetrics({ models, selected }: Evaluation): Record<string, number | null> {
  const metrics: Record<string, number | null> = {};
  for (const { name, metrics: of, seconds } of [...models, { name: 'selected', ...selected }]) {
    const { smape, mase, rmsse, wape, bias, spl } = of;
    for (const [figure, value] of Object.entries({ smape, mase, rmsse, wape, bias, spl, seconds }))
      metrics[`${name}.${figure}`] = value;
  }
  return metrics;
}
