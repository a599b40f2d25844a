// Evaluations as runs: each is recorded under a name of its own before it starts, and one that is recorded already is not
// done again. A search that was killed therefore goes on where it was by asking for the same evaluations.

import { AppError, canonicalJson, isAppError } from '../../core/index.ts';
import { mean } from '../../forecasting/maths/index.ts';
import type { JsonObject, RunRecord } from '../../storage/ports/index.ts';
import { elapsedMs, type Timers } from '../jobs/index.ts';
import type { RunHandle, Tracking } from '../tracking/index.ts';
import type { TaskResult } from './engine.ts';
import type { Objective, ObjectiveAsk, ObjectiveResult } from './objective.ts';

export interface TrialRunsOptions {
  readonly tracking: Pick<Tracking, 'start' | 'get' | 'loadArtifact'>;
  readonly objective: Objective;
  readonly timers: Timers;
  /** Run of the search that the evaluations belong to. */
  readonly searchRunId: string;
  readonly project: string;
  readonly snapshotId: string;
  readonly seed: number;
  /** Aborted when the job is to stop: what is under way is then left for the next worker. */
  readonly signal: AbortSignal;
}

export interface TrialAsk extends ObjectiveAsk {
  /** Unlike that of every other evaluation of the search: `t004_r1`. */
  readonly name: string;
  /** Seconds after which it is stopped; null = none. */
  readonly secondsMax: number | null;
  /** Kept with the run, beside the question. */
  readonly labels: JsonObject;
  /** Without its loss there is no search: a refusal by the training is thrown. */
  readonly essential?: true;
}

export class TrialRuns {
  readonly #options: TrialRunsOptions;

  constructor(options: TrialRunsOptions) {
    this.#options = options;
  }

  runIdOf(name: string): string {
    return `${this.#options.searchRunId}_${name}`;
  }

  /**
   * Evaluates, or reads what was found when it was evaluated before. A point that the training refuses (`AppError`) has
   * no loss; any other failure is thrown, and the evaluation is done again when it is asked for again.
   */
  async evaluate(ask: TrialAsk): Promise<TaskResult> {
    const { tracking, searchRunId, project, snapshotId, seed } = this.#options;
    const { name, params, share, folds, labels, essential } = ask;
    const asked = { search: searchRunId, ...labels, share, folds, params };
    const id = this.runIdOf(name);
    const before = await this.#find(id);
    const known = before === undefined ? null : resultOf(before, asked);
    if (known !== null && !(essential && known.loss === null && known.stopped !== true)) return known;
    const start = { id, experiment: searchRunId, project, kind: 'trial', seed, snapshotId, params: asked };
    return await this.#evaluate(ask, await tracking.start(start));
  }

  /** Losses by series of an evaluation that was asked for before; shape [series], NaN = not scored. */
  async lossesOf(name: string): Promise<Float64Array> {
    const bytes = await this.#options.tracking.loadArtifact(this.runIdOf(name), 'losses');
    return new Float64Array(bytes.slice().buffer);
  }

  async #evaluate(ask: TrialAsk, run: RunHandle): Promise<TaskResult> {
    const began = elapsedMs();
    const cost = (cpuSeconds: number) => ({ durationMs: elapsedMs() - began, cpuSeconds });
    const limit = this.#limit(ask.secondsMax);
    try {
      const { losses, cpuSeconds } = await this.#ask(ask, limit.signal);
      await run.attach('losses', new Uint8Array(losses.slice().buffer));
      const loss = mean(losses);
      await run.logMetrics({ loss, series: losses.filter(Number.isFinite).length });
      return { loss, ...spentBy(await run.finish(cost(cpuSeconds))) };
    } catch (error) {
      const own = !this.#options.signal.aborted;
      if (own && limit.signal.aborted) {
        await run.logMetrics({ stopped: 1 });
        const ended = await run.fail(new Error('stopped: the time of the search is over'), cost(0));
        return { loss: null, stopped: true, ...spentBy(ended) };
      }
      // A loss of null says that the point itself failed and need not be tried again.
      const refused = own && isAppError(error) && !error.heals && ask.essential !== true;
      if (refused) await run.logMetrics({ loss: null });
      const ended = await run.fail(error, cost(0));
      if (!refused) throw error;
      return { loss: null, ...spentBy(ended) };
    } finally {
      limit.clear();
    }
  }

  async #ask({ params, share, folds }: TrialAsk, limit: AbortSignal): Promise<ObjectiveResult> {
    const signal = AbortSignal.any([this.#options.signal, limit]);
    signal.throwIfAborted();
    const result = await this.#options.objective.evaluate({ params, share, folds }, { signal });
    signal.throwIfAborted();
    if (result.losses.some(Number.isFinite)) return result;
    throw new AppError('train/not-finite', 'no series could be scored with these parameters');
  }

  #limit(secondsMax: number | null): { signal: AbortSignal; clear(): void } {
    const { timers } = this.#options;
    const controller = new AbortController();
    if (secondsMax === null) return { signal: controller.signal, clear: () => {} };
    const end = (): void => controller.abort(new Error('the time of the search is over'));
    // Timers hold 2^31 ms at most: longer than that is no limit to one evaluation.
    const handle = timers.setTimeout(end, Math.min(2 ** 31 - 1, Math.max(0, secondsMax * 1000)));
    return { signal: controller.signal, clear: () => timers.clearTimeout(handle) };
  }

  async #find(id: string): Promise<RunRecord | undefined> {
    try {
      return await this.#options.tracking.get(id);
    } catch (error) {
      if (isAppError(error, 'tracking/unknown-run')) return undefined;
      throw error;
    }
  }
}

/** What a run of an earlier worker found; null when it ended before it knew, or was asked something else. */
function resultOf(run: RunRecord, asked: JsonObject): TaskResult | null {
  if (canonicalJson(run.params) !== canonicalJson(asked)) return null;
  const { metrics, status } = run;
  const spent = spentBy(run);
  if (status === 'running') return null;
  if (metrics.stopped === 1) return { loss: null, stopped: true, ...spent };
  const { loss } = metrics;
  if (loss === undefined || (status === 'finished' && loss === null)) return null;
  return { loss: status === 'finished' ? loss : null, ...spent };
}

function spentBy({ durationMs, cpuSeconds }: RunRecord): { seconds: number; cpuSeconds: number } {
  return { seconds: (durationMs ?? 0) / 1000, cpuSeconds: cpuSeconds ?? 0 };
}
