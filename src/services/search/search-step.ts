// The step that searches: evaluations one after the other, each a run; then the best beside the defaults on the last
// window, which the choice never saw.

import { AppError, type Panel, type Project } from '../../core/index.ts';
import type { Json } from '../../storage/ports/index.ts';
import { elapsedMs, type StepContext, systemTimers, type Timers, withoutCause } from '../jobs/index.ts';
import type { RunHandle, Tracking } from '../tracking/index.ts';
import { asRun, projectOf, resultOf, type SnapshotResult, type TrainingOptions } from '../train/index.ts';
import { runEngine, type SearchEnd, type SearchState } from './engine.ts';
import { fidelities } from './halving.ts';
import type { Objective } from './objective.ts';
import { pairedDifference } from './paired.ts';
import { eta, parseSearchRequest, type SearchRequest } from './request.ts';
import { reportMetrics, reportSummary, type SearchReport, trialRows, verdictOf } from './search-report.ts';
import type { Space } from './space.ts';
import { TrialRuns } from './trial-runs.ts';

/** What a search needs to evaluate on. */
export interface ObjectiveInput {
  readonly project: Project;
  readonly panel: Panel;
  /** Worker threads; 0 = compute on the calling thread. */
  readonly threads: number;
}

export interface SearchOptions extends Omit<TrainingOptions, 'tracking'> {
  readonly tracking: Pick<Tracking, 'start' | 'get' | 'loadArtifact'>;
  readonly objective: (input: ObjectiveInput) => Promise<Objective>;
  /** Searched when the request names no space. */
  readonly defaultSpace: (input: ObjectiveInput) => Space;
  readonly timers?: Timers;
}

/**
 * Searches on the snapshot of this job. Input: see `parseSearchRequest`. Killed anywhere, it goes on from the evaluations
 * that were recorded. Nothing is registered: what it finds is used by configuring it, and must pass the gate as ever.
 * @throws AppError `train/bad-search`, `train/search-too-short`, what training the defaults throws, and the signal's
 * reason when the job is to stop
 */
export async function searchStep(options: SearchOptions, context: StepContext): Promise<Json> {
  const { data, tracking, threads } = options;
  const { snapshotId } = resultOf<SnapshotResult>(context, 'snapshot');
  const project = await projectOf(options, context.project);
  const asked = withoutCause(context.input);
  const request = parseSearchRequest(asked);
  const seed = request.seed ?? project.seed;
  const start = { kind: 'search' as const, project: project.name, seed, snapshotId, params: asked };
  return await asRun(tracking, context, start, async (run) => {
    const panel = await data.readPanel(project, snapshotId);
    const input = { project, panel, threads };
    const space = request.space ?? options.defaultSpace(input);
    const objective = await options.objective(input);
    try {
      objective.check(space);
      const trials = new TrialRuns({
        tracking,
        objective,
        timers: options.timers ?? systemTimers,
        searchRunId: run.id,
        project: project.name,
        snapshotId,
        seed,
        signal: context.signal,
      });
      const search: Search = { request, space, seed, defaults: objective.defaults, trials, context, run };
      const report = await searched(search, { project: project.name, snapshotId });
      await run.attach('search', new TextEncoder().encode(JSON.stringify(report)));
      await run.logMetrics(reportMetrics(report));
      return { result: reportSummary(report), cpuSeconds: report.spent.cpuSeconds };
    } finally {
      await objective.close();
    }
  });
}

interface Search {
  readonly request: SearchRequest;
  readonly space: Space;
  readonly seed: number;
  readonly defaults: Objective['defaults'];
  readonly trials: TrialRuns;
  readonly context: StepContext;
  readonly run: RunHandle;
}

