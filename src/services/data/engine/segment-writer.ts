// Writes a segment row by row: Parquet as the engine reads it, without the engine. Rows come sorted by series and period, so what a
// row group holds of series, periods and statuses is next to nothing; demand is mostly one of few numbers.

import { closeSync, openSync, writeSync } from 'node:fs';
import { constants, zstdCompressSync } from 'node:zlib';
import type { ColumnChunk, SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js';

import { assert } from '../../../core/index.ts';
import { type CodedValues, codedIntegers, codedNumbers, codedTexts } from './coded-values.ts';
import { segmentColumn } from './covariate-columns.ts';

/** As the engine divides its own files: what it reads side by side, and what it may pass over whole. */
const groupRows = 122_880;
const level = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** What a row says beside its demand. */
export interface SegmentColumn {
  readonly name: string;
  /** The texts that its numbers stand for; null = they are the values. */
  readonly labels: readonly string[] | null;
}

export interface SegmentRows {
  /** Of series, by the number that rows say. */
  readonly ids: readonly string[];
  readonly columns: readonly SegmentColumn[];
  /** Rows that are added up also say what they brought, and which wait: see `rows/add-words.ts`. Columns without any are left out. */
  readonly hasParts: boolean;
}

/** A column of the file, and the rows of the group under way. */
interface Column {
  readonly element: SchemaElement;
  /** NaN = none. */
  readonly cells: Float64Array;
  readonly code: (cells: Float64Array) => CodedValues;
  readonly chunks: ColumnChunk[];
  /** A column without any value is left out at the end, unless one of its group has some. */
  readonly mayBeLeftOut: boolean;
  readonly group?: string;
  known: number;
}

/** Memory: one row group, about 1 MB for each column. */
export class SegmentWriter {
  rows = 0;
  readonly #file: number;
  readonly #bytes = new ByteWriter(1 << 20);
  readonly #columns: readonly Column[];
  /** The columns beside series, period, demand, status and batch, in the order of the rows. */
  readonly #beside: readonly Column[];
  readonly #parquet: ParquetWriter;
  /** Rows of each group. */
  readonly #groups: number[] = [];
  #filled = 0;

  constructor(path: string, { ids, columns, hasParts }: SegmentRows) {
    const part = [doubles('part_value', true), smallIntegers('part_status', 'OPTIONAL')];
    const sum = [
      counts('refused_rows'),
      counts('answered_rows'),
      doubles('open_value', true),
      smallIntegers('open_status', 'OPTIONAL'),
      counts('open_rows'),
    ];
    const inGroup = (group: string, all: readonly Column[]): Column[] =>
      all.map((one) => ({ ...one, group }));
    const parts = hasParts ? [...inGroup('part', part), ...inGroup('sum', sum)] : [];
    const covariates = columns.map(({ name, labels }) =>
      labels === null
        ? doubles(segmentColumn(name), true)
        : texts(segmentColumn(name), labels, { isOptional: true }),
    );
    this.#beside = [...covariates, ...parts];
    this.#columns = [
      texts('series_id', ids, { isOptional: false }),
      integers('period'),
      doubles('value'),
      smallIntegers('status', 'REQUIRED'),
      batchNumbers(),
      ...this.#beside,
    ];
    this.#parquet = new ParquetWriter({
      writer: this.#bytes,
      schema: [],
      createdBy: 'almanac',
      statisticsTruncateLength: Number.POSITIVE_INFINITY,
    });
    this.#file = openSync(path, 'w');
  }

  /**
   * A row after those of smaller series and earlier periods.
   * @param series into the ids
   * @param value NaN = unknown
   * @param beside the columns, then part, its status and `sumCells` where there are parts; NaN = none
   */
  add(series: number, period: number, value: number, status: number, beside: ArrayLike<number> | null): void {
    const at = this.#filled;
    const [ids, periods, values, statuses] = this.#columns as [Column, Column, Column, Column];
    ids.cells[at] = series;
    periods.cells[at] = period;
    values.cells[at] = value;
    statuses.cells[at] = status;
    for (let i = 0; i < this.#beside.length; i++)
      (this.#beside[i] as Column).cells[at] = beside?.[i] ?? Number.NaN;
    this.#filled = at + 1;
    this.rows += 1;
    if (this.#filled === groupRows) this.#endGroup();
  }

  /** Writes what is left and the directory of the file. */
  end(): void {
    if (this.#filled > 0) this.#endGroup();
    const known = new Set(
      this.#columns.filter((one) => one.known > 0).map(({ group, element }) => group ?? element.name),
    );
    const kept = this.#columns.filter(
      ({ group, element, mayBeLeftOut }) => !mayBeLeftOut || known.has(group ?? element.name),
    );
    const parquet = this.#parquet;
    parquet.schema = [{ name: 'segment', num_children: kept.length }, ...kept.map(({ element }) => element)];
    parquet.num_rows = BigInt(this.rows);
    parquet.row_groups = this.#groups.map((rows, i) => {
      const columns = kept.map(({ chunks }) => chunks[i] as ColumnChunk);
      const sum = (size: 'total_uncompressed_size' | 'total_compressed_size'): bigint =>
        columns.reduce((all, { meta_data: meta }) => all + (meta?.[size] ?? 0n), 0n);
      return {
        columns,
        num_rows: BigInt(rows),
        total_byte_size: sum('total_uncompressed_size'),
        total_compressed_size: sum('total_compressed_size'),
      };
    });
    const finished = parquet.finish();
    assert(finished === undefined, 'bytes in memory are written at once');
    this.#flush();
    this.close();
  }

  #isClosed = false;

  /** Lets go of the file, whole or not. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    closeSync(this.#file);
  }

  #endGroup(): void {
    for (const column of this.#columns) {
      const coded = column.code(column.cells.subarray(0, this.#filled));
      column.known += this.#filled - coded.nulls;
      column.chunks.push(this.#writeColumn(column, coded));
    }
    this.#groups.push(this.#filled);
    this.#filled = 0;
    this.#flush();
  }

  #writeColumn({ element }: Column, coded: CodedValues): ColumnChunk {
    const writer = this.#bytes;
    const { nulls, dictionary, minValue, maxValue } = coded;
    const rows = this.#filled;
    const start = writer.offset;
    let size = dictionary === null ? 0 : writeDictionary(writer, dictionary);
    const pages = writer.offset;
    size += writePage(writer, { coded, rows, isOptional: element.repetition_type === 'OPTIONAL' });
    return {
      file_offset: BigInt(start),
      meta_data: {
        type: element.type ?? 'INT32',
        encodings: ['PLAIN', 'RLE', ...(dictionary === null ? [] : (['RLE_DICTIONARY'] as const))],
        path_in_schema: [element.name],
        codec: 'ZSTD',
        num_values: BigInt(rows),
        total_compressed_size: BigInt(writer.offset - start),
        total_uncompressed_size: BigInt(size),
        data_page_offset: BigInt(pages),
        ...(dictionary === null ? {} : { dictionary_page_offset: BigInt(start) }),
        statistics: {
          null_count: BigInt(nulls),
          ...(minValue === undefined || maxValue === undefined
            ? {}
            : { min_value: minValue, max_value: maxValue }),
        },
      },
    };
  }

  /** The writer goes on counting from where it is in the file. */
  #flush(): void {
    const bytes = this.#bytes.getBytes();
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
    this.#bytes.index = 0;
  }
}

