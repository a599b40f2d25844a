// The backtests of a hierarchy's series and of its totals, joined by period: what a method of reconciliation is chosen by.

import type { Series } from '../../core/index.ts';
import {
  type Candidate,
  candidateForecast,
  squaredDifferenceScale,
} from '../../forecasting/evaluate/index.ts';
import { firstLeaf, type Hierarchy, type PastWindow, sumUp } from '../../forecasting/hierarchy/index.ts';
import type { PanelFit } from '../fitting/index.ts';

/** A fitted panel and the ids of its series, in its order. */
export interface FittedSeries {
  readonly fit: Pick<PanelFit, 'table' | 'chosen'>;
  readonly ids: readonly string[];
}

export interface PastWindowsOptions {
  readonly hierarchy: Hierarchy;
  /** Histories of all nodes, in the hierarchy's order, all ending in the period before the forecast. */
  readonly histories: readonly Series[];
  readonly leaves: FittedSeries;
  readonly totals: FittedSeries;
  readonly horizon: number;
  /** Periods per cycle, 1 = none. */
  readonly season: number;
}

/**
 * Past windows of all nodes, newest first: those the backtest of the total has, if they are of a whole horizon.
 * A series too young to be backtested in a window stands in with its mean over the cycle before it.
 * Cost: O(windows × nodes × (horizon + history)).
 */
export function pastWindows(options: PastWindowsOptions): PastWindow[] {
  const { hierarchy, histories, horizon, season } = options;
  const places = placesOf(options);
  const total = places[0];
  const whole = total?.fit.table.span === horizon && options.leaves.fit.table.span === horizon;
  const count = Math.min(
    total === undefined || !whole ? 0 : (total.fit.table.origins[total.series] as number),
    options.leaves.fit.table.originsMax,
  );
  const forecast = new Float64Array(horizon);
  return Array.from({ length: count }, (_, origin) => {
    const base = new Float64Array(horizon * hierarchy.nodeCount);
    const actual = new Float64Array(base.length).fill(Number.NaN);
    const units = new Float64Array(hierarchy.nodeCount);
    for (const [node, { values }] of histories.entries()) {
      const cut = values.length - (origin + 1) * horizon;
      const before = values.subarray(0, Math.max(0, cut));
      units[node] = Math.sqrt(squaredDifferenceScale(before));
      const place = places[node];
      if (place !== undefined && origin < (place.fit.table.origins[place.series] as number))
        candidateForecast(
          place.fit.table,
          { candidate: place.fit.chosen[place.series] as Candidate, series: place.series, origin },
          forecast,
        );
      else forecast.fill(recentMean(before, season));
      for (let k = 0; k < horizon; k++) {
        base[k * hierarchy.nodeCount + node] = forecast[k] as number;
        if (cut + k >= 0) actual[k * hierarchy.nodeCount + node] = values[cut + k] as number;
      }
    }
    fillUnknown(hierarchy, base);
    return { horizon, base, actual, units };
  });
}

/** Which fit holds each node; undefined = it was not fitted. */
function placesOf(
  options: PastWindowsOptions,
): ({ readonly fit: FittedSeries['fit']; readonly series: number } | undefined)[] {
  const [totals, leaves] = [options.totals, options.leaves].map(
    ({ ids }) => new Map(ids.map((id, series) => [id, series])),
  );
  const leaf = firstLeaf(options.hierarchy);
  return options.hierarchy.names.map((name, node) => {
    const series = (node < leaf ? totals : leaves)?.get(name);
    if (series === undefined) return undefined;
    return { fit: (node < leaf ? options.totals : options.leaves).fit, series };
  });
}

/** A forecast nobody made: 0 for a series, the sum of its series for a total. Shape [periods × nodes], in place. */
export function fillUnknown(hierarchy: Hierarchy, base: Float64Array): void {
  const { nodeCount } = hierarchy;
  const sums = new Float64Array(nodeCount);
  for (let from = 0; from < base.length; from += nodeCount) {
    const row = base.subarray(from, from + nodeCount);
    for (let i = firstLeaf(hierarchy); i < nodeCount; i++) if (!Number.isFinite(row[i])) row[i] = 0;
    if (row.every(Number.isFinite)) continue;
    sums.set(row);
    sumUp(hierarchy, sums);
    for (let i = 0; i < nodeCount; i++) if (!Number.isFinite(row[i])) row[i] = sums[i] as number;
  }
}

/** Mean of the known values of the last cycle; 0 without any. */
function recentMean(values: Float64Array, season: number): number {
  let sum = 0;
  let count = 0;
  for (let t = Math.max(0, values.length - Math.max(season, 4)); t < values.length; t++) {
    const value = values[t] as number;
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return count > 0 ? sum / count : 0;
}
