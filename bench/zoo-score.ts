// One panel of one kind of `bench/zoo.ts`: fitted and forecast as it would be served, and laid beside futures drawn by its generator.

import { type Covariates, type Panel, Rng } from '../src/core/index.ts';
import { autoPlanFor, isInside, isSilent, reportsOf } from '../src/forecasting/evaluate/index.ts';
import { planStock } from '../src/forecasting/inventory/index.ts';
import {
  defaultOrder,
  type Forecaster,
  forecastState,
  pathBlockOf,
  recentCorrelation,
  type SeriesQuantiles,
  samplePaths,
  windowOrder,
} from '../src/forecasting/models/index.ts';
import { fitPanel, toForecaster } from '../src/services/fitting/index.ts';
import type { Item, Kind } from './zoo-items.ts';
import { stockOf } from './zoo-oracle.ts';

/** As `train` and `evaluate` have them. */
const levels = [0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975];
const service = 0.95;
const recentCount = 400;

/** Of one item, means over its leads. */
export interface ItemScore {
  /** Share of what may come that lies inside, and what the true quantiles would hold. */
  readonly coverage80: number;
  readonly ideal80: number;
  readonly coverage95: number;
  readonly ideal95: number;
  /** Sums over the leads: of what is expected in truth, of what is forecast, of what the quantiles say. */
  readonly trueMean: number;
  readonly mean: number;
  readonly impliedMean: number;
  /** Chance that a cycle misses nothing with the stock that is ordered up to, and with the least stock that would do. */
  readonly service: number;
  readonly idealService: number;
  readonly order: number;
  readonly isOver: boolean;
  /** Of the stock that the oracle orders up to; NaN where it is not asked. */
  readonly oracleService: number;
}

/** Terms of the replenishment: short where the horizon is. */
function termsOf({ horizon }: Kind): { lead: number; review: number } {
  return horizon >= 10 ? { lead: 2, review: 5 } : { lead: 1, review: 2 };
}

/** Makes a panel of a kind, fits it, and scores its items. @param of.draws futures drawn of each */
export async function scorePanel(
  kind: Kind,
  of: {
    size: number;
    seed: number;
    draws: number;
    threads: number;
    /** See `oracleOf`. */
    oracle?: ((item: Item) => readonly Float64Array[]) | undefined;
  },
): Promise<ItemScore[]> {
  const rng = new Rng(of.seed);
  const items = Array.from({ length: of.size }, (_, place) => kind.make(rng, place));
  const forecaster = await fit(kind, items, of.threads);
  return items.flatMap((item, s) =>
    item.isScored === false
      ? []
      : [scoreItem(kind, { item, series: s, forecaster, draws: of.draws, oracle: of.oracle })],
  );
}

async function fit(kind: Kind, items: readonly Item[], threads: number): Promise<Forecaster> {
  const panel = panelOf(kind, items);
  const nonNegative = items.every(({ history }) => history.every((value) => !(value < 0)));
  const { horizon, seasons } = kind;
  const season = seasons.find((one) => one > 1) ?? 1;
  const plan = autoPlanFor(panel, { seasons, horizon });
  const fitted = await fitPanel({ panel, horizon, plan, season, levels, nonNegative, threads });
  return toForecaster(fitted, { panel, horizon, seasons, nonNegative, recentCount });
}

/** Histories end together, without what is unknown at their ends. */
function panelOf(kind: Kind, items: readonly Item[]): Panel {
  const series = items.map(({ history }, i) => {
    const values = history.slice(0, history.length - unreportedOf(history));
    return { id: `item${i}`, start: 1 + kind.length - history.length, values };
  });
  const covariates = covariatesOf(kind, items);
  return {
    grid: { frequency: kind.frequency, weekStart: 1 },
    series,
    ...(covariates === undefined ? {} : { covariates }),
  };
}

function unreportedOf(history: Float64Array): number {
  let last = history.length;
  while (last > 0 && Number.isNaN(history[last - 1])) last--;
  return history.length - last;
}

function covariatesOf(kind: Kind, items: readonly Item[]): Covariates | undefined {
  if (kind.column === undefined) return undefined;
  const size = kind.length + kind.horizon;
  const values = new Float32Array(size * items.length);
  for (const [i, { column }] of items.entries()) values.set(column as Float32Array, size * i);
  return {
    begins: Int32Array.from({ length: items.length + 1 }, (_, i) => size * i),
    starts: new Int32Array(items.length).fill(1),
    varying: [{ name: kind.column, role: 'known', labels: null, values }],
    fixed: [],
  };
}

