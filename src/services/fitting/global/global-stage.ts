// Where a training stands with the model over all series: started when the plan has one, with its own threads.

import type { Panel } from '../../../core/index.ts';
import type {
  BacktestTable,
  Candidate,
  CandidateGroup,
  CandidatePlan,
} from '../../../forecasting/evaluate/index.ts';
import { type GlobalModel, isGlobal } from '../../../forecasting/models/index.ts';
import { elapsedMs, threadCpuMs } from '../../jobs/index.ts';
import { type StartedCrew, startKernelCrew } from '../kernel-crew.ts';
import { backtestGlobal, finalGlobal, forecastGlobal, type GlobalBacktest } from './global-fit.ts';
import type { GlobalParams } from './global-params.ts';
import type { GlobalFitOptions } from './global-table.ts';

export interface GlobalStageOptions {
  readonly panel: Panel;
  readonly plan: CandidatePlan;
  /** Quantile levels of its own, ascending. */
  readonly levels: readonly number[];
  /** Threads that train together; 0 or 1 = the calling one alone. The result is the same. */
  readonly threads: number;
  readonly seed?: number;
  /** What is set of the model instead of its defaults. */
  readonly params?: GlobalParams;
  /** Train it even when it serves no series, so that it can be scored. */
  readonly forecastAll?: boolean;
}

export interface GlobalStage {
  backtest(onProgress: (share: number) => void): Promise<void>;
  /** Trains the model that serves, if it is to serve a series, new ones included, or to be scored. */
  finish(chosen: readonly Candidate[], onProgress: (share: number) => void): Promise<GlobalModel | undefined>;
  /** Writes its means into `forecasts` where all models are wanted. @returns its quantiles, else nothing */
  forecast(forecasts: Float64Array): Float64Array;
  addCosts(totals: { costs: Float64Array; cpuMs: number }): void;
  close(): Promise<void>;
}

/** @returns undefined when the plan has no model over all series */
export function globalStage(
  table: BacktestTable,
  groups: readonly CandidateGroup[],
  options: GlobalStageOptions,
): GlobalStage | undefined {
  const model = options.plan.models.findIndex(isGlobal);
  if (model < 0) return undefined;
  const { panel, plan, levels, seed = 1, params = {} } = options;
  const cost = { ms: 0, cpuMs: 0 };
  let crew: StartedCrew | undefined;
  let backtested: GlobalBacktest | null = null;
  let trained: GlobalModel | undefined;
  const fitOptions = (onProgress: (share: number) => void): GlobalFitOptions => {
    return { panel, table, plan, model, groups, levels, seed, params, crew, onProgress };
  };
  const measured = <Result>(work: () => Result): Result => {
    const [begin, cpuBegin] = [elapsedMs(), threadCpuMs()];
    const result = work();
    cost.ms += elapsedMs() - begin;
    cost.cpuMs += threadCpuMs() - cpuBegin;
    return result;
  };
  return {
    backtest: async (onProgress) => {
      onProgress(0);
      if (options.threads > 1) crew = await startKernelCrew(options.threads);
      backtested = measured(() => backtestGlobal(fitOptions(onProgress)));
    },
    finish: async (chosen, onProgress) => {
      const found = backtested;
      if (found === null) return undefined;
      // New series are forecast by nothing else, whoever serves the others: worth a training where attributes tell them apart.
      const launches = (found.earlier?.plan.launch.effects.length ?? 0) > 0;
      const serves = chosen.some(({ members }) => members.includes(model));
      const wanted = options.forecastAll || serves || launches;
      onProgress(0);
      if (wanted) trained = measured(() => finalGlobal(fitOptions(onProgress), found));
      return trained;
    },
    forecast: (forecasts) => {
      const one = trained;
      if (one === undefined || forecasts.length === 0) return new Float64Array(0);
      const quantiles = new Float64Array(panel.series.length * levels.length * table.horizon);
      measured(() =>
        forecastGlobal(
          fitOptions(() => {}),
          one.parts,
          { means: forecasts, quantiles },
        ),
      );
      return quantiles;
    },
    addCosts: (totals) => {
      totals.costs[model] = (totals.costs[model] as number) + cost.ms;
      totals.cpuMs += cost.cpuMs;
    },
    close: async () => {
      await crew?.close();
    },
  };
}
