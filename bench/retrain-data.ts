// Made-up demand for `bench/retrain.ts`: items with levels over three decades, weekdays, seasons, trends, prices that are cut when there is a
// promotion, and promotions that sell. Drawn by hashes of item and day, so that every run gets the same numbers.

import type { Workshop } from './workshop.ts';

export interface Plan {
  readonly name: string;
  readonly frequency: 'day' | 'week';
  readonly series: number;
  readonly periods: number;
  readonly horizon: number;
}

/**
 * One Parquet file: the history up to the period before the present one, and for the horizon after it rows without demand
 * that hold the planned price and promotion.
 * @param now milliseconds since 1970
 */
export function retrainData(shop: Workshop, plan: Plan, now: number): Promise<string> {
  const { series, periods, horizon, frequency } = plan;
  const days = frequency === 'day' ? 1 : 7;
  const dayMs = 86_400_000;
  // 1970-01-05 was a Monday: weeks begin on Mondays.
  const present = frequency === 'day' ? Math.floor(now / dayMs) : 4 + 7 * Math.floor((now / dayMs - 4) / 7);
  const first = new Date((present - periods * days) * dayMs).toISOString().slice(0, 10);
  const year = 365.25 / days;
  return shop.prepare(
    `retrain-${frequency}`,
    () => `
    WITH items AS (
      SELECT i, 'item-' || lpad(CAST(i AS VARCHAR), 6, '0') AS series_id, 'category-' || (i % 23) AS category,
        exp(${normal('i, 1')} * 1.4 + 0.8) * ${days === 1 ? 1 : 5} AS level, 2 + 8 * ${uniform('i, 2')} AS base,
        0.4 * ${uniform('i, 3')} AS season, ${uniform('i, 4')} AS phase, 0.5 * (${uniform('i, 5')} - 0.5) AS trend,
        0.5 + 1.5 * ${uniform('i % 23, 6')} AS pull
      FROM range(${series}) t(i)),
    drawn AS (
      SELECT *, ${uniform(`i, t // ${days === 1 ? 14 : 2}, 7`)} < 0.12 AS promo
      FROM items, range(${periods + horizon}) p(t)),
    priced AS (
      SELECT *, round(base * (1 + 0.03 * floor(t / ${year})) * CASE WHEN promo THEN 0.75 ELSE 1 END, 2) AS price FROM drawn),
    demand AS (
      SELECT *, level * (1 + season * sin(2 * pi() * (t / ${year} + phase))) * exp(trend * t / ${periods})
        * ${days === 1 ? '(CASE (t + i) % 7 WHEN 5 THEN 1.5 WHEN 6 THEN 1.3 WHEN 0 THEN 0.8 ELSE 0.9 END)' : '1'}
        * CASE WHEN promo THEN 1 + pull ELSE 1 END * exp(0.35 * ${normal('i, t, 8')} - 0.061) AS mean
      FROM priced)
    SELECT series_id, DATE '${first}' + CAST(t * ${days} AS INTEGER) AS timestamp,
      CASE WHEN t < ${periods} THEN floor(mean + ${uniform('i, t, 9')}) END AS units,
      price, CAST(promo AS INTEGER) AS promo, category
    FROM demand`,
  );
}

/** SQL: a number in (0, 1) for the values named. */
function uniform(of: string): string {
  return `((hash(${of}) % 1000003 + 0.5) / 1000003)`;
}

/** SQL: a normal number for the values named. Box and Muller 1958. */
function normal(of: string): string {
  return `(sqrt(-2 * ln(${uniform(`${of}, 'a'`)})) * cos(2 * pi() * ${uniform(`${of}, 'b'`)}))`;
}
