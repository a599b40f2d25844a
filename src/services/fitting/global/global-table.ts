// The column of the model over all series in a backtest: what is forecast from an origin goes into its cells.

import type { Panel, Series } from '../../../core/index.ts';
import {
  type BacktestTable,
  type CandidateGroup,
  type CandidatePlan,
  periodsAfter,
} from '../../../forecasting/evaluate/index.ts';
import type { GlobalParts, KernelCrew } from '../../../forecasting/models/index.ts';
import type { GlobalParams } from './global-params.ts';
import { forecastBlocks } from './global-windows.ts';

export interface GlobalFitOptions {
  readonly panel: Panel;
  readonly table: BacktestTable;
  readonly plan: CandidatePlan;
  /** Index of the model in the plan and the table. */
  readonly model: number;
  /** Group of each series, shape [series]. */
  readonly groups: readonly CandidateGroup[];
  /** Quantile levels of its own, ascending. */
  readonly levels: readonly number[];
  readonly seed: number;
  /** What is set of the model instead of its defaults; see `gbdtParams`. */
  readonly params: GlobalParams;
  readonly crew?: KernelCrew | undefined;
  readonly onProgress: (share: number) => void;
}

/** The oldest origin that any series has; −1 = none has one. */
export function oldestOrigin(table: BacktestTable): number {
  return table.origins.reduce((most, count) => Math.max(most, count), 0) - 1;
}

/** Forecasts the series that have this origin and writes them into the table. */
export function fillOrigin(options: GlobalFitOptions, parts: GlobalParts, origin: number): void {
  const { panel, table, model } = options;
  const { horizon, originsMax, models, own } = table;
  const series = panel.series.flatMap((_, s) => ((table.origins[s] as number) > origin ? [s] : []));
  const after = periodsAfter(table, origin);
  const lastOf = (s: number): number => (panel.series[s] as Series).values.length - after - 1;
  forecastBlocks({ ...options, parts, horizon, series, lastOf }, (s, means, quantiles) => {
    table.forecasts.set(means, ((s * models.length + model) * originsMax + origin) * horizon);
    if (own !== undefined) own.quantiles.set(quantiles, (s * originsMax + origin) * quantiles.length);
  });
}

/** Every forecast of the model in the table, times a factor; NaN clears them. */
export function scaleColumn({ table, model }: GlobalFitOptions, factor: number): void {
  const { forecasts, models, originsMax, horizon, seriesCount } = table;
  for (let s = 0; s < seriesCount; s++) {
    const at = (s * models.length + model) * originsMax * horizon;
    for (let i = at; i < at + originsMax * horizon; i++) forecasts[i] = factor * (forecasts[i] as number);
  }
}

/** The panel as it was some periods before the end of each series; covariates keep the plans ahead. */
export function panelBefore(panel: Panel, periods: number): Panel {
  const series = panel.series.map((one) => ({
    id: one.id,
    start: one.start,
    values: one.values.subarray(0, Math.max(0, one.values.length - periods)),
  }));
  return { ...panel, series };
}
