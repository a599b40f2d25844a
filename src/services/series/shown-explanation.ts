// An explanation as it is shown: step by step, and over all steps.

import type { SeriesExplanation } from '../../core/index.ts';
import { type Project, periodLabel } from '../../core/index.ts';
import type { Driver } from '../../forecasting/models/index.ts';
import type { ExplainedSeries } from './explain-series.ts';

export function shownExplanation(project: Project, found: ExplainedSeries): SeriesExplanation {
  const { series, cutoff, source, version, model, statement, mean, drivers, columns } = found;
  const at = (of: (units: Float64Array) => number): Record<Driver, number> | null =>
    drivers &&
    (Object.fromEntries(drivers.map(({ driver, units }) => [driver, of(units)])) as Record<Driver, number>);
  return {
    series,
    cutoffAt: periodLabel(project.grid, cutoff),
    source,
    version: version?.number ?? null,
    model,
    statement,
    steps: Array.from(mean, (value, k) => ({
      timestamp: periodLabel(project.grid, cutoff + 1 + k),
      mean: value,
      drivers: at((units) => units[k] as number),
      columns: columns.map(({ name, driver, units }) => ({ name, driver, units: units[k] as number })),
    })),
    total: { mean: sumOf(mean), drivers: at(sumOf) },
  };
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
