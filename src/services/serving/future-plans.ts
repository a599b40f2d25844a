// What a forecast is told of the periods to come: what the request plans, else what rows planned, else the calendar.

import { AppError, type Project } from '../../core/index.ts';
import type { FutureValues } from '../../forecasting/models/index.ts';
import type { JsonObject } from '../../storage/ports/index.ts';
import { holidayName, numberOf } from '../data/index.ts';
import type { SeriesCovariates } from './series-covariates.ts';

export type FutureCell = number | string | boolean | null;
/** Planned values by column, one per step; null = as planned in the data. */
export type FutureColumns = Readonly<Record<string, readonly FutureCell[]>>;
/** By column, for all series; or by series, then column. */
export type FutureRequest = Readonly<Record<string, readonly FutureCell[] | FutureColumns>>;

export interface FutureOfSeries {
  readonly values: FutureValues;
  /** As it is stored with the prediction: a single value where all steps have it. */
  readonly record: JsonObject;
  /** Known columns of which some step was unknown, in the order of the model. */
  readonly missing: readonly string[];
}

type Planned = Pick<SeriesCovariates, 'at' | 'holidayAt'>;

/** No plans. */
const nothing: Readonly<Record<string, never>> = Object.freeze({});

/** The plans behind one request. */
export class FuturePlans {
  readonly #columns: readonly string[];
  readonly #known: readonly string[];
  readonly #horizon: number;
  /** Steps that are looked up: what is planned after a step may tell of it, so a short request is told as much as a long one. */
  readonly #span: number;
  readonly #planned: Planned;
  readonly #cutoff: number;
  readonly #forAll: FutureColumns;
  readonly #bySeries: Readonly<Record<string, FutureColumns>>;

  /**
   * @param columns what the model looks at
   * @throws AppError `serving/invalid-future` for a column that is not known ahead, a series not asked for, a list of the wrong
   *   length or a value that the column cannot have
   */
  constructor(
    project: Project,
    of: {
      readonly columns: readonly string[];
      readonly planned: Planned;
      readonly cutoff: number;
      readonly horizon: number;
      readonly seriesIds: readonly string[];
      readonly future: FutureRequest | undefined;
    },
  ) {
    this.#known = project.columns.known ?? [];
    this.#columns = of.columns;
    this.#horizon = of.horizon;
    this.#span = Math.max(of.horizon, project.horizonSteps);
    this.#planned = of.planned;
    this.#cutoff = of.cutoff;
    if (of.future === undefined) {
      this.#forAll = nothing;
      this.#bySeries = nothing;
      return;
    }
    const split = splitFuture(of.future);
    this.#forAll = checkColumns(project, split.forAll, of.horizon);
    const asked = split.series.length === 0 ? new Set() : new Set(of.seriesIds);
    for (const [seriesId] of split.series)
      if (!asked.has(seriesId))
        throw invalid(
          `\`future\` speaks of series ${quoted(seriesId)}, which is not asked for, or a list is missing`,
        );
    this.#bySeries = Object.fromEntries(
      split.series.map(([id, columns]) => [id, checkColumns(project, columns, of.horizon)]),
    );
  }

  /** What the request itself plans for a series, as a text; '' = nothing. */
  keyOf(seriesId: string): string {
    if (this.#forAll === nothing) return '';
    const own = Object.hasOwn(this.#bySeries, seriesId) ? this.#bySeries[seriesId] : undefined;
    const isPlain = own === undefined && Object.keys(this.#forAll).length === 0;
    return isPlain ? '' : JSON.stringify([this.#forAll, own ?? null]);
  }

  /** What is known of one series' steps. Cost: O(columns × horizon). */
  of(seriesId: string): FutureOfSeries {
    const own = Object.hasOwn(this.#bySeries, seriesId) ? this.#bySeries[seriesId] : undefined;
    const values: Record<string, (number | string | null)[]> = {};
    const record: Record<string, number | string | null | (number | string | null)[]> = {};
    const missing: string[] = [];
    for (const name of this.#columns) {
      const place = this.#known.indexOf(name);
      const steps: (number | string | null)[] = new Array(this.#span);
      let same = true;
      let isMissing = false;
      for (let k = 0; k < this.#span; k++) {
        const value =
          cellOf(own, name, k) ??
          cellOf(this.#forAll, name, k) ??
          (name === holidayName
            ? this.#planned.holidayAt(this.#cutoff + 1 + k)
            : this.#planned.at(seriesId, place, this.#cutoff + 1 + k));
        steps[k] = value;
        if (k >= this.#horizon) continue;
        if (value === null) isMissing = true;
        if (value !== steps[0]) same = false;
      }
      values[name] = steps;
      record[name] = same ? (steps[0] ?? null) : steps.slice(0, this.#horizon);
      if (isMissing) missing.push(name);
    }
    return { values, record, missing };
  }
}

function splitFuture(future: FutureRequest): {
  forAll: FutureColumns;
  series: [string, FutureColumns][];
} {
  const forAll: Record<string, readonly FutureCell[]> = {};
  const series: [string, FutureColumns][] = [];
  for (const [name, value] of Object.entries(future))
    if (Array.isArray(value)) forAll[name] = value;
    else series.push([name, value as FutureColumns]);
  return { forAll, series };
}

/** The columns with their values as the project has them: numbers, or texts of categories. */
function checkColumns(project: Project, columns: FutureColumns, horizon: number): FutureColumns {
  const { known = [], categories = [] } = project.columns;
  const names = [...known, ...(project.calendar === undefined ? [] : [holidayName])];
  return Object.fromEntries(
    Object.entries(columns).map(([name, cells]) => {
      if (!names.includes(name))
        throw invalid(
          `${quoted(name)} in \`future\` is no column that is known ahead in project "${project.name}": there is ${names.map(quoted).join(', ') || 'none'}`,
        );
      if (cells.length !== horizon)
        throw invalid(`${quoted(name)} in \`future\` has ${cells.length} values: the horizon is ${horizon}`);
      const isText = name === holidayName || categories.includes(name);
      return [name, cells.map((cell) => checkCell(name, cell, isText))];
    }),
  );
}

function checkCell(name: string, cell: FutureCell, isText: boolean): FutureCell {
  if (cell === null || cell === '') return null;
  if (isText) return String(cell);
  const value = typeof cell === 'string' ? numberOf(cell.trim()) : Number(cell);
  if (value !== undefined && Number.isFinite(value)) return value;
  throw invalid(`${quoted(name)} in \`future\` holds ${quoted(String(cell))}: it is a column of numbers`);
}

function cellOf(columns: FutureColumns | undefined, name: string, step: number): number | string | null {
  if (columns === undefined || !Object.hasOwn(columns, name)) return null;
  return (columns[name]?.[step] ?? null) as number | string | null;
}

function invalid(message: string): AppError {
  return new AppError('serving/invalid-future', message);
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
