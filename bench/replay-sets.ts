// The public sets that checks of drift are replayed over: each as a project would hold it, cut off at any period.

import { type Panel, type Project, periodOf } from '../src/core/index.ts';
import { defineProject } from '../src/interfaces/config/index.ts';
import { buildPanel, DuckDb, readTable } from '../src/services/data/index.ts';
import { systemTimers } from '../src/services/jobs/index.ts';
import { electricityHours, m5Days } from './retail-data.ts';
import type { Workshop } from './workshop.ts';

export const replaySets = ['rossmann', 'electricity', 'm5', 'online-retail'] as const;
export type ReplaySet = (typeof replaySets)[number];

export interface Replayed {
  readonly set: ReplaySet;
  readonly project: Project;
  readonly panel: Panel;
  /** Newest periods of the checks: a year of days. */
  readonly checks: readonly number[];
  /** What takes faults: an amount above zero; null = there is none. */
  readonly amount: string | null;
  /** Two columns that hold numbers, to be exchanged. */
  readonly swap: readonly [string, string];
}

interface SetRecipe {
  readonly path: (shop: Workshop) => string | Promise<string>;
  readonly join?: (shop: Workshop) => string;
  /** Condition of SQL: some of the series, where a check of all would be long. */
  readonly where?: string;
  readonly frequency: 'day' | 'hour';
  readonly workdays?: readonly number[];
  readonly project: Readonly<Record<string, unknown>>;
  readonly columns: {
    readonly series: readonly string[];
    readonly time: string;
    readonly target: string;
    readonly known?: readonly string[];
    readonly past?: readonly string[];
    readonly static?: readonly string[];
    readonly categories?: readonly string[];
  };
  readonly gaps: 'missing' | 'zero';
  /** First and last newest period of a check. */
  readonly year: readonly [string, string];
  readonly amount: string | null;
  readonly swap: readonly [string, string];
}

const recipes: Readonly<Record<ReplaySet, SetRecipe>> = {
  rossmann: {
    path: ({ folder }) => `${folder}/rossmann/rossmann_daily.csv.gz`,
    join: ({ folder }) => `${folder}/rossmann/rossmann_stores.csv`,
    where: 'CAST(store AS INTEGER) % 3 = 0',
    frequency: 'day',
    project: { calendar: { country: 'DE' }, drift: { groupBy: 'store_type' } },
    columns: {
      series: ['store'],
      time: 'timestamp',
      target: 'sales',
      known: ['promo', 'school_holiday'],
      past: ['customers'],
      static: ['store_type'],
    },
    gaps: 'missing',
    year: ['2014-08-01', '2015-07-31'],
    amount: 'customers',
    swap: ['promo', 'customers'],
  },
  electricity: {
    path: electricityHours,
    frequency: 'hour',
    project: { timezone: 'Australia/Melbourne', calendar: { country: 'AU', region: 'VIC' } },
    columns: { series: [], time: 'timestamp', target: 'demand', past: ['temperature'] },
    gaps: 'missing',
    year: ['2014-01-01T12:00Z', '2014-12-31T12:00Z'],
    amount: 'temperature',
    swap: ['demand', 'temperature'],
  },
  m5: {
    path: (shop) => m5Days(shop, 'store × department'),
    frequency: 'day',
    project: { calendar: { country: 'US' } },
    columns: {
      series: ['store', 'dept'],
      time: 'timestamp',
      target: 'y',
      known: ['price', 'snap', 'event_type'],
      categories: ['event_type'],
    },
    gaps: 'missing',
    year: ['2015-05-24', '2016-05-22'],
    amount: 'price',
    swap: ['price', 'snap'],
  },
  'online-retail': {
    path: onlineDays,
    frequency: 'day',
    workdays: [0, 1, 2, 3, 4, 5],
    project: { calendar: { country: 'GB', region: 'ENG' } },
    columns: {
      series: ['series_id'],
      time: 'timestamp',
      target: 'units',
      past: ['avg_unit_price', 'order_lines'],
    },
    gaps: 'zero',
    year: ['2010-12-10', '2011-12-09'],
    amount: 'avg_unit_price',
    swap: ['avg_unit_price', 'order_lines'],
  },
};

/** Online Retail by days: the articles that were sold on 150 days or more. */
function onlineDays(shop: Workshop): Promise<string> {
  const file = shop.file('online_retail/online_retail_daily_sku.csv.gz');
  return shop.prepare(
    'online-days',
    () => `
    SELECT series_id, timestamp, units, avg_unit_price, order_lines FROM ${file}
    WHERE series_id IN (SELECT series_id FROM ${file} GROUP BY 1 HAVING count(*) >= 150)`,
  );
}

/** @param set read from the folder of public data */
export async function replayedSet(shop: Workshop, set: ReplaySet): Promise<Replayed> {
  const recipe = recipes[set];
  const { columns, frequency, workdays, gaps } = recipe;
  const grid = workdays === undefined ? {} : { workdays };
  const project = defineProject(set, { ...recipe.project, ...grid, frequency, gaps, columns });
  const db = new DuckDb({ scratchFolder: shop.scratch, timers: systemTimers, workersMax: 1 });
  try {
    const table = await readTable(db, {
      path: await recipe.path(shop),
      ...columns,
      frequency,
      ...grid,
      ...(recipe.join === undefined ? {} : { join: recipe.join(shop) }),
      ...(recipe.where === undefined ? {} : { where: recipe.where }),
      conflicts: 'sum',
    });
    const { panel } = buildPanel(table, { gaps });
    const [from, to] = recipe.year.map((time) => periodOf(panel.grid, Date.parse(time))) as [number, number];
    const step = frequency === 'hour' ? 24 : 1;
    const checks = Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step);
    return { set, project, panel, checks, amount: recipe.amount, swap: recipe.swap };
  } finally {
    await db.close();
  }
}

/** What was known when `through` was the newest closed period: no value of a later one, in whichever column. */
export function panelThrough(panel: Panel, through: number): Panel {
  const kept = [...panel.series.keys()].filter((s) => (panel.series[s]?.start ?? 0) <= through);
  const series = kept.map((s) => {
    const one = panel.series[s] as Panel['series'][number];
    return { ...one, values: one.values.subarray(0, through - one.start + 1) };
  });
  const { covariates } = panel;
  if (covariates === undefined) return { grid: panel.grid, series };
  const { begins, starts, varying, fixed } = covariates;
  const lengths = kept.map((s) => {
    const all = (begins[s + 1] as number) - (begins[s] as number);
    return Math.max(0, Math.min(all, through - (starts[s] as number) + 1));
  });
  const own = new Int32Array(kept.length + 1);
  for (const [i, length] of lengths.entries()) own[i + 1] = (own[i] as number) + length;
  const cut = (values: Float32Array): Float32Array => {
    const left = new Float32Array(own.at(-1) as number);
    for (const [i, s] of kept.entries()) {
      const begin = begins[s] as number;
      left.set(values.subarray(begin, begin + (lengths[i] as number)), own[i]);
    }
    return left;
  };
  return {
    grid: panel.grid,
    series,
    covariates: {
      begins: own,
      starts: Int32Array.from(kept, (s) => starts[s] as number),
      varying: varying.map((column) => ({ ...column, values: cut(column.values) })),
      fixed: fixed.map((column) => ({
        ...column,
        values: Float32Array.from(kept, (s) => column.values[s] as number),
      })),
    },
  };
}
