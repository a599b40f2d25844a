// The part of fitting a panel that runs on worker threads: what they are given, what they are asked, what they answer.
// Also runs on the calling thread when no threads are wanted.

import type { TimeGrid } from '../../core/index.ts';
import {
  type BacktestTable,
  backtestSeries,
  type CandidatePlan,
  groupOf,
} from '../../forecasting/evaluate/index.ts';
import { followSeries, type Model, modelOf, pool } from '../../forecasting/models/index.ts';

/** Given to each thread once. Arrays over shared memory are shared, not copied. */
export interface FitTaskData {
  /** All histories one after the other, units, NaN = unknown. */
  readonly values: Float64Array;
  /** Where each history begins, shape [series + 1]. */
  readonly begins: Int32Array;
  /** Period of the first value of each, shape [series]. */
  readonly starts: Float64Array;
  readonly table: BacktestTable;
  /** By whose dates seasons go; undefined = by their places in the histories. */
  readonly grid: TimeGrid | undefined;
  readonly plan: CandidatePlan;
  /** Periods per cycle that scales and folds go by; 1 = none. */
  readonly season: number;
  /** Written by `fit` when single forecasts are wanted: shape [series × models × horizon], units; else empty. */
  readonly forecasts: Float64Array;
}

/** Series `from` … `to` − 1 of the panel. `fit` names the candidate that serves each of them, by catalog name and members. */
export type FitRequest =
  | { readonly kind: 'backtest'; readonly from: number; readonly to: number }
  | {
      readonly kind: 'fit';
      readonly from: number;
      readonly to: number;
      readonly chosen: readonly (readonly number[])[];
      /** Values that a global model keeps of each series. */
      readonly globalKeep: number;
    };

export interface FitReply {
  /** Milliseconds spent in each of the plan's models. */
  readonly costs: Float64Array;
  readonly cpuMs: number;
  /** For `fit`: the state of each series' model, in order. */
  readonly states: readonly Float64Array[];
}

export interface Stopwatch {
  elapsedMs(): number;
  threadCpuMs(): number;
}

/** Makes the function that answers requests. Deterministic: the reply depends on the request alone, times aside. */
export function makeFitTask(data: FitTaskData, watch: Stopwatch): (request: FitRequest) => FitReply {
  const models = data.plan.models.map((name) => onGrid(modelOf(name), data));
  return (request) => {
    const cpuBegin = watch.threadCpuMs();
    const costs = new Float64Array(models.length);
    const states = request.kind === 'backtest' ? [] : fit(data, models, { request, costs, watch });
    if (request.kind === 'backtest') backtest(data, models, { request, costs, watch });
    return { costs, cpuMs: watch.threadCpuMs() - cpuBegin, states };
  };
}

interface Work<Request> {
  readonly request: Request;
  readonly costs: Float64Array;
  readonly watch: Stopwatch;
}

function backtest(
  data: FitTaskData,
  models: readonly Model[],
  work: Work<Extract<FitRequest, { kind: 'backtest' }>>,
): void {
  for (let series = work.request.from; series < work.request.to; series++) {
    const history = historyOf(data, series);
    const group = groupOf(data.plan, history, data.season);
    backtestSeries(
      history,
      {
        models: models.map((model, m) => (group.active[m] && !model.global ? model : null)),
        season: data.season,
        start: data.starts[series] as number,
        now: work.watch.elapsedMs,
      },
      { table: data.table, series, costs: work.costs },
    );
  }
}

function fit(
  data: FitTaskData,
  models: readonly Model[],
  work: Work<Extract<FitRequest, { kind: 'fit' }>>,
): Float64Array[] {
  const { request, costs, watch } = work;
  const { horizon } = data.table;
  const all = data.forecasts.length > 0;
  return request.chosen.map((members, i) => {
    const series = request.from + i;
    const history = historyOf(data, series);
    const group = groupOf(data.plan, history, data.season);
    const states = models.map((model, m) => {
      if (model.global) {
        const start = data.starts[series] as number;
        const wanted = members.includes(m);
        return wanted
          ? followSeries(history, { series, start, keep: request.globalKeep })
          : new Float64Array(0);
      }
      if (!members.includes(m) && !(all && group.active[m])) return new Float64Array(0);
      const begin = watch.elapsedMs();
      const state = model.fit(history, { seasons: [], horizon, start: data.starts[series] as number });
      costs[m] = (costs[m] as number) + watch.elapsedMs() - begin;
      return state;
    });
    if (all) writeForecasts(data, models, { series, states });
    return pooledState(members, models, states);
  });
}

function writeForecasts(
  data: FitTaskData,
  models: readonly Model[],
  of: { series: number; states: readonly Float64Array[] },
): void {
  const { horizon } = data.table;
  for (const [m, model] of models.entries()) {
    const at = (of.series * models.length + m) * horizon;
    const out = data.forecasts.subarray(at, at + horizon);
    const state = of.states[m] as Float64Array;
    if (state.length === 0 || model.global) out.fill(Number.NaN);
    else model.forecast(state, out);
  }
}

/** The state of the pool of these members, made from states that are already there. */
function pooledState(
  members: readonly number[],
  models: readonly Model[],
  states: readonly Float64Array[],
): Float64Array {
  if (members.length === 1) return states[members[0] as number] as Float64Array;
  const fitted = members.map((m) => ({ ...(models[m] as Model), fit: () => states[m] as Float64Array }));
  return pool('', fitted).fit(new Float64Array(0), { seasons: [], horizon: 1 });
}

/** The same model with its seasons settled by the plan, and its calendar by the panel. */
function onGrid(model: Model, { plan: { seasons }, grid }: FitTaskData): Model {
  const calendar = grid === undefined ? {} : { grid };
  return { ...model, fit: (history, options) => model.fit(history, { ...options, seasons, ...calendar }) };
}

/** A season by date costs 16 to 42 ms per series of 130 to 260 weeks, one by place 2: panels of more series than this have the latter. */
const datedSeriesMax = 10_000;

/** The calendar that seasons of a panel go by; see `FitTaskData.grid`. */
export function seasonGrid(grid: TimeGrid, seriesCount: number): TimeGrid | undefined {
  return grid.frequency === 'week' && seriesCount > datedSeriesMax ? undefined : grid;
}

function historyOf(data: FitTaskData, series: number): Float64Array {
  return data.values.subarray(data.begins[series], data.begins[series + 1]);
}
