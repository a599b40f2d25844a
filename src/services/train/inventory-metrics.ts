// What a version's forecasts would have meant for the shelf: stock levels from its sample paths, replayed over demand of its
// backtest. Two versions can be told apart by it where their errors of single periods are alike.

import type { Panel, Project } from '../../core/index.ts';
import {
  addReplays,
  coverDemand,
  leadTimeShares,
  leadTimesOfPaths,
  type ReplayResult,
  replay,
  replayFigures,
  stockFor,
} from '../../forecasting/inventory/index.ts';
import {
  defaultOrder,
  type PathOrder,
  pathCountDefault,
  recentCorrelation,
  samplePaths,
  windowOrder,
} from '../../forecasting/models/index.ts';
import type { PanelFit } from '../fitting/index.ts';
import { eachPolitely } from './fold-scores.ts';

/** Terms of a replenishment that states none. */
const target = { kind: 'cycle', level: 0.95 } as const;
const leadTime = 1;
const review = 1;
const cover = leadTime + review;
/** A unit left over costs 1; at this price of a unit short the target is the cheapest. */
const shortagePrice = target.level / (1 - target.level);
/** Bounds the time to about a second. */
const windowsMax = 2000;

export interface InventoryMetricsOptions {
  readonly project: Pick<Project, 'seed' | 'nonNegative'>;
  /** The series that were fitted. */
  readonly panel: Panel;
  /** Periods per cycle, 1 = none. */
  readonly season: number;
  readonly fit: Pick<PanelFit, 'table' | 'intervals' | 'paths' | 'servedAt'>;
}

/**
 * `inventory.service` (share of cycles without a missing unit), `….fill-rate` (share of units served), `….stock` (left at the
 * end of a period, in mean periods of demand) and `….cost` (per unit asked for: units left, plus 19 times units missing). Each
 * window of the backtest is one cycle: the stock that the forecast asks for lasts until the next order could come. Windows
 * with unknown demand in that time are left out; of many series an even sample is taken.
 * @returns null where no window says anything
 * Cost: at most 2,000 windows × 1,000 paths; gives way to other work every few milliseconds.
 */
export async function inventoryMetrics(
  options: InventoryMetricsOptions,
): Promise<Record<string, number | null>> {
  const { table } = options.fit;
  const cycles: ReplayResult[] = [];
  const orderOf = ordersOf(options);
  const count = Math.min(table.seriesCount, Math.ceil(windowsMax / table.originsMax));
  const sample = Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * table.seriesCount) / count));
  await eachPolitely(sample, (series) => {
    const isWhole = (options.panel.series[series] as { values: Float64Array }).values.every(
      (value) => Number.isNaN(value) || Number.isInteger(value),
    );
    for (let origin = 0; origin < (table.origins[series] as number); origin++) {
      const cycle = replayCycle(options, { series, origin, isWhole, orderOf });
      if (cycle !== undefined) cycles.push(cycle);
    }
  });
  const all = addReplays(cycles);
  const { fillRate, cost } = replayFigures(all);
  const known = (value: number): number | null => (Number.isFinite(value) ? value : null);
  return {
    'inventory.service': known(cycles.filter(({ shortUnits }) => shortUnits === 0).length / cycles.length),
    'inventory.fill-rate': known(fillRate),
    'inventory.stock': known(all.stockSum / all.demandUnits),
    'inventory.cost': known(cost / all.demandUnits),
  };
}

/** The cycle that follows an origin; undefined when its demand or its forecast is not wholly known. */
function replayCycle(
  { project, fit }: InventoryMetricsOptions,
  of: {
    series: number;
    origin: number;
    isWhole: boolean;
    orderOf: (series: number, stratum: number) => PathOrder;
  },
): ReplayResult | undefined {
  const { table, intervals, servedAt } = fit;
  const { series, origin, isWhole, orderOf } = of;
  const at = series * table.originsMax + origin;
  const demand = table.actuals.subarray(at * table.horizon, at * table.horizon + Math.min(cover, table.span));
  if (demand.length < cover || demand.includes(Number.NaN)) return undefined;
  const { mean, quantiles } = servedAt(series, origin);
  if (mean.subarray(0, cover).includes(Number.NaN)) return undefined;
  const { levels } = intervals;
  const order = orderOf(series, table.strata[at] as number);
  const curve = {
    levels,
    mean: mean.subarray(0, cover),
    quantiles: Float64Array.from(
      { length: levels.length * cover },
      (_, i) => quantiles[Math.floor(i / cover) * table.horizon + (i % cover)] as number,
    ),
    floor: project.nonNegative ? 0 : Number.NEGATIVE_INFINITY,
    whole: isWhole,
  };
  const lead = leadTimeShares(leadTime);
  const leads = leadTimesOfPaths(lead, order.count, project.seed);
  const stock = stockFor(target, coverDemand(samplePaths(curve, order), { horizon: cover, leads, review }));
  return replay({
    demand,
    // One order, and nothing that comes after the cycle.
    review: cover,
    lead,
    rules: { minimum: 0, pack: 0 },
    levelsAt: () => ({ reorderPoint: stock, orderUpTo: stock }),
    prices: { holding: 1, shortage: shortagePrice },
    warmUp: leadTime,
    unmet: 'waits',
    seed: project.seed,
  });
}

/** Orders of paths as they are served, each made once. */
function ordersOf({
  project,
  panel,
  season,
  fit,
}: InventoryMetricsOptions): (series: number, stratum: number) => PathOrder {
  const { blocks, blockOf, horizon } = fit.paths;
  const orders = new Map<string, PathOrder>();
  return (series, stratum) => {
    const index = blockOf[stratum] as number;
    const block = blocks[index];
    const correlation =
      block === undefined
        ? recentCorrelation((panel.series[series] as { values: Float64Array }).values, season)
        : 0;
    const key = `${index} ${correlation}`;
    const count = { count: pathCountDefault, seed: project.seed };
    const order =
      orders.get(key) ??
      (block === undefined ? defaultOrder({ horizon, correlation, ...count }) : windowOrder(block, count));
    orders.set(key, order);
    return order;
  };
}
