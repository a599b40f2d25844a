// How the public retail sets are brought into one file each, with what is known beside demand. Prices and calendars of M5
// are published for the test window too: they are the plan a retailer has.

import type { Workshop } from './workshop.ts';

/** Day 1913 is the last training day of M5 (2016-04-24); its week is 11613. */
const m5LastTrainWeek = 11613;

/**
 * Prices per item, store and calendar week with the item's mean over the training weeks. The weight of an item is its
 * units of all months before the test (2011-01 to 2016-03) times that mean price.
 */
function m5WeekPrices(shop: Workshop): string {
  const months = Array.from({ length: 63 }, (_, i) => {
    const month = `${2011 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, '0')}`;
    return `"${month}"`;
  });
  return `
    weeks AS (SELECT wm_yr_wk AS week, min(date) AS first FROM ${shop.file('m5/m5_calendar.csv.gz')} GROUP BY 1),
    runs AS (SELECT store_id, item_id, from_wm_yr_wk AS a, to_wm_yr_wk AS b, sell_price AS price
             FROM ${shop.file('m5/m5_sell_prices_runs.csv.gz')}),
    priced AS (SELECT store_id, item_id, week, price FROM runs JOIN weeks ON week BETWEEN a AND b),
    usual AS (SELECT store_id, item_id, avg(price) AS mean FROM priced WHERE week <= ${m5LastTrainWeek} GROUP BY 1, 2),
    sold AS (SELECT store_id, item_id, dept_id, ${months.join(' + ')} AS units
             FROM ${shop.file('m5/m5_sales_monthly_wide.csv.gz')}),
    goods AS (SELECT store_id, item_id, dept_id, week, price / mean AS relative, units * mean AS weight
              FROM priced JOIN usual USING (store_id, item_id) JOIN sold USING (store_id, item_id))`;
}

/** The nine levels of M5 that the store × department file adds up to, as SQL over its columns. */
const m5Levels: readonly (readonly [string, string])[] = [
  ['L1', `'total'`],
  ['L2', `state`],
  ['L3', `store_id`],
  ['L4', `category`],
  ['L5', `dept_id`],
  ['L6', `state || ' ' || category`],
  ['L7', `state || ' ' || dept_id`],
  ['L8', `store_id || ' ' || category`],
  ['L9', `store_id || ' ' || dept_id`],
];

/**
 * M5 by day from day 16: store × departments, or all 154 nodes of levels 1 to 9 (ids `L1 total` …). Known: event of the day, its type,
 * SNAP of the state (for nodes over several states the share of states that have it), the price level of the week (each
 * item's price over its own mean, weighted by revenue) and how many items have a price.
 */
