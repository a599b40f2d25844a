// Forecasts as a CSV file: one row per series and step, numbers with all their digits. People open it in a spreadsheet, so
// its texts are safe there.

import { csvCell } from '../../../core/index.ts';

interface Forecast {
  readonly series: string;
  readonly source: string;
  readonly steps: readonly {
    readonly timestamp: string;
    readonly mean: number;
    readonly quantiles: Readonly<Record<string, number>>;
  }[];
}

/** The header line for quantiles of these levels. */
export function csvHeader(levels: readonly string[]): string {
  return `${['series', 'timestamp', 'mean', ...levels, 'source'].map(cell).join(',')}\r\n`;
}

/** The lines of some forecasts. */
export function csvRows(forecasts: readonly Forecast[], levels: readonly string[]): string {
  const lines = forecasts.flatMap(({ series, source, steps }) =>
    steps.map(({ timestamp, mean, quantiles }) =>
      [cell(series), cell(timestamp), mean, ...levels.map((level) => quantiles[level] ?? ''), source].join(
        ',',
      ),
    ),
  );
  return lines.map((line) => `${line}\r\n`).join('');
}

const cell = (text: string): string => csvCell(text, 'safe');