async function searched(
  search: Search,
  of: { readonly project: string; readonly snapshotId: string },
): Promise<SearchReport> {
  const { request, defaults, context, run } = search;
  const rungs = fidelities({ rungs: request.rungs, eta, folds: request.folds });
  const end = await runTrials(search, rungs);
  const { best } = end;
  const [reference] = end.trials;
  if (best === null || reference === undefined) throw tooShort(request);
  context.progress(0.98, 'the best beside the defaults, on the last window');
  const difference = best.index === 0 ? null : await judge(search, best.params);
  return {
    ...of,
    runId: run.id,
    request: withoutCause(context.input),
    fidelities: rungs,
    endedBy: end.endedBy,
    spent: end.spent,
    defaults,
    trials: trialRows(end),
    best: {
      trial: best.index,
      params: best.params,
      loss: best.losses.at(-1) as number,
      defaultsLoss: reference.losses.at(-1) as number,
    },
    verdict: best.index === 0 ? 'defaults' : verdictOf(difference),
    difference,
  };
}

async function runTrials(search: Search, rungs: ReturnType<typeof fidelities>): Promise<SearchEnd> {
  const { request, space, seed, defaults, trials, context, run } = search;
  const { sampler, budget } = request;
  const began = elapsedMs();
  return await runEngine(
    { space, sampler, seed, budget, fidelities: rungs, eta, defaults },
    ({ trial, rung, params, fidelity, secondsMax }) =>
      trials.evaluate({
        name: `t${String(trial).padStart(3, '0')}_r${rung}`,
        labels: { trial, rung },
        params: trial === 0 ? {} : params,
        share: fidelity.share,
        // The last window, 0, is kept for the report.
        folds: Array.from({ length: fidelity.folds }, (_, i) => i + 1),
        secondsMax,
        ...(trial === 0 ? { essential: true as const } : {}),
      }),
    async (state) => {
      context.progress(0.97 * state.share, progressText(state, { request, rungs, ms: elapsedMs() - began }));
      await run.logMetrics({ trials: state.spent.trials, 'best.loss': state.best?.losses.at(-1) ?? null });
    },
  );
}

/** Both on the last window, at full fidelity; null when they share fewer than two scored series. */
async function judge(
  { trials, seed }: Search,
  best: SearchReport['defaults'],
): Promise<SearchReport['difference']> {
  const whole = { share: 1, folds: [0], secondsMax: null };
  for (const [name, params] of [
    ['report_best', best],
    ['report_defaults', {}],
  ] as const) {
    const { loss } = await trials.evaluate({ name, labels: { report: true }, params, ...whole });
    if (loss === null) return null;
  }
  return pairedDifference(
    await trials.lossesOf('report_best'),
    await trials.lossesOf('report_defaults'),
    seed,
  );
}

/** `trial 7 of 40 · best 0.8123, -3.1 % beside the defaults · 4 min left`. */
function progressText(
  { trials, best, share }: SearchState,
  { request, rungs, ms }: { request: SearchRequest; rungs: readonly unknown[]; ms: number },
): string {
  const parts = [`trial ${trials.length} of ${request.budget.trials}`];
  const reference = trials[0]?.losses[rungs.length - 1];
  const loss = best?.losses.at(-1);
  if (loss !== undefined && reference !== undefined) {
    const change = reference > 0 ? (100 * (loss - reference)) / reference : 0;
    parts.push(`best ${loss.toFixed(4)}, ${change.toFixed(1)} % beside the defaults`);
  }
  const minutes = share > 0 ? ((1 - share) / share) * (ms / 60_000) : 0;
  parts.push(minutes < 1 ? `${Math.ceil(minutes * 60)} s left` : `${Math.round(minutes)} min left`);
  return parts.join(' · ');
}

function tooShort({ budget }: SearchRequest): AppError {
  const limits = [
    budget.seconds === null ? [] : `${budget.seconds} s`,
    budget.cpuSeconds === null ? [] : `${budget.cpuSeconds} CPU-s`,
  ].flat();
  return new AppError(
    'train/search-too-short',
    `the budget of ${limits.join(' and ')} was over before the defaults were scored at full fidelity`,
  );
}
