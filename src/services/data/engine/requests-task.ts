// The worker's half of reading a file of requests: which series are to be forecast, and what is planned for their steps.

import type { Transferable } from 'node:worker_threads';

import { AppError, type Project } from '../../../core/index.ts';
import { holidayName } from '../holidays.ts';
import { CovariateRules } from '../rows/covariate-rules.ts';
import { projectTimes, type TimeReader } from '../rows/parse-time.ts';
import { blankNulls, type RawRow } from '../rows/raw-row.ts';
import { RowEvidence } from '../rows/row-evidence.ts';
import { SeriesIndex } from '../rows/series-index.ts';
import type { TaskContext } from './engine.ts';
import { readRows } from './read-rows.ts';
import { openSource } from './source-file.ts';
import type { SourceLimits } from './source-kind.ts';

export interface ReadRequestsInput {
  readonly path: string;
  /** What messages call it. */
  readonly name: string;
  readonly project: Project;
  /** Periods that plans are kept of, inclusive. */
  readonly from: number;
  readonly to: number;
  readonly limits: SourceLimits;
}

/** Requests by series. Numbers are in shared memory, so that threads need no copy. */
export interface RequestTable {
  /** In the order in which they first appear, once each. */
  readonly seriesIds: readonly string[];
  /** Columns known ahead of which the file plans anything. */
  readonly columns: readonly RequestColumn[];
  /** Of the file. */
  readonly rows: number;
  /** Rows of other periods: their plans are not looked at. */
  readonly rowsOutside: number;
}

export interface RequestColumn {
  readonly name: string;
  /** Texts by code; null = the column holds numbers. */
  readonly labels: readonly string[] | null;
  /** Shape [series × periods]: numbers or codes, NaN = not planned here. */
  readonly values: Float64Array;
}

/** Cells of plans in one file at most: bounds its memory to 800 MB. */
const cellsMax = 100_000_000;

/** @throws AppError `data/*` for a file that cannot be read, and for its first row that makes no sense */
export async function readRequestsTask(
  input: ReadRequestsInput,
  context: TaskContext,
): Promise<{ output: RequestTable; transfer: Transferable[] }> {
  const source = await openSource(input.path, input.limits, {
    name: input.name,
    encoding: input.project.dialect?.encoding,
  });
  const collector = new RequestCollector(source.name, input);
  await readRows(source, input.limits, {
    context,
    dialect: input.project.dialect,
    fields: {
      series: input.project.columns.series,
      // Any of the others may be left out.
      time: null,
      target: null,
      stockout: null,
      extras: [input.project.columns.time, ...collector.names],
    },
    sink: (row) => collector.add(row),
  });
  return { output: collector.end(), transfer: [] };
}

class RequestCollector {
  readonly names: readonly string[];
  readonly #name: string;
  readonly #input: ReadRequestsInput;
  readonly #series: SeriesIndex;
  readonly #rules: CovariateRules;
  readonly #evidence: RowEvidence;
  readonly #nulls: ReadonlySet<string>;
  readonly #readTime: TimeReader;
  readonly #cells: Float64Array;
  /** By column, grown with the series. */
  readonly #values: Float64Array[];
  readonly #used: boolean[];
  #rows = 0;
  #rowsOutside = 0;
  #isDated = false;

