// Rows of a file to evaluate, through the rules that `ingest` has, into a table of the engine; good and refused rows alike,
// because a filter may leave out either.

import { AppError, type Dialect, defaultDialect, namesInProject, type Project } from '../../../core/index.ts';
import { checkColumns } from '../rows/check-columns.ts';
import { numberOf, type ValueReader, valueReader } from '../rows/covariate-rules.ts';
import { periodNames } from '../rows/parse-time.ts';
import type { QuarantineCode, QuarantinedRow } from '../rows/quarantine-codes.ts';
import { neededColumns, observationFields, type RawRow } from '../rows/raw-row.ts';
import { mayBeDemand } from '../rows/row-intake.ts';
import { type CheckedRow, RowRules } from '../rows/row-rules.ts';
import { SeriesIndex } from '../rows/series-index.ts';
import { ColumnWriter } from './column-writer.ts';
import type { TaskContext } from './engine.ts';
import { readRows, sourceColumns } from './read-rows.ts';
import { openSource } from './source-file.ts';
import type { SourceFile } from './source-kind.ts';
import { sqlName } from './sql-text.ts';
import type { ReadTableInput } from './table-columns.ts';

/** In the tables `main_file` and `join_file`: a column as text `x`, and as number `d` where it holds nothing else. */
export interface TextColumn {
  readonly name: string;
  readonly place: number;
  readonly table: 'main_file' | 'join_file';
  readonly kind: ColumnKind;
}

export type ColumnKind = 'number' | 'date' | 'timestamp' | 'text';

export interface Staged {
  readonly name: string;
  readonly rows: number;
  readonly seriesIds: readonly string[];
  /** By the number in column `code`; the first one stands for good rows. */
  readonly codes: readonly (QuarantineCode | null)[];
  /** The first refused rows, whatever the filter says of them. */
  readonly problems: readonly QuarantinedRow[];
  readonly columns: readonly TextColumn[];
}

const problemsMax = 1000;

/**
 * Makes table `main_file` (row n, series s, period p, time t, demand v, status st, code, columns x0… and d0…) and, with a file to
 * join, table `join_file` (series s, columns x0… and d0…).
 * @param wanted columns that a filter names
 * @throws AppError `data/*`
 */
export async function stageTable(
  input: ReadTableInput,
  context: TaskContext,
  wanted: readonly string[],
): Promise<Staged> {
  const source = await openSource(input.path, input.limits, { encoding: input.dialect?.encoding });
  const found = await columnsOf(source, input, context);
  const extras = input.extras.map(({ name }) => name);
  const own = input.split === null ? [] : [input.split];
  const named = new Set([...own, ...extras, ...wanted.flatMap((name) => sameName(name, found))]);
  const here = [...named].filter((name) => found.includes(name));
  const absent = extras.filter((name) => !found.includes(name));
  const rules = new RowRules(tableProject(input), 0);
  if (
    input.join === null &&
    neededColumns(observationFields(tableProject(input).columns)).every((name) => found.includes(name))
  )
    checkColumns(source.name, found, { needed: [...own, ...extras] });
  const main = await stageMain(source, { input, context, rules, columns: here });
  if (input.join === null) return main;
  const columns = [...absent, ...wanted];
  const joined = await stageJoin(input, context, { main, columns, ids: rules.series.ids });
  const missing = absent.filter((name) => !joined.some((column) => column.name === name));
  if (missing.length > 0)
    throw new AppError(
      'data/missing-column',
      `neither ${main.name} nor the joined file has ${missing.join(', ')}`,
    );
  return { ...main, columns: [...main.columns, ...joined] };
}

/** The columns of a file, by the names that were asked for. */
async function columnsOf(
  source: SourceFile,
  { dialect, limits }: Pick<ReadTableInput, 'dialect' | 'limits'>,
  context: TaskContext,
): Promise<readonly string[]> {
  const found = await sourceColumns(source, context, { dialect: dialect ?? undefined, limits });
  return namesInProject(found, dialect?.mapped);
}

/** As SQL takes them, names are the same whatever their case. */
function sameName(name: string, found: readonly string[]): string[] {
  if (found.includes(name)) return [name];
  return found.filter((other) => other.toLowerCase() === name.toLowerCase()).slice(0, 1);
}

