// A file as histories: the rows that `ingest` would take of it, the gaps filled, the holidays of its calendar beside them.

import { attributesOf } from '../../forecasting/hierarchy/index.ts';
import {
  type BuiltPanel,
  buildPanel,
  checkCalendar,
  type DuckDb,
  grainsOfTable,
  holidayColumn,
  readTable,
  type Table,
  type TableOptions,
} from '../data/index.ts';
import { fileEnd } from './file-end.ts';
import type { EvaluateFileOptions } from './file-options.ts';

/**
 * Reads a file as a project would that says the same of it.
 * @throws AppError `data/*` when the file cannot be read as asked
 */
export async function readPanelFile(
  db: DuckDb,
  options: EvaluateFileOptions,
  onProgress: (share: number) => void,
): Promise<{ readonly table: Table; readonly built: BuiltPanel; readonly notes: readonly string[] }> {
  const table = await readTable(db, {
    path: options.path,
    series: options.series,
    time: options.time,
    target: options.target,
    frequency: options.frequency,
    ...stated(options),
    known: options.known ?? [],
    past: options.past ?? [],
    static: attributeColumns(options),
    onProgress: ({ fraction }) => onProgress(fraction ?? 0),
  });
  const { closedThrough, notes } = fileEnd(table, options);
  const grains = grainsOfTable(table, options.gaps ?? 'missing').map((message) => `${message}.`);
  return { table, built: panelOf(table, options, closedThrough), notes: [...grains, ...notes] };
}

/** What was said of the file beside its columns. */
function stated(options: EvaluateFileOptions): Partial<TableOptions> {
  const { stockout, split, join, where, signal, conflicts, dialect, categories, keys } = options;
  const { weekStart, workdays, fiscalYear, timezone, nonNegative, minValue, maxValue } = options;
  const all = { stockout, split, join, where, signal, conflicts, dialect, categories, keys };
  const rest = { weekStart, workdays, fiscalYear, timezone, nonNegative, minValue, maxValue };
  return Object.fromEntries(Object.entries({ ...all, ...rest }).filter(([, value]) => value !== undefined));
}

/** Histories without holes, with the holidays of the calendar. @throws AppError `data/unknown-calendar` */
function panelOf(
  table: Table,
  options: EvaluateFileOptions,
  closedThrough: Float64Array | undefined,
): BuiltPanel {
  const { calendar, timezone = 'UTC', gaps = 'missing', horizon } = options;
  if (calendar === undefined) return buildPanel(table, { gaps, closedThrough });
  const by = { name: options.path, grid: table.grid, timezone, calendar };
  checkCalendar(by);
  const from = table.periods.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const to = table.periods.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return buildPanel(table, { gaps, closedThrough, calendar: holidayColumn(by, { from, to: to + horizon }) });
}

/** The columns to read as attributes: those named, and those that only groupings name. */
function attributeColumns(options: EvaluateFileOptions): readonly string[] {
  const grouped = attributesOf(options.hierarchy ?? []).filter((name) => !options.series.includes(name));
  return [...new Set([...(options.static ?? []), ...grouped])];
}
