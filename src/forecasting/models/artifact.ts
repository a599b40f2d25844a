// A forecaster as bytes and back. Layout: 16 bytes of preamble (magic, version, checksum, header length), the header as
// canonical JSON padded to a multiple of 8, then float64 sections, little-endian, in the order of `sections`.

import { AppError, canonicalJson, frequencies, type TimeGrid } from '../../core/index.ts';
import { globalCatalog, modelAmong, type TrainedModels } from './catalog.ts';
import { phaseWords } from './closed-phases.ts';
import { crc32 } from './crc32.ts';
import type { Forecaster } from './forecaster.ts';
import { decodeGlobal, encodeGlobal, type GlobalHeader } from './global/global-codec.ts';
import { goldenForecasts } from './golden.ts';
import { decodePathTable, encodePathTable, type PathTableJson } from './paths.ts';
import { type Ragged, RaggedArray } from './ragged.ts';

const magic = 0x464d4c41; // "ALMF", read as a little-endian integer
/** The first two had no golden forecasts, the first no model trained on the whole panel: both are still read. */
const formats: readonly number[] = [1, 2, 3];
const format = 3;
const preambleBytes = 16;
/** The checksum is of all bytes but its own four. */
const beforeChecksum = { from: 0, to: 8 };
const afterChecksum = 12;

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
  'global',
  'golden',
  'silences',
  'panelSeries',
  'closed',
  'short',
] as const;

type Section = (typeof sections)[number];
/** Sections that not every forecaster has. */
type OptionalSection = 'global' | 'golden' | 'silences' | 'panelSeries' | 'closed' | 'short';
const optional: readonly Section[] = [
  'global',
  'golden',
  'silences',
  'panelSeries',
  'closed',
  'short',
] satisfies OptionalSection[];

interface Header {
  /** Absent = none. */
  readonly shortIds?: readonly string[];
  readonly grid: TimeGrid;
  readonly horizon: number;
  readonly seasons: readonly number[];
  readonly nonNegative: boolean;
  readonly levels: readonly number[];
  readonly strata: readonly string[];
  readonly tableHorizon: number;
  /** First stratum that corrects a model's own quantiles; absent = none. */
  readonly ownFrom?: number;
  readonly joint?: true;
  /** Absent = every model is fitted to one series. */
  readonly global?: GlobalHeader;
  /** Small beside the rest; absent = not learnt. */
  readonly paths?: PathTableJson;
  readonly models: readonly string[];
  readonly ids: readonly string[];
  /** Length of each section in numbers. */
  readonly lengths: Readonly<Record<Exclude<Section, OptionalSection>, number>> &
    Readonly<Partial<Record<OptionalSection, number>>>;
}

/** Equal forecasters give equal bytes, so their hash names their content. Cost: O(size). */
export function encodeForecaster(forecaster: Forecaster): Uint8Array {
  const global = forecaster.trained && encodeGlobal(forecaster.trained);
  const { ownFrom, joint } = forecaster.intervals;
  const data = sectionsOf(forecaster, global?.numbers ?? new Float64Array(0));
  const written = sections.filter((name) => !optional.includes(name) || data[name].length > 0);
  const header: Header = {
    grid: forecaster.grid,
    horizon: forecaster.horizon,
    seasons: forecaster.seasons,
    nonNegative: forecaster.nonNegative,
    levels: forecaster.intervals.levels,
    strata: forecaster.intervals.strata,
    tableHorizon: forecaster.intervals.horizon,
    ...(ownFrom === undefined ? {} : { ownFrom }),
    ...(joint === undefined ? {} : { joint }),
    ...(global === undefined ? {} : { global: global.header }),
    ...(forecaster.paths === undefined ? {} : { paths: encodePathTable(forecaster.paths) }),
    ...(forecaster.short === undefined ? {} : { shortIds: forecaster.short.map(({ id }) => id) }),
    models: forecaster.models.map((model) => model.name),
    ids: forecaster.ids,
    lengths: Object.fromEntries(written.map((name) => [name, data[name].length])) as Header['lengths'],
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
  view.setUint32(4, format, true);
  view.setUint32(12, json.length, true);
  const crc = crc32(0, bytes, beforeChecksum);
  view.setUint32(8, crc32(crc, bytes, { from: afterChecksum, to: bytes.length }), true);
  return bytes;
}

function sectionsOf(forecaster: Forecaster, global: Float64Array): Record<Section, Float64Array> {
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
    global,
    golden: goldenForecasts(forecaster),
    silences: forecaster.silences ?? new Float64Array(0),
    panelSeries: forecaster.panelSeries ?? new Float64Array(0),
    closed: forecaster.closed ?? new Float64Array(0),
    short: Float64Array.from(
      (forecaster.short ?? []).flatMap(({ last, values }) => [last, values.length, ...values]),
    ),
  };
}

