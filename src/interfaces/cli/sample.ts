// The first rows of a user's file as text, for guessing what its columns hold. Reading a file for good is `data`'s work.

import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AppError } from '../../core/index.ts';

/** Columns and rows as text; an empty cell is ''. */
export interface Sample {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** False when the file goes on after the rows taken. */
  readonly whole: boolean;
  /** Rows left out because they have more or fewer cells than the header. */
  readonly ragged: number;
}

const sampleBytesMax = 16_000_000;
const sampleRowsMax = 200_000;

/**
 * Reads the beginning of a CSV or NDJSON file, gzip too.
 * @throws AppError `data/file-not-found`; `cli/unreadable-file` when it cannot be read, is of another kind or holds no rows
 */
export async function readSample(path: string): Promise<Sample> {
  const { text, whole } = await headOf(path);
  const plain = path.replace(/\.gz$/i, '');
  const isJson = ['.ndjson', '.jsonl', '.json'].includes(extname(plain).toLowerCase()) || /^\s*\{/.test(text);
  const sample = isJson ? fromNdjson(text, whole) : fromCsv(text, whole);
  if (sample.rows.length === 0 || sample.columns.length < 2)
    throw new AppError('cli/unreadable-file', `${path} holds no table with a header and rows`);
  return sample;
}

async function headOf(path: string): Promise<{ text: string; whole: boolean }> {
  try {
    const magic = await firstBytes(path, 4);
    if (magic.toString('latin1') === 'PAR1')
      throw new AppError('cli/unreadable-file', `${path} is Parquet; init reads samples in CSV or NDJSON`);
    const file = createReadStream(path);
    const gzip = magic[0] === 0x1f && magic[1] === 0x8b;
    const source: Readable = gzip ? file.pipe(createGunzip()) : file;
    file.on('error', (error) => source.destroy(error));
    const chunks: Buffer[] = [];
    let size = 0;
    let whole = true;
    for await (const chunk of source) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (size < sampleBytesMax) continue;
      whole = false;
      break;
    }
    file.destroy();
    const text = Buffer.concat(chunks)
      .toString('utf8')
      .replace(/^\uFEFF/, '');
    // The last line may be cut.
    return { text: whole ? text : text.slice(0, text.lastIndexOf('\n') + 1), whole };
  } catch (error) {
    if (error instanceof AppError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new AppError('data/file-not-found', `${path} does not exist`, { cause: error });
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('cli/unreadable-file', `${path} cannot be read: ${reason}`, { cause: error });
  }
}

async function firstBytes(path: string, count: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function fromNdjson(text: string, whole: boolean): Sample {
  const columns: string[] = [];
  const rows: string[][] = [];
  for (const line of text.split('\n')) {
    if (rows.length >= sampleRowsMax) return { columns, rows, whole: false, ragged: 0 };
    const record = parseObject(line);
    if (record === undefined) continue;
    for (const key of record.keys()) if (!columns.includes(key)) columns.push(key);
    rows.push(columns.map((column) => cell(record.get(column))));
  }
  return { columns, rows: rows.map((row) => columns.map((_, i) => row[i] ?? '')), whole, ragged: 0 };
}

function parseObject(line: string): Map<string, unknown> | undefined {
  if (line.trim() === '') return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return value !== null && typeof value === 'object' ? new Map(Object.entries(value)) : undefined;
  } catch {
    return undefined;
  }
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function fromCsv(text: string, whole: boolean): Sample {
  const head = text.slice(0, text.indexOf('\n') === -1 ? undefined : text.indexOf('\n'));
  const delimiter = [',', ';', '\t', '|'].reduce((best, candidate) =>
    head.split(candidate).length > head.split(best).length ? candidate : best,
  );
  const records = parseCsv(text, delimiter, sampleRowsMax + 1);
  const [header = [], ...rows] = records;
  const columns = header.map((name) => name.trim());
  const complete = rows.length < sampleRowsMax;
  const even = rows.filter((row) => row.length === columns.length);
  return { columns, rows: even, whole: whole && complete, ragged: rows.length - even.length };
}

/** Records of RFC 4180 text, at most `limit`; empty lines are left out. */
function parseCsv(text: string, delimiter: string, limit: number): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let at = 0;
  while (at < text.length && records.length < limit) {
    const [field, end] = text[at] === '"' ? quotedField(text, at) : plainField(text, at, delimiter);
    record.push(field);
    at = end;
    if (text[at] === delimiter) {
      at += 1;
      if (at < text.length) continue;
      record.push('');
    }
    if (text[at] === '\r') at += 1;
    at += 1;
    if (record.length > 1 || record[0] !== '') records.push(record);
    record = [];
  }
  return records;
}

function plainField(text: string, start: number, delimiter: string): [string, number] {
  let end = start;
  while (end < text.length && text[end] !== delimiter && text[end] !== '\n' && text[end] !== '\r') end += 1;
  return [text.slice(start, end), end];
}

function quotedField(text: string, start: number): [string, number] {
  let field = '';
  let from = start + 1;
  for (;;) {
    const close = text.indexOf('"', from);
    if (close === -1) return [field + text.slice(from), text.length];
    field += text.slice(from, close);
    if (text[close + 1] !== '"') return [field, close + 1];
    field += '"';
    from = close + 2;
  }
}
