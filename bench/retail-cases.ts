// The public retail sets of `bench/accuracy.ts`, with what is known beside demand. What counts as known ahead: calendars and
// holidays, and promotions and prices as far as a retailer plans them; never weather, visitors or sales of others.

import { join } from 'node:path';
import type { AccuracyCase, Goal, Material } from './accuracy-case.ts';
import {
  gaussianScaledPinball,
  meanOf,
  scaledPinball,
  shareBelow,
  unitError,
  windowRmsse,
} from './accuracy-scores.ts';
import { m5Quantiles, nodeScores } from './m5-levels.ts';
import { readM5, wrmsse } from './m5-wrmsse.ts';
import { isNew, m5Days, m5ItemDays, m5ItemMonths, m5NewItems, onlineWeeks } from './retail-data.ts';

/** Those of M5's uncertainty track, and the 80 % interval. */
const m5Levels: readonly number[] = [0.005, 0.025, 0.1, 0.165, 0.25, 0.5, 0.75, 0.835, 0.9, 0.975, 0.995];
/** Those Online Retail is scored at, and the 95 % interval. */
const stockLevels: readonly number[] = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];
const stockAndIntervals: readonly number[] = [0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99];

/** @param folder where the datasets lie, see its README */
export function retailCases(folder: string): AccuracyCase[] {
  return [
    ...m5Aggregates(),
    ...m5Items(),
    rossmann(folder),
    walmart(folder),
    ...onlineRetail(folder),
    stallion(folder),
    australianTourism(folder),
  ];
}

const days = { series: ['series_id'], time: 'timestamp', target: 'y', frequency: 'day', path: '' } as const;

function m5Aggregates(): AccuracyCase[] {
  const options = {
    ...days,
    horizon: 28,
    known: ['event', 'event_type', 'snap', 'price', 'items'],
    levels: m5Levels,
  } as const;
  return [
    {
      name: 'M5 store × department',
      options: { ...options, static: ['state', 'store', 'category', 'dept'] },
      prepare: (shop) => m5Days(shop, 'store × department'),
      goals: [
        {
          figure: 'wrmsse',
          text: 'WRMSSE, levels 1-9, bottom-up',
          most: 0.47,
          peers: 'sNaive 0.803, ets 0.763, weekday mean 0.693, pooled LightGBM 0.481',
        },
      ],
      beside: [],
      peers:
        'WRMSSE levels 1-9, bottom-up: sNaive 0.803, weekday mean of 8 weeks 0.693, pooled LightGBM 0.481',
      score: async ({ shop, forecasts }) => {
        const means = new Map(forecasts.map(({ seriesId, mean }) => [seriesId, mean]));
        const { mean, levels } = wrmsse(await readM5(join(shop.folder, 'm5')), means);
        return { wrmsse: mean, ...Object.fromEntries(levels.map((level, l) => [`wrmsseL${l + 1}`, level])) };
      },
    },
    {
      name: 'M5, all 154 nodes of levels 1-9',
      options: { ...options, static: ['level', 'state', 'store', 'category', 'dept'] },
      prepare: (shop) => m5Days(shop, 'all nodes'),
      goals: [
        {
          figure: 'wsplRatio',
          text: 'mean scaled pinball, levels 1-9, ÷ that of sNaive with its own errors',
          most: 0.65,
          peers: 'official, other window: winner 0.52, 50th 0.65, ARIMA 0.77, ETS 0.79',
        },
      ],
      beside: [],
      peers: 'as above, each node forecast by itself, not summed',
      score: async ({ shop, forecasts, levels }) => {
        const own = new Map(forecasts.map((forecast) => [forecast.seriesId, forecast]));
        const rows = m5Quantiles.map((level) => levels.indexOf(level));
        const scores = nodeScores(await readM5(join(shop.folder, 'm5')), (node) => {
          const forecast = own.get(node);
          if (forecast === undefined) throw new Error(`no forecast for ${node}`);
          const steps = forecast.actual.length;
          const quantiles = new Float64Array(rows.length * steps);
          for (const [l, row] of rows.entries())
            quantiles.set(forecast.quantiles.subarray(row * steps, (row + 1) * steps), l * steps);
          return { mean: forecast.mean, quantiles };
        });
        return { ...scores, wsplRatio: scores.wspl / scores.naiveWspl };
      },
    },
  ];
}