/** @returns bytes before compression, its header included */
function writeDictionary(
  writer: ByteWriter,
  { count, bytes }: NonNullable<CodedValues['dictionary']>,
): number {
  const packed = zstdCompressSync(bytes, level);
  const start = writer.offset;
  writePageHeader(writer, {
    type: 'DICTIONARY_PAGE',
    uncompressed_page_size: bytes.length,
    compressed_page_size: packed.length,
    dictionary_page_header: { num_values: count, encoding: 'PLAIN' },
  });
  const head = writer.offset - start;
  writer.appendBytes(packed);
  return head + bytes.length;
}

/** @returns bytes before compression, its header included */
function writePage(
  writer: ByteWriter,
  { coded, rows, isOptional }: { coded: CodedValues; rows: number; isOptional: boolean },
): number {
  const { values, dictionary, nulls, present } = coded;
  const levels = new ByteWriter();
  // Nothing but values, or none at all, is one run.
  if (isOptional) {
    if (present === null) levels.appendBytes(runOf(rows, nulls === 0 ? 1 : 0));
    else writeRleBitPackedHybrid(levels, present, 1);
  }
  const body = values instanceof Uint8Array ? values : placesOf(values, dictionary?.count ?? 0);
  const packed = zstdCompressSync(body, level);
  const start = writer.offset;
  writePageHeader(writer, {
    type: 'DATA_PAGE_V2',
    uncompressed_page_size: levels.offset + body.length,
    compressed_page_size: levels.offset + packed.length,
    data_page_header_v2: {
      num_values: rows,
      num_nulls: nulls,
      num_rows: rows,
      encoding: dictionary === null ? 'PLAIN' : 'RLE_DICTIONARY',
      definition_levels_byte_length: levels.offset,
      repetition_levels_byte_length: 0,
      is_compressed: true,
    },
  });
  const head = writer.offset - start;
  writer.appendBytes(levels.getBytes());
  writer.appendBytes(packed);
  return head + levels.offset + body.length;
}

