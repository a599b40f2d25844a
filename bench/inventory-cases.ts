// The demand that `bench/inventory.ts` replays: three kinds of it, each with the terms under which it is bought.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Panel, Series } from '../src/core/index.ts';
import { type LeadTimeShare, leadTimeShares } from '../src/forecasting/inventory/index.ts';

export interface InventoryCase {
  readonly name: string;
  readonly panel: Panel;
  /** Value of a unit, per series. */
  readonly prices: Float64Array;
  readonly horizon: number;
  readonly seasons: readonly number[];
  /** Periods at the end that the policies are replayed on. */
  readonly held: number;
  readonly review: number;
  readonly lead: readonly LeadTimeShare[];
  readonly periodsPerYear: number;
}

const dayMs = 86_400_000;

/** `folder` is where the datasets lie, see its README. */
export const inventoryCases: readonly { name: string; read: (folder: string) => InventoryCase }[] = [
  { name: 'M5 store × department, daily', read: m5Daily },
  { name: 'Online Retail, weekly', read: onlineRetail },
  { name: 'M5 items, monthly', read: m5Monthly },
];

function rowsOf(path: string): string[][] {
  const text = gunzipSync(readFileSync(path)).toString();
  return text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.replaceAll('"', '').split(','));
}

/** Days 16 to 1941; the last 26 weeks held back; reviewed once a week, orders take two to four days. */
function m5Daily(folder: string): InventoryCase {
  const [first, last] = [16, 1941];
  const units = new Map<string, Float64Array>();
  for (const [id, , , , day, y] of rowsOf(`${folder}/m5/m5_sales_daily_store_dept.csv.gz`)) {
    const at = Number(day) - first;
    if (at < 0 || at > last - first) continue;
    const values = units.get(id as string) ?? new Float64Array(last - first + 1).fill(Number.NaN);
    values[at] = Number(y);
    units.set(id as string, values);
  }
  const lead = leadTimeShares([
    { periods: 2, probability: 0.25 },
    { periods: 3, probability: 0.5 },
    { periods: 4, probability: 0.25 },
  ]);
  const terms = { horizon: 28, seasons: [7], held: 182, review: 7, lead, periodsPerYear: 365 };
  return { name: 'M5 store × department, daily', ...panelOf('day', units, first), ...terms };
}

/** Weeks from Monday to 2011-12-04, every third article with 26 weeks and 5 sale weeks before the last 26, held back. */
function onlineRetail(folder: string): InventoryCase {
  const begin = Date.UTC(2009, 10, 30);
  const weeks = Math.floor((Date.UTC(2011, 11, 5) - begin) / (7 * dayMs));
  const held = 26;
  const units = new Map<string, Float64Array>();
  const paid = new Map<string, { units: number; value: number }>();
  for (const [id, day, sold, price] of rowsOf(`${folder}/online_retail/online_retail_daily_sku.csv.gz`)) {
    const week = Math.floor((Date.parse(day as string) - begin) / (7 * dayMs));
    if (week >= weeks) continue;
    const values = units.get(id as string) ?? new Float64Array(weeks);
    values[week] = (values[week] as number) + Number(sold);
    units.set(id as string, values);
    const seen = paid.get(id as string) ?? { units: 0, value: 0 };
    paid.set(id as string, {
      units: seen.units + Number(sold),
      value: seen.value + Number(sold) * Number(price),
    });
  }
  const usable = new Map<string, Float64Array>();
  for (const [id, values] of units) {
    const own = values.subarray(values.findIndex((value) => value > 0));
    const known = own.subarray(0, -held);
    if (known.length >= 26 && known.filter((value) => value > 0).length >= 5) usable.set(id, own);
  }
  const third = new Map([...usable].filter((_, i) => i % 3 === 0));
  const { panel } = panelOf('week', third, weeks);
  const prices = Float64Array.from(panel.series, ({ id }) => {
    const { units: sold, value } = paid.get(id) as { units: number; value: number };
    return value / sold;
  });
  const lead = leadTimeShares(2);
  return {
    name: 'Online Retail, weekly',
    panel,
    prices,
    horizon: 8,
    seasons: [],
    held,
    review: 1,
    lead,
    periodsPerYear: 52,
  };
}

/** Whole months 2011-02 to 2016-03 of every twentieth item that sold in twelve of the months before the last 12, held back. */
function m5Monthly(folder: string): InventoryCase {
  const held = 12;
  const units = new Map<string, Float64Array>();
  for (const [i, row] of rowsOf(`${folder}/m5/m5_sales_monthly_wide.csv.gz`).entries()) {
    if (i % 20 !== 0) continue;
    const months = Float64Array.from(row.slice(-64).map(Number)).subarray(1, -1);
    const own = months.subarray(months.findIndex((value) => value > 0));
    if (own.subarray(0, -held).filter((value) => value > 0).length < 12) continue;
    units.set(row.slice(0, 1).join(' '), own);
  }
  const terms = { horizon: 6, seasons: [12], held, review: 1, lead: leadTimeShares(1), periodsPerYear: 12 };
  return { name: 'M5 items, monthly', ...panelOf('month', units, 0), ...terms };
}

function panelOf(
  frequency: 'day' | 'week' | 'month',
  units: ReadonlyMap<string, Float64Array>,
  start: number,
): { panel: Panel; prices: Float64Array } {
  const series: Series[] = [...units]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, values]) => ({ id, start, values }));
  return {
    panel: { grid: { frequency, weekStart: 1 }, series },
    prices: new Float64Array(series.length).fill(1),
  };
}