function m5Items(): AccuracyCase[] {
  const daily = {
    ...days,
    horizon: 28,
    known: ['price', 'event', 'event_type', 'snap'],
    static: ['dept', 'category', 'store', 'state'],
  } as const;
  const newItems: Omit<AccuracyCase, 'name' | 'options'> = {
    prepare: m5NewItems,
    goals: [
      {
        figure: 'newItemRatio',
        text: 'RMSE of items without any history ÷ that of their category mean',
        most: 0.8,
      },
    ],
    beside: [],
    peers: 'mean of the other items of the store and department over the last 28 days',
    score: newItemScores,
  };
  return [
    {
      name: 'M5 items by day, from 28 days',
      options: daily,
      prepare: m5ItemDays,
      goals: [
        goal(
          'windowRmsse',
          'RMSSE',
          0.835,
          'sNaive 1.086, mean of 28 days 0.851, aligned pooled LightGBM 0.843',
        ),
        goal('revenueRmsse', 'RMSSE by revenue', 0.77, 'sNaive 1.015, mean of 28 days 0.809, LightGBM 0.784'),
        { figure: 'bias', text: 'bias', within: 0.02, peers: 'median of 28 days −0.28, LightGBM −0.04' },
      ],
      beside: [],
      peers: 'RMSSE: sNaive 1.086, mean of 28 days 0.851, LightGBM 0.843',
      score: async (material) => {
        const weights = await itemRevenue(material);
        return {
          windowRmsse: windowRmsse(material, () => 1),
          revenueRmsse: windowRmsse(material, (id) => weights.get(id) ?? 0),
        };
      },
    },
    {
      name: 'M5 items by month',
      options: {
        ...days,
        frequency: 'month',
        horizon: 3,
        known: ['price'],
        static: ['dept', 'category', 'store', 'state'],
      },
      prepare: m5ItemMonths,
      goals: [
        goal('rmsse', 'RMSSE', 0.87, 'naive 1.014, MA3 0.932, TSB 0.908, SES 0.898'),
        goal('wape', 'WAPE', 0.34, 'naive 0.405, MA3 0.369, TSB 0.362, SES 0.356'),
      ],
      beside: [],
      peers: 'RMSSE / WAPE: naive 1.014 / 0.405, SES 0.898 / 0.356',
    },
    {
      ...newItems,
      name: 'M5 items by day, a tenth of them new',
      options: { ...daily, split: 'split' },
    },
    {
      ...newItems,
      name: 'M5 items by day, a tenth new in their store',
      options: { ...daily, split: 'split', static: [...daily.static, 'item'] },
    },
  ];
}

function rossmann(folder: string): AccuracyCase {
  return {
    name: 'Rossmann, open days',
    options: {
      series: ['store'],
      time: 'timestamp',
      target: 'sales',
      path: `${folder}/rossmann/rossmann_daily.csv.gz`,
      join: `${folder}/rossmann/rossmann_stores.csv`,
      frequency: 'day',
      // Closed days have no row: scored are the days on which a store was open.
      gaps: 'missing',
      horizon: 42,
      known: ['promo', 'state_holiday', 'school_holiday'],
      static: ['store_type', 'assortment', 'competition_distance', 'promo2', 'promo_interval'],
    },
    quickWhere: 'CAST(store AS INTEGER) % 10 = 0',
    goals: [
      goal(
        'rmspe',
        'RMSPE',
        0.116,
        'store × weekday × promo 0.145, LightGBM 0.122 to 0.118, with a factor 0.114',
      ),
    ],
    beside: [],
    peers: 'RMSPE: median by store, weekday and promotion 0.145, LightGBM 0.118',
  };
}

