// Scores of forecasts of all 154 nodes of M5's levels 1 to 9, as they are: WRMSSE of the means and weighted scaled
// pinball (WSPL) of the quantiles, beside seasonal naive with the quantiles of its own past errors.

import { pinball } from '../src/forecasting/evaluate/index.ts';
import { firstDay, groupsOf, lastTrainDay, type M5, testDays } from './m5-wrmsse.ts';

/** Quantiles that M5 scored. */
export const m5Quantiles: readonly number[] = [0.005, 0.025, 0.165, 0.25, 0.5, 0.75, 0.835, 0.975, 0.995];

export interface NodeForecast {
  readonly mean: Float64Array;
  /** Shape [quantiles of M5 × h], row per level. */
  readonly quantiles: Float64Array;
}

export interface NodeScores {
  readonly wrmsse: number;
  readonly wspl: number;
  readonly naiveWspl: number;
}

interface Node {
  readonly id: string;
  readonly level: number;
  readonly weight: number;
  /** Units from day 16 to the end of the test. */
  readonly units: Float64Array;
}

/**
 * Means over the nine levels; within a level nodes weigh by their revenue of the last 28 training days.
 * @throws when a node has no forecast. Source: M5 Competitors' Guides 2020, accuracy and uncertainty.
 */
export function nodeScores(m5: M5, forecastOf: (node: string) => NodeForecast): NodeScores {
  const sums = { wrmsse: 0, wspl: 0, naiveWspl: 0 };
  for (const node of nodesOf(m5)) {
    const history = node.units.subarray(0, lastTrainDay - firstDay + 1);
    const actual = node.units.subarray(history.length);
    const { squared, absolute } = scales(history);
    const { mean, quantiles } = forecastOf(node.id);
    const weight = node.weight / 9;
    sums.wrmsse += weight * Math.sqrt(meanSquare(actual, mean) / squared);
    sums.wspl += (weight * meanPinball(actual, quantiles)) / absolute;
    sums.naiveWspl += (weight * meanPinball(actual, seasonalNaive(history))) / absolute;
  }
  return sums;
}

function nodesOf(m5: M5): Node[] {
  const total = [...m5.revenue.values()].reduce((a, b) => a + b, 0);
  const nodes = new Map<string, Node & { weight: number }>();
  for (const series of m5.ids) {
    const units = (m5.units.get(series) as Float64Array).subarray(firstDay - 1);
    for (const [l, group] of groupsOf(series).entries()) {
      const id = `L${l + 1} ${group}`;
      const node = nodes.get(id) ?? { id, level: l + 1, weight: 0, units: new Float64Array(units.length) };
      for (let t = 0; t < units.length; t++) node.units[t]! += units[t]!;
      nodes.set(id, { ...node, weight: node.weight + (m5.revenue.get(series) ?? 0) / total });
    }
  }
  return [...nodes.values()];
}

function scales(history: Float64Array): { squared: number; absolute: number } {
  let squared = 0;
  let absolute = 0;
  for (let t = 1; t < history.length; t++) {
    const difference = history[t]! - history[t - 1]!;
    squared += difference * difference;
    absolute += Math.abs(difference);
  }
  return { squared: squared / (history.length - 1), absolute: absolute / (history.length - 1) };
}

function meanSquare(actual: Float64Array, mean: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < actual.length; k++) sum += (actual[k]! - mean[k]!) ** 2;
  return sum / actual.length;
}

function meanPinball(actual: Float64Array, quantiles: Float64Array): number {
  let sum = 0;
  for (const [l, level] of m5Quantiles.entries())
    sum += pinball(actual, quantiles.subarray(l * testDays, (l + 1) * testDays), level);
  return sum / m5Quantiles.length;
}

/** Last week again; around it the quantiles of what that missed so far at the same number of weeks ahead. */
function seasonalNaive(history: Float64Array): Float64Array {
  const out = new Float64Array(m5Quantiles.length * testDays);
  for (let weeks = 1; weeks <= Math.ceil(testDays / 7); weeks++) {
    const errors = history.slice(7 * weeks).map((value, t) => value - history[t]!);
    errors.sort();
    for (let k = 7 * (weeks - 1); k < Math.min(testDays, 7 * weeks); k++) {
      const point = history[history.length - 7 + (k % 7)]!;
      for (const [l, level] of m5Quantiles.entries())
        out[l * testDays + k] = point + quantileOf(errors, level);
    }
  }
  return out;
}

/** Quantile of ascending values, on the line between the two nearest. */
function quantileOf(sorted: Float64Array, level: number): number {
  const at = level * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below]!;
  return low + (at - below) * ((sorted[below + 1] ?? low) - low);
}
