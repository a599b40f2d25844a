// Seasonal indices of histories of one to four cycles, believed as far as the cycles agree.

import type { SeasonKind } from './decompose.ts';
import { exactExp, exactLn } from './exact.ts';

/** Pairs of values a cycle apart that tell how far cycles agree, at least; and at least this share of a cycle. */
const pairsMin = 4;
const pairsShare = 0.25;

/**
 * Seasonal indices by phase, each shrunk towards none by how much it may be chance: variance within phases, told by values one
 * cycle apart, against variance between them. A season of a cycle and a few periods is believed where these few repeat it.
 * @param values shape [n], finite; positive for multiplicative
 * @returns shape [m], mean 1 (multiplicative) or 0 (additive); undefined where too few values are a cycle apart, or nothing of a
 * season is left
 * Source: Miller and Williams 2003, IJF 19 (James-Stein shrinkage of seasonal factors). Cost: O(n).
 */
export function shrunkIndices(values: Float64Array, m: number, kind: SeasonKind): Float64Array | undefined {
  const pairs = values.length - m;
  if (m <= 1 || pairs < pairsMin || pairs < pairsShare * m) return undefined;
  const y = kind === 'multiplicative' ? values.map(exactLn) : values;
  const { slope, noise } = betweenCycles(y, m);
  const means = new Float64Array(m);
  const counts = new Float64Array(m);
  for (let t = 0; t < y.length; t++) {
    means[t % m]! += y[t]! - slope * t;
    counts[t % m]! += 1;
  }
  for (let phase = 0; phase < m; phase++) means[phase]! /= counts[phase]!;
  const centre = means.reduce((a, b) => a + b, 0) / m;
  const between = means.reduce((sum, mean) => sum + (mean - centre) ** 2, 0) / (m - 1);
  const chance = counts.reduce((sum, count) => sum + noise / count, 0) / m;
  const signal = between - chance;
  if (!(signal > 0)) return undefined;
  const indices = means.map((mean, phase) => ((mean - centre) * signal) / (signal + noise / counts[phase]!));
  const rest = indices.reduce((a, b) => a + b, 0) / m;
  if (kind === 'additive') return indices.map((index) => index - rest);
  const factors = indices.map(exactExp);
  const mean = factors.reduce((a, b) => a + b, 0) / m;
  return factors.map((factor) => factor / mean);
}

/** Growth per period, shrunk towards none, and the variance of one value beside season and growth, from values a cycle apart. */
function betweenCycles(y: Float64Array, m: number): { slope: number; noise: number } {
  const pairs = y.length - m;
  let sum = 0;
  for (let t = m; t < y.length; t++) sum += y[t]! - y[t - m]!;
  const mean = sum / pairs;
  let squares = 0;
  for (let t = m; t < y.length; t++) squares += (y[t]! - y[t - m]! - mean) ** 2;
  const variance = squares / (pairs - 1);
  const share = mean === 0 ? 0 : Math.max(0, 1 - variance / pairs / mean ** 2);
  // Few pairs may agree by chance.
  return { slope: (share * mean) / m, noise: (variance / 2) * (1 + pairsMin / pairs) };
}