/** A run of one level, as the hybrid of runs and packed bits has it. */
function runOf(rows: number, oneLevel: number): Uint8Array {
  const run = new ByteWriter(8);
  run.appendVarInt(rows << 1);
  run.appendUint8(oneLevel);
  return run.getBytes();
}

function placesOf(places: Int32Array, count: number): Uint8Array {
  const width = count <= 1 ? 0 : 32 - Math.clz32(count - 1);
  const bytes = new ByteWriter(16 + Math.ceil((places.length * width) / 8));
  bytes.appendUint8(width);
  writeRleBitPackedHybrid(bytes, places, width);
  return bytes.getBytes();
}

function column(element: SchemaElement, code: Column['code'], mayBeLeftOut = false): Column {
  const isBatch = element.type === 'INT64';
  const cells = isBatch ? new Float64Array(groupRows).fill(Number.NaN) : new Float64Array(groupRows);
  return { element, cells, code, chunks: [], known: 0, mayBeLeftOut };
}

function texts(name: string, labels: readonly string[], { isOptional }: { isOptional: boolean }): Column {
  const element: SchemaElement = {
    name,
    type: 'BYTE_ARRAY',
    converted_type: 'UTF8',
    logical_type: { type: 'STRING' },
    repetition_type: isOptional ? 'OPTIONAL' : 'REQUIRED',
  };
  return column(element, (cells) => codedTexts(cells, labels), isOptional);
}

function integers(name: string): Column {
  return column({ name, type: 'INT32', repetition_type: 'REQUIRED' }, codedIntegers);
}

function smallIntegers(name: string, repetition: 'REQUIRED' | 'OPTIONAL'): Column {
  const element: SchemaElement = {
    name,
    type: 'INT32',
    converted_type: 'UINT_8',
    repetition_type: repetition,
  };
  return column(element, codedIntegers, repetition === 'OPTIONAL');
}

function counts(name: string): Column {
  return column({ name, type: 'INT32', repetition_type: 'OPTIONAL' }, codedIntegers, true);
}

function doubles(name: string, mayBeLeftOut = false): Column {
  return column({ name, type: 'DOUBLE', repetition_type: 'OPTIONAL' }, codedNumbers, mayBeLeftOut);
}

/** Not known yet: the number comes with the commit, and readers have it from the record of the batch. */
function batchNumbers(): Column {
  return column({ name: 'batch_seq', type: 'INT64', repetition_type: 'OPTIONAL' }, codedNumbers);
}
