// A forecaster as bytes and back. Layout: 16 bytes of preamble (magic, version, checksum, header length), the header as
// canonical JSON padded to a multiple of 8, then float64 sections, little-endian, in the order of `sections`.

import { AppError, canonicalJson, frequencies, type TimeGrid } from '../core/index.ts';
import { modelOf } from './catalog.ts';
import type { Forecaster } from './forecaster.ts';

const magic = 0x464d4c41; // "ALMF", read as a little-endian integer
const version = 1;
const preambleBytes = 16;

const sections = [
  'offsets',
  'modelOf',
  'lastPeriods',
  'scales',
  'strata',
  'largest',
  'stateLengths',
  'states',
  'recentLengths',
  'recent',
] as const;

type Section = (typeof sections)[number];

interface Header {
  readonly grid: TimeGrid;
  readonly horizon: number;
  readonly seasons: readonly number[];
  readonly nonNegative: boolean;
  readonly levels: readonly number[];
  readonly strata: readonly string[];
  readonly tableHorizon: number;
  readonly models: readonly string[];
  readonly ids: readonly string[];
  /** Length of each section in numbers. */
  readonly lengths: Readonly<Record<Section, number>>;
}

/** Equal forecasters give equal bytes, so their hash names their content. Cost: O(size). */
export function encodeForecaster(forecaster: Forecaster): Uint8Array {
  const data = sectionsOf(forecaster);
  const header: Header = {
    grid: forecaster.grid,
    horizon: forecaster.horizon,
    seasons: forecaster.seasons,
    nonNegative: forecaster.nonNegative,
    levels: forecaster.intervals.levels,
    strata: forecaster.intervals.strata,
    tableHorizon: forecaster.intervals.horizon,
    models: forecaster.models.map((model) => model.name),
    ids: forecaster.ids,
    lengths: Object.fromEntries(sections.map((name) => [name, data[name].length])) as Header['lengths'],
  };
  const json = new TextEncoder().encode(canonicalJson(header));
  const bodyAt = preambleBytes + Math.ceil(json.length / 8) * 8;
  const count = sections.reduce((sum, name) => sum + data[name].length, 0);
  const bytes = new Uint8Array(bodyAt + 8 * count);
  bytes.fill(0x20, preambleBytes, bodyAt);
  bytes.set(json, preambleBytes);
  const body = new Float64Array(bytes.buffer, bodyAt, count);
  let at = 0;
  for (const name of sections) {
    body.set(data[name], at);
    at += data[name].length;
  }
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic, true);
  view.setUint32(4, version, true);
  view.setUint32(12, json.length, true);
  view.setUint32(8, checksum(bytes), true);
  return bytes;
}

function sectionsOf(forecaster: Forecaster): Record<Section, Float64Array> {
  return {
    offsets: forecaster.intervals.offsets,
    modelOf: Float64Array.from(forecaster.modelOf),
    lastPeriods: forecaster.lastPeriods,
    scales: forecaster.scales,
    strata: Float64Array.from(forecaster.strata),
    largest: forecaster.largest,
    stateLengths: Float64Array.from(forecaster.states, (state) => state.length),
    states: concatenate(forecaster.states),
    recentLengths: Float64Array.from(forecaster.recent, (values) => values.length),
    recent: concatenate(forecaster.recent),
  };
}

/**
 * Reads what `encodeForecaster` wrote; the result shares no memory with `bytes`.
 * @throws AppError `models/corrupt-state` when a byte is missing, added or changed, or the version is another;
 *   `models/unknown-model` when a model is no longer in the catalog
 * Cost: O(size).
 */
export function decodeForecaster(bytes: Uint8Array): Forecaster {
  const { header, body } = readParts(bytes);
  const data = {} as Record<Section, Float64Array>;
  let at = 0;
  for (const name of sections) {
    data[name] = body.subarray(at, at + header.lengths[name]);
    at += header.lengths[name];
  }
  return {
    grid: header.grid,
    horizon: header.horizon,
    seasons: header.seasons,
    nonNegative: header.nonNegative,
    intervals: {
      levels: header.levels,
      strata: header.strata,
      horizon: header.tableHorizon,
      offsets: data.offsets,
    },
    models: header.models.map(modelOf),
    ids: header.ids,
    modelOf: Uint16Array.from(data.modelOf),
    states: cut(data.states, data.stateLengths),
    lastPeriods: data.lastPeriods,
    scales: data.scales,
    strata: Uint16Array.from(data.strata),
    largest: data.largest,
    recent: cut(data.recent, data.recentLengths),
  };
}

function readParts(bytes: Uint8Array): { header: Header; body: Float64Array } {
  if (bytes.length < preambleBytes) throw corrupt('it is shorter than its preamble');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== magic) throw corrupt('it does not begin like a forecaster');
  if (view.getUint32(4, true) !== version) {
    throw corrupt(`it has format version ${view.getUint32(4, true)}, this program reads ${version}`);
  }
  if (view.getUint32(8, true) !== checksum(bytes)) throw corrupt('its checksum does not match its content');
  const jsonLength = view.getUint32(12, true);
  const bodyAt = preambleBytes + Math.ceil(jsonLength / 8) * 8;
  if (bodyAt > bytes.length) throw corrupt('its header is cut off');
  const header = parseHeader(bytes.subarray(preambleBytes, preambleBytes + jsonLength));
  const count = sections.reduce((sum, name) => sum + header.lengths[name], 0);
  if (bytes.length !== bodyAt + 8 * count) {
    throw corrupt(`it has ${bytes.length} bytes where its header promises ${bodyAt + 8 * count}`);
  }
  return { header, body: new Float64Array(bytes.slice(bodyAt).buffer) };
}

/** The checksum has vouched for the bytes; this guards against a header of another shape under the same version. */
function parseHeader(json: Uint8Array): Header {
  let header: Header;
  try {
    header = JSON.parse(new TextDecoder().decode(json)) as Header;
  } catch (cause) {
    throw corrupt('its header is not JSON', cause);
  }
  const counts = sections.map((name) => header.lengths?.[name]);
  const sound =
    counts.every((count) => Number.isSafeInteger(count) && (count as number) >= 0) &&
    frequencies.includes(header.grid?.frequency) &&
    Array.isArray(header.ids) &&
    Array.isArray(header.models) &&
    ['modelOf', 'lastPeriods', 'scales', 'strata', 'largest', 'stateLengths', 'recentLengths'].every(
      (name) => header.lengths[name as Section] === header.ids.length,
    ) &&
    header.lengths.offsets === header.strata.length * header.tableHorizon * header.levels.length;
  if (!sound) throw corrupt('its header does not describe a forecaster');
  return header;
}

function corrupt(reason: string, cause?: unknown): AppError {
  return new AppError(
    'models/corrupt-state',
    `the forecaster artifact cannot be read: ${reason}; train again`,
    {
      cause,
    },
  );
}

function concatenate(parts: readonly Float64Array[]): Float64Array {
  const joined = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function cut(joined: Float64Array, lengths: Float64Array): Float64Array[] {
  let at = 0;
  const parts = Array.from(lengths, (length) => {
    at += length;
    return joined.subarray(at - length, at);
  });
  if (at !== joined.length) throw corrupt('its parts do not add up');
  return parts;
}

const table: Uint32Array = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

/** CRC-32 (ISO 3309) of everything but the checksum's own four bytes. */
function checksum(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) {
    if (i >= 8 && i < 12) continue;
    crc = table[(crc ^ bytes[i]!) & 255]! ^ (crc >>> 8);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