function scoreItem(
  kind: Kind,
  of: {
    item: Item;
    series: number;
    forecaster: Forecaster;
    draws: number;
    oracle?: ((item: Item) => readonly Float64Array[]) | undefined;
  },
): ItemScore {
  const { item, series, draws } = of;
  const { horizon } = kind;
  const rng = new Rng(1000 + series);
  const truth = Array.from({ length: draws }, () => {
    const out = new Float64Array(horizon);
    item.draw(rng, out);
    return out;
  });
  const served = forecastItem(kind, of);
  const plan = orderFor(kind, { ...of, served });
  const sums = { coverage80: 0, ideal80: 0, coverage95: 0, ideal95: 0, trueMean: 0, mean: 0, impliedMean: 0 };
  for (let k = 0; k < horizon; k++) {
    const values = Float64Array.from(truth, (future) => future[k] as number).sort();
    const curve = served.dense.map((row) => row[k] as number);
    const at = (level: number): number => served.quantiles[levels.indexOf(level)]?.[k] as number;
    const inside = (low: number, high: number): number =>
      values.reduce((count, value) => count + (isInside(value, low, high) ? 1 : 0), 0) / draws;
    const trueAt = (level: number): number => values[Math.ceil(level * draws) - 1] as number;
    sums.coverage80 += inside(at(0.1), at(0.9)) / horizon;
    sums.ideal80 += inside(trueAt(0.1), trueAt(0.9)) / horizon;
    sums.coverage95 += inside(at(0.025), at(0.975)) / horizon;
    sums.ideal95 += inside(trueAt(0.025), trueAt(0.975)) / horizon;
    sums.trueMean += values.reduce((sum, value) => sum + value, 0) / draws;
    sums.mean += served.mean[k] as number;
    sums.impliedMean += curve.reduce((sum, value) => sum + value, 0) / curve.length;
  }
  const oracleService =
    of.oracle === undefined
      ? Number.NaN
      : servedBy(kind, truth, stockOf(of.oracle(item), termsOf(kind), service)).service;
  return {
    ...sums,
    ...plan,
    ...servedBy(kind, truth, plan.stock),
    oracleService,
    isOver: item.isOver === true,
  };
}

/** As a quantile function is integrated by a reader: its value in the middle of many equal parts. */
const parts = 2000;

function forecastItem(
  kind: Kind,
  { item, series, forecaster }: { item: Item; series: number; forecaster: Forecaster },
): SeriesQuantiles & { dense: readonly Float64Array[] } {
  const dense = Array.from({ length: parts }, (_, i) => (i + 0.5) / parts);
  const unreported = unreportedOf(item.history);
  const season = kind.seasons.find((one) => one > 1) ?? 1;
  const recent = item.history.slice(0, item.history.length - unreported);
  const silent = isSilent(reportsOf(recent), unreported, season);
  const { mean, quantiles } = forecastState(forecaster, series, {
    horizon: kind.horizon,
    levels: [...levels, ...dense],
    state: forecaster.states.at(series) as Float64Array,
    ended: silent ? 'ended' : undefined,
  });
  return { mean, quantiles: quantiles.slice(0, levels.length), dense: quantiles.slice(levels.length) };
}

/** What is ordered for an empty shelf. */
function orderFor(
  kind: Kind,
  of: { item: Item; series: number; forecaster: Forecaster; served: SeriesQuantiles },
): { stock: number; order: number } {
  const { forecaster, series, served, item } = of;
  const { horizon } = kind;
  const flat = new Float64Array(levels.length * horizon);
  for (const [l, row] of served.quantiles.entries()) flat.set(row, l * horizon);
  const block = pathBlockOf(forecaster, series);
  const season = kind.seasons[0] ?? 1;
  const order =
    block === undefined
      ? defaultOrder({ horizon, correlation: recentCorrelation(item.history, season), count: 1000, seed: 1 })
      : windowOrder(block, { count: 1000, seed: 1 });
  const isWhole = item.history.every((value) => Number.isNaN(value) || Number.isInteger(value));
  const floor = forecaster.nonNegative ? 0 : Number.NEGATIVE_INFINITY;
  const curve = { levels, mean: served.mean, quantiles: flat, floor, whole: isWhole };
  const { lead, review } = termsOf(kind);
  const plan = planStock({
    paths: samplePaths(curve, order),
    horizon,
    lead: [{ periods: lead, probability: 1 }],
    policy: {
      kind: 'R,S',
      review,
      target: { kind: 'cycle', level: service },
      rules: { minimum: 0, pack: 0 },
    },
    position: { onHand: 0, backorders: 0, onOrder: [] },
    whole: isWhole,
    seed: 1,
  });
  return { stock: plan.orderUpTo, order: plan.orderQuantity };
}

/** How often a stock serves a cycle in truth, and how often the least stock does that is enough. */
function servedBy(
  kind: Kind,
  truth: readonly Float64Array[],
  stock: number,
): { service: number; idealService: number } {
  const { lead, review } = termsOf(kind);
  const sum = (future: Float64Array, to: number): number =>
    future.subarray(0, to).reduce((total, value) => total + value, 0);
  const cycles = truth.map((future) => ({ before: sum(future, lead), through: sum(future, lead + review) }));
  const share = (least: number): number =>
    cycles.filter(({ before, through }) => through <= before || through <= least + 1e-9).length /
    cycles.length;
  const asking = cycles.filter(({ before, through }) => through > before).map(({ through }) => through);
  asking.sort((a, b) => a - b);
  const rank = Math.ceil(service * cycles.length - 1e-9) - (cycles.length - asking.length);
  return { service: share(stock), idealService: share(rank < 1 ? 0 : (asking[rank - 1] as number)) };
}
