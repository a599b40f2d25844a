// What a scoring request brings, whatever its form: named columns of cells, or one array without names.

import { AppError } from '../../../core/index.ts';
import { CsvScanner, fieldText, findCsvForm } from '../../../services/data/index.ts';
import type { Breathe } from '../../../services/inference/index.ts';
import { parsePythonJson } from '../python-json.ts';

/** Columns by name, in the order sent; a cell may be a list. In a table all have as many cells as there are rows. */
export type Columns = ReadonlyMap<string, readonly unknown[]>;

export type Sent =
  | { readonly kind: 'columns'; readonly columns: Columns }
  | { readonly kind: 'array'; readonly data: readonly unknown[] };

export interface ScoringBody {
  readonly sent: Sent;
  readonly params: Readonly<Record<string, unknown>>;
}

const forms = ['dataframe_split', 'dataframe_records', 'instances', 'inputs'] as const;
/** A longer row is a quote that is not closed. */
const recordBytesMax = 1024 * 1024;
const columnsMax = 10_000;
const cellsMax = 4 * 1024 * 1024;
/** Rows read between two breaths. */
const rowsPerSlice = 1024;
/** Bytes of CSV read between two breaths, and to look for the header in. */
const chunkBytes = 64 * 1024;

/** @throws AppError `inference/invalid-request`, `http/invalid-body` */
export async function readJsonBody(bytes: Buffer, breathe: Breathe): Promise<ScoringBody> {
  const body = parsePythonJson(bytes, 'send it in parts, or as CSV');
  if (!isRecord(body))
    throw invalid(
      `the body must be a JSON object with exactly one of ${forms.join(', ')}, not ${nameOf(body)}`,
    );
  const found = forms.filter((form) => body[form] !== undefined);
  const [form] = found;
  if (form === undefined || found.length > 1)
    throw invalid(
      `the body must have exactly one of ${forms.join(', ')}: it has ${found.join(' and ') || 'none'}`,
    );
  const { params = {} } = body;
  if (!isRecord(params)) throw invalid(`params must be an object, not ${nameOf(params)}`);
  await breathe();
  return { sent: await readers[form](body[form], breathe), params };
}

type Read = (value: unknown, breathe: Breathe) => Promise<Sent>;

const readers: Readonly<Record<(typeof forms)[number], Read>> = {
  dataframe_split: split,
  dataframe_records: async (value, breathe) => {
    if (!Array.isArray(value))
      throw invalid(`dataframe_records must be a list of objects, not ${nameOf(value)}`);
    return records(value, 'dataframe_records', breathe);
  },
  instances: async (value, breathe) => {
    if (!Array.isArray(value)) throw invalid(`instances must be a list, not ${nameOf(value)}`);
    return isRecord(value[0]) ? records(value, 'instances', breathe) : { kind: 'array', data: value };
  },
  inputs: async (value, breathe) => {
    if (Array.isArray(value))
      return isRecord(value[0]) ? records(value, 'inputs', breathe) : { kind: 'array', data: value };
    if (!isRecord(value)) return { kind: 'array', data: [value] };
    const columns = Object.entries(value).map(
      ([name, data]) => [name, Array.isArray(data) ? data : [data]] as const,
    );
    return { kind: 'columns', columns: new Map(columns) };
  },
};

async function split(value: unknown, breathe: Breathe): Promise<Sent> {
  const { columns: names, data } = isRecord(value) ? value : {};
  if (!Array.isArray(names) || !Array.isArray(data))
    throw invalid('dataframe_split must be an object with the lists columns and data');
  checkSize(names.length, data.length);
  const columns = emptyColumns(names.map(String));
  for (const [i, row] of data.entries()) {
    if (!Array.isArray(row) || row.length !== names.length)
      throw invalid(`dataframe_split.data[${i}] must be a list of ${names.length} values, one per column`);
    let c = 0;
    for (const cells of columns.values()) cells.push(row[c++]);
    if (i % rowsPerSlice === rowsPerSlice - 1) await breathe();
  }
  return { kind: 'columns', columns };
}

/** A column that some record lacks is null there, as a data frame has it. */
async function records(rows: readonly unknown[], at: string, breathe: Breathe): Promise<Sent> {
  const columns = new Map<string, unknown[]>();
  for (const [i, row] of rows.entries()) {
    if (!isRecord(row)) throw invalid(`${at}[${i}] must be an object, not ${nameOf(row)}`);
    for (const [name, cell] of Object.entries(row)) {
      let cells = columns.get(name);
      if (cells === undefined) {
        checkSize(columns.size + 1, rows.length);
        cells = new Array(rows.length).fill(null);
        columns.set(name, cells);
      }
      cells[i] = cell;
    }
    if (i % rowsPerSlice === rowsPerSlice - 1) await breathe();
  }
  return { kind: 'columns', columns };
}

/** Cells are texts; what they mean is the model's datatype. @throws AppError `inference/invalid-request` */
export async function readCsvBody(bytes: Buffer, breathe: Breathe): Promise<Sent> {
  const { columns: names, delimiter, skipLines } = findCsvForm(bytes.subarray(0, chunkBytes));
  if (names.length === 0) throw invalid('the CSV is empty: send a header line and a line per row');
  checkSize(names.length, 1);
  const columns = emptyColumns(names);
  const lists = [...columns.values()];
  const scanner = new CsvScanner({
    delimiter,
    skipLines,
    fieldsMax: names.length,
    recordBytesMax,
    isRow: (record) => record.fieldCount === names.length,
    onRecord: (record) => {
      if (record.number === 1) return;
      const problem =
        record.problem ??
        (record.fieldCount === names.length
          ? null
          : `it has ${record.fieldCount} fields, the header ${names.length}`);
      if (problem !== null) throw invalid(`row ${record.number - 1} of the CSV cannot be read: ${problem}`);
      checkSize(names.length, record.number - 1);
      for (const [c, cells] of lists.entries()) cells.push(fieldText(record, c));
    },
  });
  let problem: string | null = null;
  for (let at = 0; at < bytes.length && problem === null; at += chunkBytes) {
    problem = scanner.push(bytes.subarray(at, at + chunkBytes));
    await breathe();
  }
  if (problem === null) scanner.end();
  if (problem !== null) throw invalid(`the CSV cannot be read: ${problem}`);
  return { kind: 'columns', columns };
}

function emptyColumns(names: readonly string[]): Map<string, unknown[]> {
  const columns = new Map<string, unknown[]>(names.map((name) => [name, []]));
  if (columns.size === names.length) return columns;
  const twice = names.find((name, i) => names.indexOf(name) !== i) ?? '';
  throw invalid(`column ${JSON.stringify(twice.slice(0, 100))} is there twice: rename one`);
}

function checkSize(columns: number, rows: number): void {
  if (columns <= columnsMax && columns * rows <= cellsMax) return;
  throw new AppError(
    'http/body-too-large',
    `${columns} columns × ${rows} rows are more than the ${columnsMax} columns and ${cellsMax} cells of one request: send it in parts`,
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nameOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}

export function invalid(message: string): AppError {
  return new AppError('inference/invalid-request', message);
}
