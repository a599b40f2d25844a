// Parquet: a part is a whole file of one row group; joining copies the row groups and writes one footer for all, so nothing is
// encoded twice and the memory needed grows with the number of parts only.

import { constants, zstdCompressSync } from 'node:zlib';
import type { RowGroup, SchemaElement } from 'hyparquet';
import { parquetMetadata } from 'hyparquet';
import { ByteWriter, type ColumnSource, ParquetWriter } from 'hyparquet-writer';
import { assert, periodStart, type TimeGrid } from '../../core/index.ts';
import type { FileShape, PartEncoder, PartJoiner, WriteBytes } from './file-writer.ts';
import { columnOf, type ForecastBlock, numberColumns } from './forecast-block.ts';

/** Bytes of "PAR1" at both ends of a file. */
const magicBytes = 4;
/** Numbers with random ends hardly shrink: the quickest level does nearly as well as the others. */
const level = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
const compressors = { ZSTD: (bytes: Uint8Array): Uint8Array => zstdCompressSync(bytes, level) };
const dayMs = 86_400_000;

export function parquetEncoder(shape: FileShape): PartEncoder {
  const schema = schemaOf(shape);
  const open = (): { bytes: ByteWriter; file: ParquetWriter } => {
    const bytes = new ByteWriter();
    const file = new ParquetWriter({
      writer: bytes,
      schema,
      codec: 'ZSTD',
      compressors,
      createdBy: 'almanac',
    });
    return { bytes, file };
  };
  return {
    encode: (block) => {
      const { bytes, file } = open();
      const columnData = columnsOf(block, shape);
      // Without a size its row groups would begin small.
      const written = file.write({ columnData, rowGroupSize: Math.max(1, rowsOf(block)) });
      const finished = file.finish();
      assert(written === undefined && finished === undefined, 'bytes in memory are written at once');
      return bytes.getBytes();
    },
    join: (write) => joiner(write, open()),
  };
}

function joiner(write: WriteBytes, { bytes, file }: { bytes: ByteWriter; file: ParquetWriter }): PartJoiner {
  const flush = async (): Promise<void> => {
    await write(bytes.getBytes().slice());
    // The writer goes on counting from where it is in the file.
    bytes.index = 0;
  };
  return {
    begin: flush,
    add: async (part) => {
      const copy = part.slice();
      const { row_groups: groups, metadata_length: length } = parquetMetadata(copy.buffer);
      const end = copy.byteLength - length - 2 * magicBytes;
      const shift = BigInt(file.writer.offset - magicBytes);
      for (const group of groups) {
        file.row_groups.push(moved(group, shift));
        file.num_rows += group.num_rows;
      }
      await write(copy.subarray(magicBytes, end));
      bytes.offset += end - magicBytes;
    },
    end: async () => {
      await file.finish();
      await flush();
    },
  };
}

/** The same row group, that many bytes further on. */
function moved(group: RowGroup, shift: bigint): RowGroup {
  return {
    ...group,
    columns: group.columns.map((column) => {
      const meta = column.meta_data;
      assert(meta !== undefined, 'a column chunk describes itself');
      const { dictionary_page_offset: dictionary } = meta;
      return {
        ...column,
        file_offset: column.file_offset + shift,
        meta_data: {
          ...meta,
          data_page_offset: meta.data_page_offset + shift,
          ...(dictionary === undefined ? {} : { dictionary_page_offset: dictionary + shift }),
        },
      };
    }),
  };
}

/** Times as Parquet has them: dates, moments in UTC for hours, numbers for steps. */
function timeElement(name: string, { frequency }: TimeGrid): SchemaElement {
  if (frequency === 'step') return required({ name, type: 'INT32' });
  if (frequency === 'hour')
    return required({
      name,
      type: 'INT64',
      converted_type: 'TIMESTAMP_MILLIS',
      logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
    });
  return required({ name, type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } });
}

function timeValue(grid: TimeGrid, period: number): number | bigint {
  if (grid.frequency === 'step') return period;
  const ms = periodStart(grid, period);
  return grid.frequency === 'hour' ? BigInt(ms) : ms / dayMs;
}

function required(element: Omit<SchemaElement, 'repetition_type'>): SchemaElement {
  return { ...element, repetition_type: 'REQUIRED' };
}

function text(name: string): SchemaElement {
  return { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } };
}

function schemaOf({ grid, levels, logged }: FileShape): SchemaElement[] {
  const columns = [
    required(text('series')),
    timeElement('timestamp', grid),
    required({ name: 'step', type: 'INT32' }),
    ...numberColumns(levels).map((name) => required({ name, type: 'DOUBLE' })),
    required({ name: 'version', type: 'INT32' }),
    timeElement('cutoff', grid),
    required(text('source')),
    { ...text('reason'), repetition_type: 'OPTIONAL' as const },
    ...(logged ? [required(text('prediction_id'))] : []),
    { name: 'override', type: 'DOUBLE' as const, repetition_type: 'OPTIONAL' as const },
  ];
  return [{ name: 'forecasts', num_children: columns.length }, ...columns];
}

function rowsOf({ series, horizon }: ForecastBlock): number {
  return series.length * horizon;
}

function columnsOf(block: ForecastBlock, { levels, logged }: FileShape): ColumnSource[] {
  const { grid, horizon, series, version, overridden } = block;
  const rows = rowsOf(block);
  const perSeries = <T>(value: (one: ForecastBlock['series'][number]) => T): T[] =>
    series.flatMap((one) => new Array<T>(horizon).fill(value(one)));
  const perStep = <T>(value: (k: number) => T): T[] => {
    const steps = Array.from({ length: horizon }, (_, k) => value(k));
    return series.flatMap(() => steps);
  };
  const same = <T>(value: T): T[] => new Array<T>(rows).fill(value);
  const column = (name: string, data: ColumnSource['data'], encoding?: 'PLAIN'): ColumnSource => ({
    name,
    data,
    // Row groups are small: an index of their pages would tell nothing that their statistics do not.
    columnIndex: false,
    offsetIndex: false,
    ...(encoding === undefined ? {} : { encoding }),
  });
  return [
    column(
      'series',
      perSeries(({ id }) => id),
    ),
    column(
      'timestamp',
      series.flatMap(({ cutoff }) =>
        Array.from({ length: horizon }, (_, k) => timeValue(grid, cutoff + 1 + k)),
      ),
    ),
    column(
      'step',
      perStep((k) => k + 1),
    ),
    ...numberColumns(levels).map((name, c) => column(name, columnOf(block, c), 'PLAIN')),
    column('version', same(version)),
    column(
      'cutoff',
      perSeries(({ cutoff }) => timeValue(grid, cutoff)),
    ),
    column(
      'source',
      perSeries(({ source }) => source),
    ),
    column(
      'reason',
      perSeries(({ reason }) => reason),
    ),
    ...(logged
      ? [
          column(
            'prediction_id',
            perSeries(({ predictionId }) => predictionId ?? ''),
          ),
        ]
      : []),
    column(
      'override',
      Array.from(overridden, (value) => (Number.isNaN(value) ? null : value)),
    ),
  ];
}