/** What the rules of rows need to know: nothing is refused here but what cannot be read, or lies beyond limits that were named. */
function tableProject(input: ReadTableInput): Project {
  const { series, time, target, stockout } = input;
  return {
    name: 'table',
    grid: input.grid,
    timezone: input.timezone,
    horizonSteps: 1,
    seasons: [],
    levels: [0.5],
    nonNegative: input.nonNegative,
    columns: { series, time, target, ...(stockout === null ? {} : { stockout }) },
    keys: input.keys,
    gaps: 'missing',
    conflicts: 'quarantine',
    contract: {
      minValue: input.minValue,
      maxValue: input.maxValue,
      unitJumpFactor: 0,
      futurePeriodsMax: Number.POSITIVE_INFINITY,
      stalePeriodsMax: 0,
      historyPeriodsMin: 1,
    },
    models: 'auto',
    retrainEveryPeriods: 0,
    seed: 1,
    ...(input.dialect === null ? {} : { dialect: input.dialect }),
  };
}

async function stageMain(
  source: SourceFile,
  of: { input: ReadTableInput; context: TaskContext; rules: RowRules; columns: readonly string[] },
): Promise<Staged> {
  const { input, context, rules, columns } = of;
  const kinds = columns.map(() => new KindFinder(input.dialect ?? defaultDialect));
  const known = input.extras.filter(({ role }) => role === 'known').map(({ name }) => columns.indexOf(name));
  const writer = await ColumnWriter.create(
    context.engine,
    'main_file',
    {
      n: 'DOUBLE',
      s: 'INTEGER',
      p: 'INTEGER',
      t: 'DOUBLE',
      v: 'DOUBLE',
      st: 'UTINYINT',
      code: 'UTINYINT',
      placed: 'UTINYINT',
      ...numberColumns(columns),
    },
    columns.map((_, i) => `x${i}`),
  );
  const codes: (QuarantineCode | null)[] = [null];
  const problems: QuarantinedRow[] = [];
  const cells = new Float64Array(columns.length);
  const codeOf = (raw: RawRow, { code, reason }: CheckedRow): number => {
    if (code === null) return 0;
    if (problems.length < problemsMax) problems.push({ row: raw.number, code, reason, raw: raw.raw() });
    return codes.includes(code) ? codes.indexOf(code) : codes.push(code) - 1;
  };
  const sink = (raw: RawRow): void => {
    // A row that plans something says nothing of demand, as an empty cell does.
    if (raw.targetAbsent) raw.targetAbsent = !known.some((at) => (raw.extras[at] ?? '').trim() !== '');
    const checked = rules.check(raw);
    const code = codeOf(raw, checked);
    const isBroken = raw.problem !== null;
    for (let i = 0; i < columns.length; i++) {
      const text = isBroken ? null : (raw.extras[i] ?? null);
      writer.setText(i, text);
      cells[i] = (kinds[i] as KindFinder).push(text, raw.extraIsNumber[i]);
    }
    const isPlaced = code === 0 || checked.placed;
    const series = checked.series >= 0 && !isBroken ? checked.series : isPlaced ? checked.series : -1;
    const [period, time] = isPlaced ? [checked.period, checked.instant] : [0, 0];
    const value = code === 0 ? checked.value : Number.NaN;
    // 2 = refused, and it may be demand that a sum waits for.
    const isWaitedFor = isPlaced && checked.code !== null && mayBeDemand(raw, checked.code);
    const placed = isWaitedFor ? 2 : isPlaced ? 1 : 0;
    writer.push(raw.number, series, period, time, value, checked.status, code, placed, ...cells);
  };
  const fields = { ...observationFields(tableProject(input).columns), extras: columns };
  await readRows(source, input.limits, {
    context,
    dialect: input.dialect ?? undefined,
    isPeriod: periodNames(tableProject(input)),
    fields,
    sink,
  });
  rules.refuseAmbiguous(source.name);
  writer.end();
  return {
    name: source.name,
    rows: writer.rows,
    seriesIds: rules.series.ids,
    codes,
    problems,
    columns: columns.map((name, place) => ({
      name,
      place,
      table: 'main_file',
      kind: (kinds[place] as KindFinder).kind,
    })),
  };
}

