// A project's totals among the metrics of its training: how good they were on the backtest, forecast one by one, summed
// up from the series as they are served, and as they would be reconciled.

import { lastPeriod, type Panel, type Project } from '../../core/index.ts';
import {
  buildHierarchy,
  chooseMethod,
  type ReconcileMethod,
  scoreLevels,
} from '../../forecasting/hierarchy/index.ts';
import { attributesOfPanel, type FittedSeries, pastWindows, totalsOf } from '../evaluation/index.ts';
import type { PanelFit } from '../fitting/index.ts';
import { panelOf } from './check-data.ts';

export interface HierarchyMetricsOptions {
  readonly project: Project;
  /** The series that were fitted. */
  readonly panel: Panel;
  readonly fit: FittedSeries['fit'];
  /** Periods per cycle, 1 = none. */
  readonly season: number;
  /** Fits the totals as the series were. */
  readonly fitTotals: (totals: Panel) => Promise<Pick<PanelFit, 'table' | 'chosen'>>;
}

/**
 * `hierarchy.LEVEL.base.rmsse`, `….bottom-up.…`, `….reconciled.…` and the same for `wape` and `bias`; null = could not be
 * had. Nothing without `project.hierarchy`. Series that ended before the latest one are not part of the totals.
 * @throws AppError `hierarchy/*`
 * Cost: backtest of the totals.
 */
export async function hierarchyMetrics(
  options: HierarchyMetricsOptions,
): Promise<Record<string, number | null>> {
  const { project, fit, season } = options;
  const groupings = project.hierarchy ?? [];
  if (groupings.length === 0) return {};
  const end = options.panel.series.reduce(
    (latest, one) => Math.max(latest, lastPeriod(one)),
    Number.NEGATIVE_INFINITY,
  );
  const panel = panelOf(
    options.panel,
    options.panel.series.filter((one) => lastPeriod(one) === end),
  );
  const hierarchy = buildHierarchy({
    seriesIds: panel.series.map(({ id }) => id),
    attributes: attributesOfPanel(panel, project.columns.series),
    groupings,
  });
  const totals: Panel = { grid: panel.grid, series: totalsOf(hierarchy, panel.series) };
  const windows = pastWindows({
    hierarchy,
    histories: [...totals.series, ...panel.series],
    leaves: { fit, ids: options.panel.series.map(({ id }) => id) },
    totals: { fit: await options.fitTotals(totals), ids: totals.series.map(({ id }) => id) },
    horizon: project.horizonSteps,
    season,
  });
  const { nonNegative } = project;
  const { methods: chosen } = chooseMethod(hierarchy, windows, { nonNegative });
  const kinds: Record<string, readonly ReconcileMethod[]> = {
    base: [],
    'bottom-up': ['bottom-up'],
    reconciled: chosen,
  };
  const metrics: Record<string, number | null> = {};
  for (const [kind, methods] of Object.entries(kinds)) {
    for (const { level, ...figures } of scoreLevels(hierarchy, windows, { methods, nonNegative })) {
      for (const [figure, value] of Object.entries(figures))
        metrics[`hierarchy.${level}.${kind}.${figure}`] = Number.isFinite(value) ? value : null;
    }
  }
  return metrics;
}
