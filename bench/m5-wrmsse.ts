// WRMSSE of the M5 competition for levels 1 to 9, computed from the 70 store × department series.
// Definition: M5 Competitors' Guide (2020); weights are dollar sales of the last 28 training days.

import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

/** The last training day; the 28 days after it are the test. */
export const lastTrainDay = 1913;
export const testDays = 28;
/** Some series lack their first two weeks, so aggregates start here. */
export const firstDay = 16;

export interface M5 {
  /** Store × department ids such as FOODS_1_CA_1. */
  readonly ids: readonly string[];
  /** Units per day, index 0 = day 1, NaN where the source has no row. */
  readonly units: ReadonlyMap<string, Float64Array>;
  /** ISO date of each day, index 0 = day 1. */
  readonly dates: readonly string[];
  /** Dollar sales of days 1886 to 1913 per id. */
  readonly revenue: ReadonlyMap<string, number>;
}

async function* rowsOf(path: string): AsyncGenerator<string[]> {
  const lines = createInterface({ input: createReadStream(path).pipe(createGunzip()) });
  let header = true;
  for await (const line of lines) {
    if (header) {
      header = false;
      continue;
    }
    yield line.split(',');
  }
}

export async function readM5(folder: string): Promise<M5> {
  const units = new Map<string, Float64Array>();
  const dates: string[] = [];
  for await (const [id, , , date, day, y] of rowsOf(`${folder}/m5_sales_daily_store_dept.csv.gz`)) {
    let series = units.get(id!);
    if (series === undefined) {
      series = new Float64Array(lastTrainDay + testDays).fill(Number.NaN);
      units.set(id!, series);
    }
    series[Number(day) - 1] = Number(y);
    dates[Number(day) - 1] = date!;
  }
  return { ids: [...units.keys()].sort(), units, dates, revenue: await readRevenue(folder) };
}

/** Units × price of that day's week over days 1886 to 1913, summed per store × department. */
async function readRevenue(folder: string): Promise<Map<string, number>> {
  const weekOfDay = new Map<number, number>();
  for await (const [, day, week] of rowsOf(`${folder}/m5_calendar.csv.gz`)) {
    weekOfDay.set(Number(day!.slice(2)), Number(week));
  }
  const runs = new Map<string, { from: number; to: number; price: number }[]>();
  for await (const [store, item, from, to, price] of rowsOf(`${folder}/m5_sell_prices_runs.csv.gz`)) {
    const key = `${item}_${store}`;
    const list = runs.get(key) ?? [];
    list.push({ from: Number(from), to: Number(to), price: Number(price) });
    runs.set(key, list);
  }
  const revenue = new Map<string, number>();
  for await (const cells of rowsOf(`${folder}/m5_sales_daily_item_d1886_d1941.csv.gz`)) {
    const id = cells[0]!;
    // ITEM_STORE: FOODS_1_001_CA_1 belongs to FOODS_1_CA_1.
    const [category, department, , state, store] = id.split('_');
    const group = `${category}_${department}_${state}_${store}`;
    let sum = 0;
    for (let i = 0; i < 28; i++) {
      const week = weekOfDay.get(1886 + i)!;
      const sold = Number(cells[i + 1]);
      const price = sold === 0 ? 0 : runs.get(id)?.find((run) => run.from <= week && week <= run.to)?.price;
      if (price === undefined) throw new Error(`no price for ${id} in week ${week}`);
      sum += sold * price;
    }
    revenue.set(group, (revenue.get(group) ?? 0) + sum);
  }
  return revenue;
}

/** The group of a series at each of the nine levels. */
export function groupsOf(id: string): string[] {
  const [category, department, state, store] = id.split('_');
  const dept = `${category}_${department}`;
  const shop = `${state}_${store}`;
  return [
    'total',
    state!,
    shop,
    category!,
    dept,
    `${state} ${category}`,
    `${state} ${dept}`,
    `${shop} ${category}`,
    `${shop} ${dept}`,
  ];
}

/** WRMSSE per level and their mean, of bottom-up forecasts [28] per id. */
export function wrmsse(
  m5: M5,
  forecasts: ReadonlyMap<string, ArrayLike<number>>,
): { levels: number[]; mean: number } {
  const levels: number[] = [];
  for (let level = 0; level < 9; level++) {
    const groups = new Map<string, string[]>();
    for (const id of m5.ids) {
      const group = groupsOf(id)[level]!;
      groups.set(group, [...(groups.get(group) ?? []), id]);
    }
    const total = [...m5.revenue.values()].reduce((a, b) => a + b, 0);
    let score = 0;
    for (const ids of groups.values()) {
      const weight = ids.reduce((sum, id) => sum + (m5.revenue.get(id) ?? 0), 0) / total;
      score +=
        weight *
        rmsse(
          sumOver(ids, (id) => m5.units.get(id)!),
          sumOver(ids, (id) => forecasts.get(id)!),
        );
    }
    levels.push(score);
  }
  return { levels, mean: levels.reduce((a, b) => a + b, 0) / levels.length };
}

function sumOver(ids: readonly string[], of: (id: string) => ArrayLike<number>): Float64Array {
  const sum = new Float64Array(of(ids[0]!).length);
  for (const id of ids) {
    const values = of(id);
    for (let i = 0; i < sum.length; i++) sum[i]! += values[i]!;
  }
  return sum;
}

function rmsse(units: Float64Array, forecast: Float64Array): number {
  let scale = 0;
  for (let day = firstDay + 1; day <= lastTrainDay; day++) scale += (units[day - 1]! - units[day - 2]!) ** 2;
  scale /= lastTrainDay - firstDay;
  let error = 0;
  for (let lead = 0; lead < testDays; lead++) error += (units[lastTrainDay + lead]! - forecast[lead]!) ** 2;
  return Math.sqrt(error / testDays / scale);
}