/** Work between two pauses of a decoding: about 5 ms on a common machine. */
const sliceBytes = 4 * 1024 * 1024;

/**
 * Reads what `encodeForecaster` wrote; the result shares no memory with `bytes`.
 * @throws AppError `models/corrupt-state` when a byte is missing, added or changed, or the version is another;
 *   `models/unknown-model` when a model is no longer in the catalog
 * Cost: O(size), in one go: for workers and browsers.
 */
export function decodeForecaster(bytes: Uint8Array): Forecaster {
  const decoding = decode(bytes, copyBody);
  for (;;) {
    const { done, value } = decoding.next();
    if (done) return value;
  }
}

/**
 * `decodeForecaster` for a thread that has requests to answer: `breathe` is awaited every few milliseconds, whatever the size.
 * Takes the bytes over: the result lives in them where it can.
 * @throws AppError as `decodeForecaster`
 */
export async function decodeForecasterInSlices(
  bytes: Uint8Array,
  breathe: () => Promise<void>,
): Promise<Forecaster> {
  const decoding = decode(bytes, takeBody);
  for (;;) {
    const { done, value } = decoding.next();
    if (done) return value;
    await breathe();
  }
}

/** Yields where it may be interrupted. */
function* decode(bytes: Uint8Array, bodyOf: BodyReader): Generator<undefined, Forecaster, undefined> {
  yield* verify(bytes);
  const { header, bodyAt } = readHeader(bytes);
  yield;
  const body = yield* bodyOf(bytes, bodyAt);
  const data = {} as Record<Section, Float64Array>;
  let at = 0;
  for (const name of sections) {
    const length = header.lengths[name] ?? 0;
    data[name] = body.subarray(at, at + length);
    at += length;
  }
  yield;
  const trained = header.global && trainedOf(header.global, data.global);
  yield;
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
      ...(header.ownFrom === undefined ? {} : { ownFrom: header.ownFrom }),
      ...(header.joint === true ? { joint: true as const } : {}),
    },
    ...(trained === undefined ? {} : { trained }),
    models: header.models.map((name) => modelAmong(name, among(trained))),
    ids: header.ids,
    modelOf: new Uint16Array(data.modelOf),
    states: partsOf(data.states, data.stateLengths),
    lastPeriods: data.lastPeriods,
    scales: data.scales,
    strata: new Uint16Array(data.strata),
    largest: data.largest,
    recent: partsOf(data.recent, data.recentLengths),
    ...(data.silences.length === 0 ? {} : { silences: data.silences }),
    ...(data.closed.length === 0 ? {} : { closed: data.closed }),
    ...shortOf(header.shortIds, data.short),
    ...(data.panelSeries.length === 0 ? {} : { panelSeries: data.panelSeries }),
    ...pathsOf(header.paths),
    ...(header.lengths.golden === undefined ? {} : { golden: data.golden }),
  };
}

/** Of each series the newest period, how many values, and these. */
function shortOf(ids: readonly string[] | undefined, numbers: Float64Array): Pick<Forecaster, 'short'> {
  if (ids === undefined) return {};
  let at = 0;
  const short = ids.map((id) => {
    const from = at + 2;
    at = from + (numbers[at + 1] ?? Number.NaN);
    return { id, last: numbers[from - 2] ?? Number.NaN, values: numbers.slice(from, at) };
  });
  if (at !== numbers.length) throw corrupt('its short series are not complete');
  return { short };
}

function among(trained: Forecaster['trained']): TrainedModels {
  return new Map(trained === undefined ? [] : [[trained.name, trained]]);
}

function trainedOf(header: GlobalHeader, numbers: Float64Array): Forecaster['trained'] {
  try {
    return decodeGlobal(header, numbers, globalCatalog);
  } catch (cause) {
    throw corrupt('its model over all series is not complete', cause);
  }
}