export function m5Days(shop: Workshop, nodes: 'store × department' | 'all nodes'): Promise<string> {
  const levels = nodes === 'all nodes' ? m5Levels : m5Levels.slice(8);
  const idOf = ([level, key]: readonly [string, string]): string =>
    nodes === 'all nodes' ? `'${level} ' || ${key}` : 'series_id';
  const parts = levels.map(
    (one) => `
      SELECT node AS series_id, '${one[0]}' AS level, timestamp, sum(y) AS y, avg(snap) AS snap,
        any_value(event) AS event, any_value(event_type) AS event_type, ${valueOr(one[0], 'L2 L3 L6 L7 L8 L9', 'state')} AS state,
        ${valueOr(one[0], 'L3 L8 L9', 'store_id')} AS store, ${valueOr(one[0], 'L4 L5 L6 L7 L8 L9', 'category')} AS category,
        ${valueOr(one[0], 'L5 L7 L9', 'dept_id')} AS dept,
        sum(relative * weight) / sum(weight) AS price, sum(items) AS items
      FROM (SELECT *, ${idOf(one)} AS node FROM leaves) GROUP BY node, timestamp`,
  );
  return shop.prepare(
    `m5-${nodes === 'all nodes' ? 'nodes' : 'leaves'}`,
    () => `
    WITH ${m5WeekPrices(shop)},
    level AS (SELECT store_id, dept_id, week, sum(relative * weight) / sum(weight) AS relative, sum(weight) AS weight,
                     count(*) AS items FROM goods GROUP BY 1, 2, 3),
    days AS (SELECT date, wm_yr_wk AS week, event_name_1 AS event, event_type_1 AS event_type, snap_CA, snap_TX, snap_WI
             FROM ${shop.file('m5/m5_calendar.csv.gz')}),
    leaves AS (
      SELECT series_id, s.store_id, s.dept_id, timestamp, y, substr(s.store_id, 1, 2) AS state,
        split_part(s.dept_id, '_', 1) AS category, event, event_type, relative, weight, items,
        CASE substr(s.store_id, 1, 2) WHEN 'CA' THEN snap_CA WHEN 'TX' THEN snap_TX ELSE snap_WI END AS snap
      FROM ${shop.file('m5/m5_sales_daily_store_dept.csv.gz')} s JOIN days ON date = timestamp
        LEFT JOIN level ON level.store_id = s.store_id AND level.dept_id = s.dept_id AND level.week = days.week
      WHERE d >= 16)
    ${parts.join(' UNION ALL ')}`,
  );
}

function valueOr(level: string, levels: string, column: string): string {
  return levels.split(' ').includes(level) ? `any_value(${column})` : `'all'`;
}

/** M5 items by day from d 1886 to d 1941: two times 28 days. Days before an item has a price are left out. */
export function m5ItemDays(shop: Workshop): Promise<string> {
  return shop.prepare(
    'm5-item-days',
    () => `
    WITH long AS (
      UNPIVOT (SELECT * FROM ${shop.file('m5/m5_sales_daily_item_d1886_d1941.csv.gz')} WHERE ${shop.sample('series_id')})
      ON COLUMNS('^d_') INTO NAME d VALUE y),
    days AS (SELECT d, date, wm_yr_wk AS week, event_name_1 AS event, event_type_1 AS event_type, snap_CA, snap_TX, snap_WI
             FROM ${shop.file('m5/m5_calendar.csv.gz')}),
    names AS (SELECT series_id, item_id, dept_id, cat_id, store_id, state_id
              FROM ${shop.file('m5/m5_sales_monthly_wide.csv.gz')})
    SELECT series_id, date AS timestamp, CAST(d[3:] AS INTEGER) AS d, y, sell_price AS price, event, event_type,
      CASE state_id WHEN 'CA' THEN snap_CA WHEN 'TX' THEN snap_TX ELSE snap_WI END AS snap,
      names.item_id AS item, dept_id AS dept, cat_id AS category, names.store_id AS store, state_id AS state
    FROM long JOIN days USING (d) JOIN names USING (series_id)
      JOIN ${shop.file('m5/m5_sell_prices_runs.csv.gz')} r
        ON r.item_id = names.item_id AND r.store_id = names.store_id AND week BETWEEN from_wm_yr_wk AND to_wm_yr_wk`,
  );
}

/**
 * M5 items by month from 2011-02 to 2016-03, the months the source covers whole, from each item's first sale. Known: the
 * item's mean price over the weeks of the month, by days.
 */
