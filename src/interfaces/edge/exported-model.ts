// What an exported model is as bytes: everything that a version answers from, so that it needs nothing else. Layout before
// compression: 12 bytes of preamble (magic, version, header length), the header as JSON padded to a multiple of 8, then the
// forecaster's artifact, which has a checksum of its own.

import { AppError, type Closing, isAppError, type Project } from '../../core/index.ts';
import type { PeriodColumn } from '../../services/data/index.ts';
import type { LevelAdaptation } from '../../services/serving/index.ts';
import type { SeriesAttributes, TailRow } from '../../storage/ports/index.ts';
import { readAll } from './read-all.ts';

const magic = 0x584d4c41; // "ALMX", read as a little-endian integer
const formatVersion = 2;
const preambleBytes = 12;
const gzipMagic = 0x8b1f;

export interface ExportedModel {
  readonly project: Project;
  readonly version: { readonly id: string; readonly number: number; readonly createdAt: number };
  readonly snapshot: { readonly id: string; readonly batchSeqMax: number; readonly periodMax: number };
  /** UTC milliseconds. */
  readonly exportedAt: number;
  /** Accepted after the snapshot, in the order of batches: states are advanced by them when the model is loaded. */
  readonly rows: readonly TailRow[];
  /** The newest closing of each reporting group at the export. */
  readonly closings: readonly Closing[];
  /** Rows of before the snapshot that were refused for periods after the end of a history. */
  readonly refused: readonly TailRow[];
  /** Rows that plan what is known ahead of the periods after the snapshot. */
  readonly planned: readonly TailRow[];
  /** Of series that the model has not learnt. */
  readonly attributes: readonly SeriesAttributes[];
  /** Levels that intervals were asked for at the export, so that they hold what they say; {} = as they are. */
  readonly adaptation: LevelAdaptation;
  /** What the calendar says of the periods after the snapshot; null = the project has none. */
  readonly holidays: PeriodColumn | null;
  /** The forecaster, as it is registered. */
  readonly artifact: Uint8Array;
}

/** As JSON has it: no NaN, no typed arrays. */
type Header = Omit<ExportedModel, 'artifact' | 'rows' | 'refused' | 'planned' | 'holidays'> & {
  readonly rows: readonly RowJson[];
  readonly refused: readonly RowJson[];
  readonly planned: readonly RowJson[];
  readonly holidays: (Omit<PeriodColumn, 'codes'> & { readonly codes: readonly number[] }) | null;
};
type RowJson = Omit<TailRow, 'value'> & { readonly value: number | null };

/** Compressed bytes of an exported model. Cost: O(size). */
export async function encodeExportedModel({ artifact, ...model }: ExportedModel): Promise<Uint8Array> {
  const { holidays } = model;
  const header: Header = {
    ...model,
    rows: model.rows.map(toJson),
    refused: model.refused.map(toJson),
    planned: model.planned.map(toJson),
    holidays: holidays && { ...holidays, codes: [...holidays.codes] },
  };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const artifactAt = Math.ceil((preambleBytes + json.length) / 8) * 8;
  const bytes = new Uint8Array(artifactAt + artifact.length);
  bytes.fill(0x20, preambleBytes, artifactAt);
  bytes.set(json, preambleBytes);
  bytes.set(artifact, artifactAt);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic, true);
  view.setUint32(4, formatVersion, true);
  view.setUint32(8, json.length, true);
  return await through(bytes, new CompressionStream('gzip'));
}

/**
 * Reads what `encodeExportedModel` wrote, compressed or not.
 * @throws AppError `edge/damaged-model` when the bytes are cut, changed, or of another version
 */
export async function decodeExportedModel(given: Uint8Array): Promise<ExportedModel> {
  try {
    const bytes = isGzip(given) ? await through(given, new DecompressionStream('gzip')) : given;
    return read(bytes);
  } catch (cause) {
    if (isAppError(cause)) throw cause;
    throw damaged('it breaks off, or bytes of it were changed', cause);
  }
}

function read(bytes: Uint8Array): ExportedModel {
  if (bytes.length < preambleBytes) throw damaged('it is shorter than its preamble');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== magic) throw damaged('it does not begin like an exported model');
  const found = view.getUint32(4, true);
  if (found !== formatVersion) throw damaged(`it has format ${found}, this program reads ${formatVersion}`);
  const jsonEnd = preambleBytes + view.getUint32(8, true);
  const artifactAt = Math.ceil(jsonEnd / 8) * 8;
  if (artifactAt > bytes.length) throw damaged('its header is cut off');
  const text = new TextDecoder().decode(bytes.subarray(preambleBytes, jsonEnd));
  const header = JSON.parse(text) as Header;
  const { holidays } = header;
  return {
    ...header,
    rows: header.rows.map(fromJson),
    refused: header.refused.map(fromJson),
    planned: header.planned.map(fromJson),
    holidays: holidays && { ...holidays, codes: Int32Array.from(holidays.codes) },
    artifact: bytes.subarray(artifactAt),
  };
}

function toJson(row: TailRow): RowJson {
  return { ...row, value: Number.isFinite(row.value) ? row.value : null };
}

function fromJson(row: RowJson): TailRow {
  return { ...row, value: row.value ?? Number.NaN };
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes.length > 2 && ((bytes[0] as number) | ((bytes[1] as number) << 8)) === gzipMagic;
}

async function through(
  bytes: Uint8Array,
  { writable, readable }: CompressionStream | DecompressionStream,
): Promise<Uint8Array> {
  const writer = writable.getWriter();
  // A failure is that of the reading too, which reports it.
  writer.write(bytes as Uint8Array<ArrayBuffer>).catch(() => {});
  writer.close().catch(() => {});
  return (await readAll(readable)) as Uint8Array;
}

function damaged(reason: string, cause?: unknown): AppError {
  return new AppError('edge/damaged-model', `the exported model cannot be read: ${reason}; export it again`, {
    cause,
  });
}
