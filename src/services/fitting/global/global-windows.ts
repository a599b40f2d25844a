// Forecasts of the model over all series for many series of a panel, a block of rows at a time.

import type { Panel } from '../../../core/index.ts';
import { windowOf } from '../../../forecasting/features/index.ts';
import { forecastWindows, type GlobalParts, type KernelCrew } from '../../../forecasting/models/index.ts';

/** Rows forecast at a time. */
const blockRows = 8192;

/**
 * Forecasts the steps 1 to `horizon` after some period of each of these series.
 * @param of.levels quantile levels, ascending; a model without quantiles gives means only
 * @param of.lastOf index of the last known value of a series
 * @param write     told per series its means, shape [horizon], and quantiles, shape [levels × horizon] or empty
 */
export function forecastBlocks(
  of: {
    readonly panel: Panel;
    readonly parts: GlobalParts;
    readonly horizon: number;
    readonly levels: readonly number[];
    readonly crew?: KernelCrew | undefined;
    readonly series: readonly number[];
    readonly lastOf: (series: number) => number;
    readonly onProgress?: (share: number) => void;
  },
  write: (series: number, means: Float64Array, quantiles: Float64Array) => void,
): void {
  const { panel, parts, horizon, series, lastOf, levels, crew } = of;
  const leads = Int32Array.from({ length: horizon }, (_, k) => k + 1);
  const size = Math.max(1, Math.floor(blockRows / horizon));
  for (let from = 0; from < series.length; from += size) {
    const block = series.slice(from, from + size);
    const windows = block.map((s) => windowOf(panel, { series: s, origin: lastOf(s) }));
    const { means, quantiles } = forecastWindows(parts, windows, {
      leads,
      levels: parts.quantiles === null ? [] : levels,
      crew,
    });
    const width = quantiles.length / block.length;
    for (const [i, s] of block.entries()) {
      write(
        s,
        means.subarray(i * horizon, (i + 1) * horizon),
        quantiles.subarray(i * width, (i + 1) * width),
      );
    }
    of.onProgress?.((from + block.length) / series.length);
  }
}
