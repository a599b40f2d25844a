// The panels of `bench/classical.ts`: an even sample of each, since one peer takes 65 ms per series.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

export interface TimedSeries {
  readonly history: Float64Array;
  readonly actual: Float64Array;
}

export interface TimedPanel {
  readonly name: string;
  readonly season: number;
  readonly horizon: number;
  /** Mean absolute error over the seasonal naive's, or root mean squared error over the lag-1 differences'. */
  readonly metric: 'MASE' | 'RMSSE';
  readonly series: readonly TimedSeries[];
}

const seriesMax = 300;

/** @param folder where the datasets lie, see its README */
export function timedPanels(folder: string): TimedPanel[] {
  return [m3Monthly(folder), hospital(folder), onlineRetail(folder)];
}

function rowsOf(path: string): string[][] {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
  return text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.replaceAll('"', '').split(','));
}

function grouped(rows: readonly string[][], column: number): Map<string, number[]> {
  const series = new Map<string, number[]>();
  for (const row of rows) {
    const values = series.get(row[0] as string) ?? [];
    values.push(Number(row[column]));
    series.set(row[0] as string, values);
  }
  return series;
}

function heldBack(values: readonly number[] | Float64Array, horizon: number): TimedSeries {
  return {
    history: Float64Array.from(values.slice(0, -horizon)),
    actual: Float64Array.from(values.slice(-horizon)),
  };
}

function sample<T>(all: readonly T[]): T[] {
  const step = Math.max(1, all.length / seriesMax);
  return Array.from({ length: Math.min(all.length, seriesMax) }, (_, i) => all[Math.floor(i * step)] as T);
}

function m3Monthly(folder: string): TimedPanel {
  const monthly = new Set(
    rowsOf(`${folder}/m3/m3_meta.csv`)
      .filter((row) => row[3] === '12')
      .map((row) => row[0]),
  );
  const series = [...grouped(rowsOf(`${folder}/m3/m3.csv.gz`), 3)].filter(([id]) => monthly.has(id));
  return {
    name: 'M3 monthly',
    season: 12,
    horizon: 18,
    metric: 'MASE',
    series: sample(series).map(([, values]) => heldBack(values, 18)),
  };
}

function hospital(folder: string): TimedPanel {
  const series = [...grouped(rowsOf(`${folder}/hospital/hospital_monthly.csv.gz`), 3).values()];
  return {
    name: 'hospital',
    season: 12,
    horizon: 12,
    metric: 'MASE',
    series: sample(series).map((values) => heldBack(values, 12)),
  };
}

/** Weeks from Monday to 2011-12-04; articles with at least 26 weeks since the first sale and 5 weeks with one. */
function onlineRetail(folder: string): TimedPanel {
  const dayMs = 86_400_000;
  const begin = Date.UTC(2009, 10, 30);
  const weeks = Math.floor((Date.UTC(2011, 11, 5) - begin) / (7 * dayMs));
  const units = new Map<string, Float64Array>();
  for (const [id, day, sold] of rowsOf(`${folder}/online_retail/online_retail_daily_sku.csv.gz`)) {
    const week = Math.floor((Date.parse(day as string) - begin) / (7 * dayMs));
    if (week >= weeks) continue;
    const values = units.get(id as string) ?? new Float64Array(weeks);
    values[week] = (values[week] as number) + Number(sold);
    units.set(id as string, values);
  }
  const horizon = 8;
  const usable = [...units.values()]
    .map((values) => values.subarray(values.findIndex((value) => value > 0)))
    .filter((values) => values.length >= 26)
    .map((values) => heldBack(values, horizon))
    .filter(({ history }) => history.filter((value) => value > 0).length >= 5);
  return { name: 'Online Retail weekly', season: 1, horizon, metric: 'RMSSE', series: sample(usable) };
}
