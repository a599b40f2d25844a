// How demand is shared among series, and over time.

import type { DataProfile } from './data-profile.ts';

const curvePoints = 21;
const timelineMax = 400;

/** Returns and corrections below zero count as no demand here. */
export function concentrationOf(
  demands: readonly number[],
  most: { readonly seriesId: string; readonly demand: number } | null,
): DataProfile['concentration'] {
  const sizes = Float64Array.from(demands, (demand) => Math.max(0, demand))
    .sort()
    .reverse();
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total === 0) return { seriesForHalf: 0, curve: [], largest: null };
  const sums = new Float64Array(sizes.length + 1);
  for (let i = 0; i < sizes.length; i++) sums[i + 1] = (sums[i] as number) + (sizes[i] as number);
  let seriesForHalf = 0;
  while ((sums[seriesForHalf] as number) < total / 2) seriesForHalf += 1;
  const curve = Array.from({ length: curvePoints }, (_, i) => {
    const series = (i / (curvePoints - 1)) * sizes.length;
    const whole = Math.floor(series);
    return ((sums[whole] as number) + (series - whole) * (sizes[whole] ?? 0)) / total;
  });
  return {
    seriesForHalf,
    curve,
    largest: most === null ? null : { seriesId: most.seriesId, share: Math.max(0, most.demand) / total },
  };
}

/** Periods without any row count as zero. */
export function timelineOf(
  counts: ReadonlyMap<number, number>,
  totals: ReadonlyMap<number, number>,
  label: (period: number) => string,
): DataProfile['timeline'] {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const period of counts.keys()) {
    if (period < first) first = period;
    if (period > last) last = period;
  }
  if (first > last) return { periodsPerPoint: 1, points: [] };
  const periodsPerPoint = Math.ceil((last - first + 1) / timelineMax);
  const points = Array.from({ length: Math.ceil((last - first + 1) / periodsPerPoint) }, (_, i) => ({
    first: first + i * periodsPerPoint,
    demand: 0,
    series: 0,
  }));
  for (const [period, count] of counts) {
    const point = points[Math.floor((period - first) / periodsPerPoint)];
    if (point === undefined) continue;
    point.series += count;
    point.demand += totals.get(period) ?? 0;
  }
  return {
    periodsPerPoint,
    points: points.map((point) => {
      const periods = Math.min(periodsPerPoint, last - point.first + 1);
      return {
        first: label(point.first),
        demand: point.demand / periods,
        series: point.series / periods,
      };
    }),
  };
}
