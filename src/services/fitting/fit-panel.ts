// Fitting a whole panel: backtest every model worth trying, choose and calibrate on the backtest alone, fit what was
// chosen on the full history. `evaluate FILE` and the training of a project both come here.

import type { Panel } from '../../core/index.ts';
import {
  type BacktestTable,
  type Candidate,
  type CandidateGroup,
  type CandidateOf,
  type CandidatePlan,
  calibrate,
  candidateLosses,
  choose,
  type ErrorUnit,
  errorUnit,
  fewSeries,
  groupOf,
  hasEnded,
  hasOwnQuantiles,
  isFading,
  learnablePanel,
  newBacktestTable,
  type OwnForecasts,
  originsFor,
  pathTable,
  type ServedAt,
  servedForecasts,
  spanFor,
  stepFor,
  symmetricStrata,
  windowDistances,
} from '../../forecasting/evaluate/index.ts';
import {
  type GlobalModel,
  type IntervalTable,
  isGlobal,
  type PathTable,
} from '../../forecasting/models/index.ts';
import { elapsedMs, siblingScript, ThreadPool, threadCpuMs } from '../jobs/index.ts';
import { fitProgress } from './fit-progress.ts';
import { type FitReply, type FitRequest, type FitTaskData, makeFitTask, seasonGrid } from './fit-task.ts';
import type { GlobalParams } from './global/global-params.ts';
import { globalStage } from './global/global-stage.ts';

export interface FitPanelOptions {
  readonly panel: Panel;
  /** Steps ahead, ≥ 1. */
  readonly horizon: number;
  readonly plan: CandidatePlan;
  /** Periods per cycle that scales and folds go by; 1 = none. */
  readonly season: number;
  /** Quantile levels of the interval tables, ascending in (0, 1). */
  readonly levels: readonly number[];
  readonly nonNegative: boolean;
  /** Worker threads; 0 = compute on the calling thread (small panels, tests). */
  readonly threads: number;
  /** Of everything random. Default 1. */
  readonly seed?: number;
  /** What is set of the model over all series instead of its defaults. */
  readonly params?: GlobalParams;
  /**
   * Windows of the backtest may overlap where a few series leave room for few; default true. Those of a hierarchy must not, as
   * windows of its series and totals are laid side by side.
   */
  readonly overlap?: boolean;
  /** Also forecast with every single model of the plan, so that each can be scored. */
  readonly forecastAll?: boolean;
  /** Called with what is done, 0 to 1, and what is being done. */
  readonly onProgress?: (fraction: number, message: string) => void;
}

