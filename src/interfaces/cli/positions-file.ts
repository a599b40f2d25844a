// Stock positions from a table: which of its columns say what, and their cells as numbers.

import { AppError, type Project, seriesIdOf } from '../../core/index.ts';
import type { LeadTime } from '../../forecasting/inventory/index.ts';
import type { ReplenishmentPosition } from '../../services/serving/index.ts';
import type { Sample } from './sample.ts';

type Arrival = NonNullable<ReplenishmentPosition['onOrder']>[number];

/** Columns of numbers: as `onHand`, `on_hand`, `On hand`. */
const numberColumns = [
  'onHand',
  'backorders',
  'review',
  'cycleService',
  'fillRate',
  'shortageCost',
  'leftoverCost',
  'lot',
  'minimumOrder',
  'packSize',
  'unitCost',
] as const;

/** All columns that are read beside those of the series. */
export const positionColumns: readonly string[] = [
  ...numberColumns,
  'onOrder',
  'due',
  'leadTime',
  'leadTimeSd',
  'policy',
];

/**
 * Positions of a table. The series is its column `series`, or the project's series columns. A series with several orders on
 * their way has a row for each; its other cells count from the first row.
 * @throws AppError `cli/unreadable-file` when a column is missing or a cell is not a number
 */
export function positionsOf(sample: Sample, project: Project, path: string): ReplenishmentPosition[] {
  if (!sample.whole)
    throw new AppError('cli/unreadable-file', `${path} is too large for one list: send it in parts`);
  if (sample.ragged > 0)
    throw new AppError(
      'cli/unreadable-file',
      `${path} has ${sample.ragged} rows with more or fewer cells than its header: mend them`,
    );
  const cells = new Cells(sample, path);
  const seriesColumns = cells.has('series') ? ['series'] : project.columns.series;
  const missing = [...seriesColumns, 'onHand'].filter((name) => !cells.has(name));
  if (missing.length > 0)
    throw new AppError(
      'cli/unreadable-file',
      `${path} has no column ${missing.join(', ')}; it has ${sample.columns.join(', ')}`,
    );
  const positions = new Map<string, ReplenishmentPosition & { onOrder: Arrival[] }>();
  for (let row = 0; row < sample.rows.length; row++) {
    const series = cells.has('series')
      ? cells.text(row, 'series')
      : seriesIdOf(seriesColumns.map((column) => cells.text(row, column)));
    const position = positions.get(series) ?? { ...positionOf(cells, row, series), onOrder: [] };
    positions.set(series, position);
    const units = cells.number(row, 'onOrder');
    const due = cells.text(row, 'due');
    if (units !== undefined && units > 0) position.onOrder.push({ units, ...(due === '' ? {} : { due }) });
  }
  return [...positions.values()];
}

function positionOf(cells: Cells, row: number, series: string): ReplenishmentPosition {
  const numbers = numberColumns.flatMap((name) => {
    const value = cells.number(row, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const leadTime = leadTimeOf(cells.number(row, 'leadTime'), cells.number(row, 'leadTimeSd'));
  const policy = cells.text(row, 'policy') as NonNullable<ReplenishmentPosition['policy']> | '';
  if (policy !== '' && !['R,S', 's,S', 's,Q'].includes(policy))
    throw cells.wrong(row, 'policy', 'expected R,S or s,S or s,Q');
  const onHand = cells.number(row, 'onHand');
  if (onHand === undefined) throw cells.wrong(row, 'onHand', 'expected the units on the shelf');
  return {
    series,
    ...Object.fromEntries(numbers),
    onHand,
    ...(leadTime === undefined ? {} : { leadTime }),
    ...(policy === '' ? {} : { policy }),
  };
}

/** A lead time of a mean, with a deviation where there is one. */
export function leadTimeOf(mean: number | undefined, sd: number | undefined): LeadTime | undefined {
  if (mean === undefined) return undefined;
  return sd === undefined || sd === 0 ? mean : { mean, sd };
}

class Cells {
  readonly #sample: Sample;
  readonly #path: string;
  readonly #at: Map<string, number>;

  constructor(sample: Sample, path: string) {
    this.#sample = sample;
    this.#path = path;
    this.#at = new Map(sample.columns.map((name, i) => [plain(name), i]));
  }

  has(column: string): boolean {
    return this.#at.has(plain(column));
  }

  /** '' where there is no such column or the cell is empty. */
  text(row: number, column: string): string {
    const at = this.#at.get(plain(column));
    return at === undefined ? '' : (this.#sample.rows[row]?.[at] ?? '').trim();
  }

  number(row: number, column: string): number | undefined {
    const text = this.text(row, column);
    if (text === '') return undefined;
    const value = Number(text);
    if (Number.isFinite(value)) return value;
    throw this.wrong(row, column, 'expected a number');
  }

  wrong(row: number, column: string, expected: string): AppError {
    const cell = this.text(row, column).slice(0, 40);
    return new AppError(
      'cli/unreadable-file',
      `${this.#path}, data row ${row + 1}: ${column} is "${cell}"; ${expected}`,
    );
  }
}

/** A column's name without case, spaces, `_` and `-`. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, '');
}