/** Each series once: a second row would multiply rows. */
async function stageJoin(
  input: ReadTableInput,
  context: TaskContext,
  of: { main: Staged; columns: readonly string[]; ids: readonly string[] },
): Promise<TextColumn[]> {
  const source = await openSource(input.join ?? '', input.limits, { encoding: input.dialect?.encoding });
  const found = await columnsOf(source, input, context);
  const have = new Set(of.main.columns.map(({ name }) => name));
  const columns = [...new Set(of.columns.flatMap((name) => sameName(name, found)))].filter(
    (name) => !have.has(name),
  );
  const index = new SeriesIndex({ keys: input.keys });
  const known = new Map(of.ids.map((id, series) => [id, series]));
  const kinds = columns.map(() => new KindFinder(input.dialect ?? defaultDialect));
  const cells = new Float64Array(columns.length);
  const writer = await ColumnWriter.create(
    context.engine,
    'join_file',
    { s: 'INTEGER', ...numberColumns(columns) },
    columns.map((_, i) => `x${i}`),
  );
  const refuse = (row: RawRow, why: string): AppError =>
    new AppError('data/bad-join', `${source.name}: row ${row.number}: ${why}`, {
      details: { row: row.number },
    });
  const sink = (row: RawRow): void => {
    if (row.problem !== null) throw refuse(row, row.problem);
    const before = index.ids.length;
    const series = index.indexOf(row.series, row.key);
    if (series < 0) throw refuse(row, 'its series columns are empty or cannot be read');
    if (series < before) throw refuse(row, `${index.ids[series]} has a row already; one is needed`);
    for (let i = 0; i < columns.length; i++) {
      const text = row.extras[i] ?? null;
      writer.setText(i, text);
      cells[i] = (kinds[i] as KindFinder).push(text, row.extraIsNumber[i]);
    }
    writer.push(known.get(index.ids[series] ?? '') ?? -1, ...cells);
  };
  const fields = { series: input.series, time: null, target: null, stockout: null, extras: columns };
  await readRows(source, input.limits, { context, dialect: input.dialect ?? undefined, fields, sink });
  writer.end();
  return columns.map((name, place) => ({
    name,
    place,
    table: 'join_file',
    kind: (kinds[place] as KindFinder).kind,
  }));
}

function numberColumns(columns: readonly string[]): Record<string, 'DOUBLE'> {
  return Object.fromEntries(columns.map((_, i) => [`d${i}`, 'DOUBLE' as const]));
}

const date = /^\d{4}-\d{2}-\d{2}$/;
const timestamp = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?$/;

/** What the cells of a column are, all of them. */
class KindFinder {
  #isNumber = true;
  #isDate = true;
  #isTimestamp = true;
  #seen = false;
  readonly #numberOf: ValueReader;

  constructor(dialect: Dialect) {
    this.#numberOf = valueReader(dialect);
  }

  /** @returns the number of a cell; NaN where it is empty or the column is none of numbers */
  push(text: string | null, isPlain = false): number {
    const trimmed = text?.trim() ?? '';
    if (trimmed === '') return Number.NaN;
    this.#seen = true;
    if (this.#isDate && !date.test(trimmed)) this.#isDate = false;
    if (this.#isTimestamp && !timestamp.test(trimmed) && !date.test(trimmed)) this.#isTimestamp = false;
    if (!this.#isNumber) return Number.NaN;
    const value = isPlain ? numberOf(trimmed) : this.#numberOf(trimmed);
    if (value === undefined) this.#isNumber = false;
    return value ?? Number.NaN;
  }

  get kind(): ColumnKind {
    if (!this.#seen || this.#isNumber) return this.#seen ? 'number' : 'text';
    return this.#isDate ? 'date' : this.#isTimestamp ? 'timestamp' : 'text';
  }
}

/** A column as a filter sees it. */
export function filterSql({ place, table, kind }: TextColumn): string {
  const from = table === 'main_file' ? 'm' : 'o';
  switch (kind) {
    case 'number':
      return `${from}.d${place}`;
    case 'date':
    case 'timestamp':
      return `TRY_CAST(${from}.x${place} AS ${kind.toUpperCase()})`;
    case 'text':
      return `${from}.x${place}`;
  }
}

/** The columns of the files under their own names, for a filter. */
export function namedColumns(staged: Staged, input: ReadTableInput): string {
  return staged.columns
    .map((column) => {
      const isTarget = column.name === input.target && column.table === 'main_file';
      const isKey = input.series.includes(column.name) && column.table === 'main_file';
      const sql = isTarget ? 'm.v' : isKey ? `m.x${column.place}` : filterSql(column);
      return `, ${sql} AS ${sqlName(column.name)}`;
    })
    .join('');
}