export interface PanelFit {
  readonly table: BacktestTable;
  /** What serves each series, shape [series]. */
  readonly chosen: readonly Candidate[];
  /** State of each series' model after its last period, made by `modelAmong` with `trained`. */
  readonly states: readonly Float64Array[];
  readonly intervals: IntervalTable;
  /** How errors of different leads went together. */
  readonly paths: PathTable;
  /** What would have been served at the origins of the backtest. */
  readonly servedAt: ServedAt;
  /** Index into `intervals.strata` and unit of its offsets, per series. */
  readonly strata: Uint8Array;
  readonly scales: Float64Array;
  /** Stratum and base unit of errors per series; see `unitWithFactor`. */
  readonly units: readonly ErrorUnit[];
  /** With `forecastAll`: shape [series × models × horizon], NaN where a model was not tried; else empty. */
  readonly forecasts: Float64Array;
  /** With `forecastAll` and a model that has quantiles of its own: shape [series × levels × horizon]; else empty. */
  readonly ownQuantiles: Float64Array;
  /** Indices of the series of which one value was not learnt from; see `learnablePanel`. */
  readonly leftOut: readonly number[];
  /** Indices of the series whose demand has ended, by their own intervals, and that are served by what decays. */
  readonly ended: readonly number[];
  /** What was trained on the panel as a whole, if it serves a series, new ones included, or is scored. */
  readonly trained: GlobalModel | undefined;
  /** Milliseconds spent in each of the plan's models, backtest and final fit together, over all threads. */
  readonly costs: Float64Array;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** Enough chunks to keep threads even, few enough that messages cost nothing. */
const chunksPerThread = 8;

/**
 * Backtests, chooses, calibrates and fits. The result does not depend on the number of threads.
 * Cost: (origins + 1) fits per series and model, spread over the threads.
 */
export async function fitPanel(given: FitPanelOptions): Promise<PanelFit> {
  const begin = elapsedMs();
  const { panel, leftOut } = learnablePanel(given.panel);
  const options = { ...given, panel };
  const data = shareData(options);
  const { series } = panel;
  const groups = series.map(({ values }) => groupOf(options.plan, values, options.season));
  const global = globalStage(data.table, groups, options);
  const { originsMax: origins, horizon } = data.table;
  const { forecastAll = false } = options;
  const size = { panel, horizon, origins, global: global !== undefined, forecastAll };
  const progress = fitProgress(size, options.onProgress);
  try {
    const totals = { costs: new Float64Array(options.plan.models.length), cpuMs: 0 };
    await runSeries(data, options, {
      request: (from, to) => ({ kind: 'backtest', from, to }),
      onReply: (reply) => addTotals(totals, reply),
      onDone: progress.backtest,
    });
    await global?.backtest(progress.globalBacktest);
    progress.choice(0);
    const cpuBegin = threadCpuMs();
    const { final: chosen, without } = chooseCandidates(data.table, groups, options.plan);
    const decays = decaying(options.plan.intermittent);
    const ended =
      decays === undefined
        ? []
        : series.flatMap(({ values }, s) => (hasEnded(values, options.season) ? [s] : []));
    for (const s of ended) chosen[s] = decays as Candidate;
    const fading = fadingSeries(options, groups);
    for (const [s, line] of fading) chosen[s] = line;
    const candidateOf: CandidateOf = (s, origin) =>
      fading.get(s) ?? ((without[origin] as readonly Candidate[])[s] as Candidate);
    progress.choice(0.3);
    const calibration = calibrate(data.table, { levels: options.levels, candidateOf });
    const { intervals, scaleFactors } = calibration;
    progress.choice(0.8);
    const served = { ...calibration, candidateOf };
    const paths = pathTable(data.table, served);
    totals.cpuMs += threadCpuMs() - cpuBegin;
    const trained = await global?.finish(chosen, progress.globalFit);
    const states: Float64Array[] = new Array(series.length);
    await runSeries(data, options, {
      request: (from, to) => ({
        kind: 'fit',
        from,
        to,
        chosen: chosen.slice(from, to).map(({ members }) => members),
        globalKeep: trained?.parts.plan.historyPeriods ?? 0,
      }),
      onReply: (reply, from) => {
        addTotals(totals, reply);
        for (const [i, state] of reply.states.entries()) states[from + i] = state;
      },
      onDone: progress.fit,
    });
    progress.forecast(0);
    const ownQuantiles = global?.forecast(data.forecasts) ?? new Float64Array(0);
    global?.addCosts(totals);
    const units = series.map(({ values }) => errorUnit(values, options.season));
    const strata = units.map(({ stratum }, s) => {
      const own = hasOwnQuantiles(data.table, chosen[s] as Candidate);
      return own ? stratum + (intervals.ownFrom as number) : stratum;
    });
    return {
      table: data.table,
      chosen,
      states,
      intervals,
      paths,
      servedAt: servedForecasts(data.table, served),
      strata: Uint8Array.from(strata),
      units,
      scales: Float64Array.from(units, (unit, s) => unitWithFactor(unit, scaleFactors[s] as number)),
      forecasts: data.forecasts,
      ownQuantiles,
      leftOut,
      ended,
      trained,
      costs: totals.costs,
      seconds: (elapsedMs() - begin) / 1000,
      cpuSeconds: totals.cpuMs / 1000,
    };
  } finally {
    await global?.close();
  }
}

/** What forecasts ever less the longer nothing is sold; undefined where the user named models that hold on. */
function decaying({ candidates }: CandidateGroup): Candidate | undefined {
  return candidates.find(({ name }) => name === 'tsb');
}

/** Regular series whose demand is running out along a line, and what follows it; none where the plan has nothing that does. */
function fadingSeries(
  { panel, plan, season }: FitPanelOptions,
  groups: readonly CandidateGroup[],
): ReadonlyMap<number, Candidate> {
  const line = plan.regular.candidates[plan.regular.fading ?? -1];
  const fading = new Map<number, Candidate>();
  if (line === undefined) return fading;
  for (const [s, { values }] of panel.series.entries())
    if (groups[s] === plan.regular && isFading(values, season)) fading.set(s, line);
  return fading;
}

/** Copies the histories into shared memory and makes room for the results. */
function shareData(options: FitPanelOptions): FitTaskData {
  const { panel, horizon, plan, season, nonNegative } = options;
  const { series } = panel;
  const begins = new Int32Array(new SharedArrayBuffer(4 * (series.length + 1)));
  for (const [s, { values }] of series.entries()) begins[s + 1] = (begins[s] as number) + values.length;
  const values = new Float64Array(new SharedArrayBuffer(8 * (begins[series.length] as number)));
  for (const [s, one] of series.entries()) values.set(one.values, begins[s]);
  const lengths = series.map((one) => one.values.length);
  const originsMax = originsFor(series.length);
  const span = spanFor(lengths, { horizon, season });
  const overlap = options.overlap !== false && series.length < fewSeries;
  const step = overlap ? stepFor(lengths, { span, season }) : span;
  const histories = series.map((one) => one.values);
  const cells = options.forecastAll ? series.length * plan.models.length * horizon : 0;
  return {
    values,
    begins,
    starts: Float64Array.from(series, ({ start }) => start),
    grid: seasonGrid(panel.grid, series.length),
    plan,
    season,
    forecasts: new Float64Array(new SharedArrayBuffer(8 * cells)),
    table: newBacktestTable({
      models: plan.models,
      seriesCount: series.length,
      originsMax,
      horizon,
      span,
      step,
      distances: windowDistances(histories, { span, step, originsMax, season }),
      nonNegative,
      own: ownOf(options),
    }),
  };
}

/** The unit of a series' offsets, with the factor learnt from its own errors; sparse demand has none. */
export function unitWithFactor(unit: ErrorUnit, factor: number): number {
  return unit.stratum < symmetricStrata ? unit.scale * factor : unit.scale;
}

/** A request per chunk of series, and what becomes of its reply. */
interface SeriesWork {
  readonly request: (from: number, to: number) => FitRequest;
  readonly onReply: (reply: FitReply, from: number) => void;
  readonly onDone: (share: number) => void;
}

/**
 * Works through all series, on threads or on the calling one. The threads end with it: what they hold would be missing
 * while trees are trained.
 */
async function runSeries(
  data: FitTaskData,
  { panel, threads }: FitPanelOptions,
  { request, onReply, onDone }: SeriesWork,
): Promise<void> {
  const count = panel.series.length;
  const chunks = Math.min(count, Math.max(1, threads) * chunksPerThread);
  const bounds = Array.from({ length: chunks + 1 }, (_, i) => Math.floor((i * count) / chunks));
  const requests = bounds.slice(0, -1).map((from, i) => request(from, bounds[i + 1] as number));
  let done = 0;
  const took = (reply: FitReply, index: number): void => {
    onReply(reply, bounds[index] as number);
    onDone(++done / requests.length);
  };
  onDone(0);
  if (threads === 0) {
    const answer = makeFitTask(data, { elapsedMs, threadCpuMs });
    for (const [i, one] of requests.entries()) took(answer(one), i);
    return;
  }
  const script = siblingScript(import.meta.url, 'fit-worker');
  const pool = new ThreadPool<FitRequest, FitReply>({ script, size: Math.min(threads, chunks), data });
  try {
    await pool.runAll(requests, took);
  } finally {
    await pool.close();
  }
}

function addTotals(totals: { costs: Float64Array; cpuMs: number }, reply: FitReply): void {
  for (const [m, cost] of reply.costs.entries()) totals.costs[m] = (totals.costs[m] as number) + cost;
  totals.cpuMs += reply.cpuMs;
}

interface Chosen {
  /** Shape [series]. */
  readonly final: Candidate[];
  /** The choice made without an origin, shape [originsMax][series]. */
  readonly without: readonly (readonly Candidate[])[];
}

/** Which model of the plan has quantiles of its own. */
function ownOf({ plan, levels, params }: FitPanelOptions): Omit<OwnForecasts, 'quantiles'> | undefined {
  const model = plan.models.findIndex(isGlobal);
  return model < 0 ? undefined : { model, levels, alone: params?.priceEffect === 'falling' };
}

/** The candidate of each series, chosen within its group of demand: from all origins, and without each of them. */
function chooseCandidates(
  table: BacktestTable,
  groups: readonly CandidateGroup[],
  { regular, intermittent }: CandidatePlan,
): Chosen {
  const final: Candidate[] = new Array(groups.length);
  const without = Array.from({ length: table.originsMax }, (): Candidate[] => new Array(groups.length));
  for (const group of [regular, intermittent]) {
    const isWanted = (series: number): boolean => groups[series] === group;
    if (!groups.includes(group)) continue;
    const losses = candidateLosses(table, { candidates: group.candidates, kind: group.loss, isWanted });
    const assign = (to: Candidate[], ofSeries: Int32Array): void => {
      for (const [s, own] of groups.entries()) {
        if (own === group) to[s] = group.candidates[ofSeries[s] as number] as Candidate;
      }
    };
    const { ofSeries, without: others } = choose(losses, group.fallback);
    assign(final, ofSeries);
    for (const [origin, to] of without.entries()) assign(to, others(origin));
  }
  return { final, without };
}