  constructor(name: string, input: ReadRequestsInput) {
    const { columns, calendar, dialect } = input.project;
    this.#name = name;
    this.#series = new SeriesIndex(input.project);
    this.#input = input;
    this.names = [...(columns.known ?? []), ...(calendar === undefined ? [] : [holidayName])];
    const isText = (column: string): boolean =>
      column === holidayName || (columns.categories ?? []).includes(column);
    this.#rules = new CovariateRules(
      this.names.map((column) => ({ name: column, role: 'known', isText: isText(column) })),
      dialect,
    );
    // Of a row the time stands before them.
    this.#evidence = new RowEvidence(input.project, {
      covariates: this.#rules.columns,
      from: 1,
      hasTarget: false,
    });
    this.#nulls = new Set(dialect?.nulls);
    this.#readTime = projectTimes(input.project);
    this.#cells = new Float64Array(this.names.length);
    this.#values = this.names.map(() => new Float64Array(0));
    this.#used = this.names.map(() => false);
  }

  /** Of two rows for one series and period the later one counts, cell by cell. */
  add(row: RawRow): void {
    const { from, to, project } = this.#input;
    this.#rows++;
    if (row.problem !== null) throw this.#refuse(row, 'data/damaged-file', row.problem);
    const series = this.#series.indexOf(row.series, row.key);
    if (series < 0)
      throw this.#refuse(
        row,
        'data/damaged-file',
        `it names no series in ${project.columns.series.join(', ')}`,
      );
    if (this.#nulls.size > 0) blankNulls(row, this.#nulls);
    this.#evidence.addNumbers(row);
    const [time, ...cells] = row.extras;
    const problem = this.#rules.read(cells, this.#cells, row.extraIsNumber.slice(1));
    if (problem !== null) throw this.#refuse(row, 'data/bad-number', problem);
    const isPlan = this.#cells.some((cell) => !Number.isNaN(cell));
    if (time === null || time === undefined || time.trim() === '') {
      if (!isPlan) return;
      const column = JSON.stringify(project.columns.time);
      throw this.#refuse(row, 'data/bad-time', `it plans something and has no time in ${column}`);
    }
    this.#isDated = true;
    const { period, problem: unreadable, doubt, hint } = this.#readTime(time.trim());
    if (doubt !== null) this.#evidence.addTime(doubt, time.trim(), row.number);
    if (unreadable !== null)
      throw this.#refuse(
        row,
        'data/bad-time',
        `${JSON.stringify(time.slice(0, 60))} is not a time of frequency ${project.grid.frequency}${hint}`,
      );
    if (period < from || period > to) this.#rowsOutside++;
    else if (isPlan) this.#keep(series, period - from);
  }

  get #span(): number {
    return this.#input.to - this.#input.from + 1;
  }

  #keep(series: number, place: number): void {
    const at = series * this.#span + place;
    for (let c = 0; c < this.#cells.length; c++) {
      const cell = this.#cells[c] as number;
      if (Number.isNaN(cell)) continue;
      this.#used[c] = true;
      if (at >= (this.#values[c] as Float64Array).length)
        this.#values[c] = this.#grown(this.#values[c] as Float64Array, at);
      (this.#values[c] as Float64Array)[at] = cell;
    }
  }

  #grown(values: Float64Array, at: number): Float64Array {
    const length = Math.max(this.#span * 1024, values.length * 2, at + 1);
    if (length * this.names.length > 2 * cellsMax)
      throw new AppError(
        'data/too-large',
        `${this.#name} plans more than ${cellsMax} cells (series × periods × columns): split it`,
      );
    const grown = new Float64Array(length).fill(Number.NaN);
    grown.set(values);
    return grown;
  }

  #refuse(
    row: RawRow,
    code: 'data/damaged-file' | 'data/bad-number' | 'data/bad-time',
    why: string,
  ): AppError {
    return new AppError(code, `${this.#name}: row ${row.number}: ${why}`, { details: { row: row.number } });
  }

  /** @throws AppError `data/ambiguous-number`, `data/ambiguous-time` when what the cells say depends on how they are read */
  end(): RequestTable {
    this.#evidence.refuseAmbiguous(this.#name);
    const { ids } = this.#series;
    // Only plans need times: a misspelt column would else be left out without a word.
    if (this.#isDated && this.#rowsOutside < this.#rows && !this.#used.includes(true))
      throw new AppError(
        'data/missing-column',
        `${this.#name}: rows have times and plan nothing: columns known ahead are ${this.names.join(', ') || 'none'}; leave the time column out to name series only`,
      );
    const length = ids.length * this.#span;
    const columns = this.names.flatMap((name, c): RequestColumn[] => {
      if (!this.#used[c]) return [];
      const values = new Float64Array(new SharedArrayBuffer(8 * length)).fill(Number.NaN);
      values.set((this.#values[c] as Float64Array).subarray(0, length));
      const isText = this.#rules.columns[c]?.isText === true;
      return [{ name, labels: isText ? (this.#rules.labels[c] ?? []) : null, values }];
    });
    return { seriesIds: ids, columns, rows: this.#rows, rowsOutside: this.#rowsOutside };
  }
}
