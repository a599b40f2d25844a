// One test window of all totals and series, and its reconciled forecasts node by node: what `evaluate --hierarchy` hands on.

import type { Series } from '../../core/index.ts';
import type { Hierarchy, PastWindow } from '../../forecasting/hierarchy/index.ts';
import { type ScoredForecast, valueAddedTo } from './score-fold.ts';

/** One test window of all nodes. */
export interface HierarchyWindow {
  readonly hierarchy: Hierarchy;
  /** Histories of all nodes before the window. */
  readonly histories: readonly Series[];
  readonly steps: number;
  /** Each node's own forecast, and what came; shape [steps × nodes], row per step. NaN = not known. */
  readonly base: Float64Array;
  readonly actual: Float64Array;
  /** Each node's own quantiles, shape [levels × steps × nodes]. */
  readonly quantiles: Float64Array;
  /** The model behind each node's own forecast, shape [nodes]; empty when nobody made one. */
  readonly models: readonly string[];
  /** What the choice of a method rests on, newest first. */
  readonly past: readonly PastWindow[];
  readonly nonNegative: boolean;
}

/** Coherent forecasts of all nodes of a window, shapes as in it. */
export interface CoherentForecasts {
  /** Shape [steps × nodes], row per step, units; every total is the sum of its series. */
  readonly mean: Float64Array;
  /** Shape [levels × steps × nodes], units. */
  readonly quantiles: Float64Array;
}

/**
 * All totals and series of a window, level by level, the series last. A step of a total whose truth is not known for all
 * of its series has an unknown truth (NaN); forecasts are known throughout.
 * Cost: one copy of the window, a node at a time; one fit of seasonal naive per node.
 */
export function* nodeForecasts(
  window: HierarchyWindow,
  forecasts: CoherentForecasts,
  options: { readonly window: number; readonly seasons: readonly number[]; readonly horizon: number },
): Generator<ScoredForecast> {
  const { hierarchy, histories, models } = window;
  for (const { name: level, first, count } of hierarchy.levels) {
    for (let node = first; node < first + count; node++) {
      const { values, start } = histories[node] as Series;
      const actual = nodeColumn(window, window.actual, node);
      const mean = nodeColumn(window, forecasts.mean, node);
      yield {
        window: options.window,
        seriesId: hierarchy.names[node] as string,
        level,
        firstPeriod: start + values.length,
        model: models[node] as string,
        valueAdded: valueAddedTo(values, { actual, mean, ...options }),
        actual,
        mean,
        quantiles: nodeColumn(window, forecasts.quantiles, node),
      };
    }
  }
}

/** One node of an array of shape [rows × nodes], as shape [rows]. */
export function nodeColumn(
  { hierarchy }: Pick<HierarchyWindow, 'hierarchy'>,
  from: Float64Array,
  node: number,
): Float64Array {
  const column = new Float64Array(from.length / hierarchy.nodeCount);
  for (let row = 0; row < column.length; row++)
    column[row] = from[row * hierarchy.nodeCount + node] as number;
  return column;
}