export function m5ItemMonths(shop: Workshop): Promise<string> {
  return shop.prepare(
    'm5-item-months',
    () => `
    WITH long AS (
      SELECT series_id, item_id, dept_id AS dept, cat_id AS category, store_id, state_id AS state,
        CAST(month || '-01' AS DATE) AS timestamp, y
      FROM (UNPIVOT (SELECT * FROM ${shop.file('m5/m5_sales_monthly_wide.csv.gz')} WHERE ${shop.sample('series_id')})
            ON COLUMNS('^20') INTO NAME month VALUE y)
      WHERE month BETWEEN '2011-02' AND '2016-03'),
    begun AS (SELECT series_id, min(timestamp) AS first FROM long WHERE y > 0 GROUP BY 1),
    parts AS (SELECT wm_yr_wk AS week, CAST(date_trunc('month', date) AS DATE) AS month, count(*) AS days
              FROM ${shop.file('m5/m5_calendar.csv.gz')} GROUP BY 1, 2),
    prices AS (SELECT store_id, item_id, month, sum(sell_price * days) / sum(days) AS price
               FROM ${shop.file('m5/m5_sell_prices_runs.csv.gz')} JOIN parts ON week BETWEEN from_wm_yr_wk AND to_wm_yr_wk
               GROUP BY 1, 2, 3)
    SELECT series_id, timestamp, y, price, dept, category, long.store_id AS store, state
    FROM long JOIN begun USING (series_id)
      LEFT JOIN prices p ON p.store_id = long.store_id AND p.item_id = long.item_id AND p.month = timestamp
    WHERE timestamp >= first`,
  );
}

/**
 * Online Retail by weeks from Monday to the one that ends on 2011-12-04; weeks without a sale are 0. Articles with at least 5
 * weeks with a sale and 26 weeks since the first one before the 8 weeks of the test. The price of a week is known when it
 * is over: units times price over units.
 */
export function onlineWeeks(shop: Workshop): Promise<string> {
  return shop.prepare(
    'online-weeks',
    () => `
    WITH sold AS (
      SELECT series_id, CAST(date_trunc('week', CAST(timestamp AS DATE)) AS DATE) AS week, sum(CAST(units AS DOUBLE)) AS units,
        sum(CAST(units AS DOUBLE) * CAST(avg_unit_price AS DOUBLE)) / sum(CAST(units AS DOUBLE)) AS price,
        sum(CAST(order_lines AS DOUBLE)) AS orders
      FROM ${shop.file('online_retail/online_retail_daily_sku.csv.gz', true)}
      WHERE timestamp < '2011-12-05' AND ${shop.sample('series_id')} GROUP BY 1, 2),
    usable AS (
      SELECT series_id, min(week) AS first FROM sold GROUP BY 1
      HAVING count(*) FILTER (units > 0 AND week < DATE '2011-10-10') >= 5
        AND date_diff('week', min(week), DATE '2011-10-10') >= 26),
    weeks AS (SELECT CAST(range AS DATE) AS week FROM range(DATE '2009-11-30', DATE '2011-12-05', INTERVAL 7 DAY))
    SELECT series_id, week AS timestamp, coalesce(units, 0) AS units, price, coalesce(orders, 0) AS orders
    FROM usable JOIN weeks ON week >= first LEFT JOIN sold USING (series_id, week)`,
  );
}

/** Victoria's electricity by hour in UTC: demand is the sum of two half-hours, temperature (past) and holiday (known) their mean and maximum. */
export function electricityHours(shop: Workshop): Promise<string> {
  return shop.prepare(
    'vic-hours',
    () => `
    SELECT date_trunc('hour', timestamp) AS timestamp, sum(demand) AS demand, avg(temperature) AS temperature, max(holiday) AS holiday
    FROM ${shop.file('vic_electricity/vic_elec_halfhourly.csv.gz')} GROUP BY 1`,
  );
}

/**
 * The items of M5 by day with a tenth of them new: of those, the days before the test are taken away. The column `split`
 * says which rows are the test.
 */
export async function m5NewItems(shop: Workshop): Promise<string> {
  const days = await m5ItemDays(shop);
  return shop.prepare(
    'm5-new-items',
    () => `
    SELECT *, CASE WHEN d > 1913 THEN 'test' ELSE 'train' END AS split FROM '${days}'
    WHERE d > 1913 OR NOT ${isNew('series_id')}`,
  );
}

/** SQL: is the series one of the tenth that is taken for new? Another digit of the hash than the sample's. */
export function isNew(column: string): string {
  return `(hash(${column}) // 10) % 10 = 0`;
}