function walmart(folder: string): AccuracyCase {
  return {
    name: 'Walmart 45 stores',
    options: {
      series: ['store'],
      time: 'timestamp',
      target: 'weekly_sales',
      path: `${folder}/walmart_weekly45/walmart_weekly45.csv.gz`,
      frequency: 'week',
      horizon: 13,
      known: ['holiday_flag'],
      past: ['temperature', 'fuel_price', 'cpi', 'unemployment'],
    },
    goals: [
      goal('wape', 'WAPE', 0.031, 'sNaive52 0.051, × 8-week growth 0.036, R stlf 0.033, R thetaf 0.032'),
      goal('mase', 'MASE', 0.54, 'sNaive52 0.824, × growth 0.634, R thetaf 0.558, R stlf 0.554'),
      goal('rmsse', 'RMSSE', 0.3, 'sNaive52 0.494, × growth 0.364, R stlf 0.306'),
    ],
    beside: [],
    peers: 'WAPE: sNaive52 0.051, sNaive52 × 8-week growth 0.036, R stlf 0.033',
  };
}

function onlineRetail(folder: string): AccuracyCase[] {
  return [
    {
      name: 'Online Retail, weeks',
      options: {
        series: ['series_id'],
        time: 'timestamp',
        target: 'units',
        path: '',
        frequency: 'week',
        horizon: 8,
        past: ['price', 'orders'],
        levels: stockAndIntervals,
      },
      prepare: onlineWeeks,
      goals: [
        goal('rmsse', 'RMSSE', 0.58, 'zero 0.714, Croston 0.849, IMAPA 0.599, MA8 0.598, LightGBM 0.585'),
        goal(
          'stockPinball',
          'scaled pinball, 8 levels',
          0.255,
          'Gaussian 0.351, empirical 0.301, LightGBM 0.260',
        ),
        goal('gaussianRatio', 'scaled pinball ÷ Gaussian exponential smoothing', 0.75, ''),
        { figure: 'below95', text: 'share at or below P95', least: 0.93, most: 0.97 },
      ],
      beside: [],
      peers: 'RMSSE: IMAPA 0.599, LightGBM 0.585',
      score: async (material) => {
        const stockPinball = scaledPinball(material, stockLevels);
        const gaussianPinball = gaussianScaledPinball(material, stockLevels);
        return {
          stockPinball,
          gaussianPinball,
          gaussianRatio: stockPinball / gaussianPinball,
          below95: shareBelow(material, 0.95),
        };
      },
    },
    {
      name: 'Online Retail daily',
      options: {
        series: ['series_id'],
        time: 'timestamp',
        target: 'units',
        path: `${folder}/online_retail/online_retail_daily_sku.csv.gz`,
        frequency: 'day',
        gaps: 'zero',
        horizon: 28,
      },
      quickWhere: 'hash(series_id) % 10 = 0',
      goals: [],
      beside: ['sba', 'tsb', 'zero'],
      peers: 'SBA, TSB and the zero forecast: below',
    },
  ];
}

function stallion(folder: string): AccuracyCase {
  const events =
    'easter_day good_friday new_year christmas labor_day independence_day revolution_day_memorial regional_games ' +
    'fifa_u_17_world_cup football_gold_cup beer_capital music_fest';
  return {
    name: 'Stallion',
    options: {
      series: ['agency', 'sku'],
      time: 'timestamp',
      target: 'volume',
      path: `${folder}/stallion/stallion_monthly.csv.gz`,
      frequency: 'month',
      horizon: 6,
      known: ['price_regular', 'discount', ...events.split(' ')],
      past: ['industry_volume', 'soda_volume', 'avg_max_temp'],
      static: ['agency', 'sku', 'avg_population_2017', 'avg_yearly_household_income_2017'],
    },
    goals: [
      goal('unitError', 'MAE', 230, 'TFT 359, naive 293, mean of 6 months 274, LightGBM 235'),
      goal('wape', 'WAPE', 0.147, 'naive 0.187, mean of 6 months 0.175, LightGBM 0.150'),
      goal('rmsse', 'RMSSE', 0.97, 'naive 1.159, mean of 6 months 1.072, LightGBM 0.984'),
    ],
    beside: [],
    peers: 'WAPE: naive 0.187, mean of 6 months 0.175, LightGBM 0.150',
  };
}