function pathsOf(json: PathTableJson | undefined): Pick<Forecaster, 'paths'> {
  if (json === undefined) return {};
  try {
    return { paths: decodePathTable(json) };
  } catch (cause) {
    throw corrupt('its path ranks are not complete', cause);
  }
}

function* verify(bytes: Uint8Array): Generator<undefined, void, undefined> {
  if (bytes.length < preambleBytes) throw corrupt('it is shorter than its preamble');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== magic) throw corrupt('it does not begin like a forecaster');
  const written = view.getUint32(4, true);
  if (!formats.includes(written)) {
    throw corrupt(`it has format version ${written}, this program reads ${formats.join(', ')}`);
  }
  let crc = crc32(0, bytes, beforeChecksum);
  for (let from = afterChecksum; from < bytes.length; from += sliceBytes) {
    crc = crc32(crc, bytes, { from, to: Math.min(bytes.length, from + sliceBytes) });
    yield;
  }
  if (view.getUint32(8, true) !== crc) throw corrupt('its checksum does not match its content');
}

function readHeader(bytes: Uint8Array): { header: Header; bodyAt: number } {
  const jsonLength = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(12, true);
  const bodyAt = preambleBytes + Math.ceil(jsonLength / 8) * 8;
  if (bodyAt > bytes.length) throw corrupt('its header is cut off');
  const header = parseHeader(bytes.subarray(preambleBytes, preambleBytes + jsonLength));
  const count = sections.reduce((sum, name) => sum + (header.lengths[name] ?? 0), 0);
  if (bytes.length !== bodyAt + 8 * count) {
    throw corrupt(`it has ${bytes.length} bytes where its header promises ${bodyAt + 8 * count}`);
  }
  return { header, bodyAt };
}

type BodyReader = (bytes: Uint8Array, bodyAt: number) => Generator<undefined, Float64Array, undefined>;

function* takeBody(bytes: Uint8Array, bodyAt: number): Generator<undefined, Float64Array, undefined> {
  const at = bytes.byteOffset + bodyAt;
  if (at % 8 !== 0) return yield* copyBody(bytes, bodyAt);
  return new Float64Array(bytes.buffer, at, (bytes.length - bodyAt) / 8);
}

function* copyBody(bytes: Uint8Array, bodyAt: number): Generator<undefined, Float64Array, undefined> {
  const copy = new Uint8Array(bytes.length - bodyAt);
  for (let at = 0; at < copy.length; at += sliceBytes) {
    copy.set(bytes.subarray(bodyAt + at, Math.min(bytes.length, bodyAt + at + sliceBytes)), at);
    yield;
  }
  return new Float64Array(copy.buffer);
}

/** The checksum has vouched for the bytes; this guards against a header of another shape under the same version. */
function parseHeader(json: Uint8Array): Header {
  let header: Header;
  try {
    header = JSON.parse(new TextDecoder().decode(json)) as Header;
  } catch (cause) {
    throw corrupt('its header is not JSON', cause);
  }
  const counts = sections.map((name) => header.lengths?.[name] ?? (optional.includes(name) ? 0 : undefined));
  const sound =
    counts.every((count) => Number.isSafeInteger(count) && (count as number) >= 0) &&
    frequencies.includes(header.grid?.frequency) &&
    Array.isArray(header.ids) &&
    Array.isArray(header.models) &&
    ['modelOf', 'lastPeriods', 'scales', 'strata', 'largest', 'stateLengths', 'recentLengths'].every(
      (name) => header.lengths[name as Section] === header.ids.length,
    ) &&
    [0, header.ids.length].includes(header.lengths.panelSeries ?? 0) &&
    (header.lengths.silences ?? 0) % Math.max(1, header.ids.length) === 0 &&
    [0, phaseWords(header.seasons.find((one) => one > 1) ?? 1) * header.ids.length].includes(
      header.lengths.closed ?? 0,
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

function concatenate(parts: Ragged): Float64Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Float64Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function partsOf(joined: Float64Array, lengths: Float64Array): Ragged {
  let total = 0;
  for (let i = 0; i < lengths.length; i++) total += lengths[i]!;
  if (total !== joined.length) throw corrupt('its parts do not add up');
  return new RaggedArray(joined, lengths);
}