function australianTourism(folder: string): AccuracyCase {
  return {
    name: 'Australian tourism',
    options: {
      series: ['State', 'Region', 'Purpose'],
      time: 'timestamp',
      target: 'y',
      path: `${folder}/au_tourism_hier/au_tourism_quarterly.csv.gz`,
      frequency: 'quarter',
      horizon: 8,
      static: ['State', 'Region', 'Purpose'],
      hierarchy: ['State/Region*Purpose'],
    },
    goals: [
      goal(
        'nodesRmsse',
        'RMSSE, all 425 nodes, reconciled',
        0.8,
        'R ets base 0.834, bottom-up 0.862, OLS 0.814, WLS-struct 0.809',
      ),
      goal(
        'nodesMase',
        'MASE, all 425 nodes, reconciled',
        1.01,
        'R ets base 1.036, bottom-up 1.078, OLS 1.027, WLS-struct 1.019',
      ),
      goal('totalMase', 'MASE of the total', 1.55, 'R ets base 1.53, bottom-up 3.17'),
      goal('coherence', 'largest difference of a total from its parts', 1e-9, ''),
    ],
    beside: [],
    peers: 'the 304 bottom series by themselves; more: `npm run -s bench -- hierarchy`',
    score: async ({ evaluation: { hierarchy } }) => {
      const level = (name: string) => hierarchy?.levels.find((one) => one.level === name)?.reconciled;
      return {
        nodesRmsse: level('all')?.rmsse ?? Number.NaN,
        nodesMase: level('all')?.mase ?? Number.NaN,
        totalMase: level('total')?.mase ?? Number.NaN,
        coherence: hierarchy?.coherence ?? Number.NaN,
      };
    },
  };
}

function goal(figure: string, text: string, most: number, peers: string): Goal {
  return { figure, text, most, peers };
}

/** Dollars of d 1886 to 1913 by item and store. */
async function itemRevenue({ shop }: Material): Promise<Map<string, number>> {
  const path = await m5ItemDays(shop);
  const rows = await shop.rows(
    `SELECT series_id, CAST(sum(y * price) AS DOUBLE) FROM '${path}' WHERE d <= 1913 GROUP BY 1`,
  );
  return new Map(rows.map(([id, revenue]) => [String(id), Number(revenue)]));
}

/**
 * Items whose history was taken away, beside the mean of what the others of their store and department sold a day in the
 * last 28 days: mean of the root mean squared errors of the items, and the same in absolute errors.
 */
async function newItemScores({ shop, forecasts }: Material): Promise<Record<string, number>> {
  const path = await m5ItemDays(shop);
  const rows = await shop.rows(`
    WITH usual AS (SELECT dept, store, avg(y) AS mean FROM '${path}' WHERE d <= 1913 AND NOT ${isNew('series_id')} GROUP BY 1, 2)
    SELECT DISTINCT series_id, CAST(mean AS DOUBLE) FROM '${path}' JOIN usual USING (dept, store) WHERE ${isNew('series_id')}`);
  const usual = new Map(rows.map(([id, mean]) => [String(id), Number(mean)]));
  const own = forecasts.filter(({ seriesId }) => usual.has(seriesId));
  const means = own.map((forecast) => ({
    ...forecast,
    mean: new Float64Array(forecast.actual.length).fill(usual.get(forecast.seriesId) ?? 0),
  }));
  const rmse = (of: typeof own): number =>
    meanOf(
      of.map(({ actual, mean }) =>
        Math.sqrt(meanOf([...actual].map((y, k) => (y - (mean[k] as number)) ** 2))),
      ),
    );
  return {
    newItems: own.length,
    newItemRatio: rmse(own) / rmse(means),
    newItemAbsoluteRatio: unitError(own) / unitError(means),
  };
}
