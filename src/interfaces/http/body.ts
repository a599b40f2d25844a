// Bodies: taken as bytes, decompressed within a bound, checked to be UTF-8, parsed where a route wants JSON. Written for
// what clients really send (no content type, gzip) and for what attackers send (bombs, depth, `__proto__`).

import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError, isAppError, parseExactJson, repeatsKey } from '../../core/index.ts';
import { breathe, type ServingTimers } from '../../services/serving/index.ts';
import { type BodyBudget, BodyShare, readBody } from './body-reader.ts';
import { checkDepth, scanRows } from './json-scan.ts';
import type { HttpLimits } from './limits.ts';
import type { BodyFormat, HttpSettings } from './services.ts';

declare module 'fastify' {
  interface FastifyRequest {
    bodyShare: BodyShare;
  }
  interface FastifyContextConfig {
    /** What the route reads; default JSON. `observations` keeps the bytes for the data room, `bytes` for the route itself. */
    body?: 'json' | 'observations' | 'bytes';
  }
}

/** A body of observations, decompressed; what is in it is checked by the data room. */
export interface ObservationsBody {
  readonly bytes: Buffer;
  readonly format: BodyFormat;
  /** Of a workbook: what its parts may unpack to. */
  readonly unpackedBytesMax?: number;
}

const gunzipAsync = promisify(gunzip);
const inflateAsync = promisify(inflate);
/** A compressed body may unpack to this many times the largest plain one: it is held in memory. */
const unpackFactorMax = 8;
/** Parts of a workbook are not held, only read: they may be larger. */
const partFactorMax = 4;
/** No compressed body of `deflate` unpacks to more than this many times its size. */
const deflateRatioMax = 1032;

const formats: Readonly<Record<string, BodyFormat>> = {
  'application/json': 'json',
  'application/x-ndjson': 'ndjson',
  'application/ndjson': 'ndjson',
  'application/jsonl': 'ndjson',
  'application/x-jsonlines': 'ndjson',
  'text/csv': 'csv',
  'application/csv': 'csv',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
};

export interface BodyParserOptions {
  readonly settings: HttpSettings;
  readonly limits: HttpLimits;
  readonly timers: ServingTimers;
  /** Shared by all requests. */
  readonly budget: BodyBudget;
}

/** Replaces Fastify's parsers by one that reads any body as bytes. */
export function addBodyParser(app: FastifyInstance, options: BodyParserOptions): void {
  const { settings, limits, timers, budget } = options;
  const unpackedMax = Math.min(settings.decompressedBytesMax, unpackFactorMax * settings.bodyBytesMax);
  const scanning = { rowsMax: limits.rows, breathe: () => breathe(timers) };
  app.removeAllContentTypeParsers();
  app.decorateRequest('bodyShare', null as unknown as BodyShare);
  app.addHook('preParsing', (request, reply, _payload, done) => {
    request.bodyShare = new BodyShare(budget, reply.raw);
    done();
  });
  app.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage) => {
    const bytesMax = request.routeOptions.bodyLimit ?? settings.bodyBytesMax;
    const length = request.headers['content-length'];
    const declared = length === undefined ? undefined : Number(length);
    const share = request.bodyShare;
    const sent = await readBody(payload, { bytesMax, declared, share });
    const encoding = request.headers['content-encoding'];
    if (request.routeOptions.config.body === 'bytes')
      return await decompress(sent, encoding, { bytesMax, share });
    const format = formatOf(request);
    const most = Math.min(unpackedMax, unpackFactorMax * bytesMax);
    const bytes = await decompress(sent, encoding, { bytesMax: most, share });
    if (request.routeOptions.config.body === 'observations') {
      if (bytes.length === 0) return undefined;
      if (format !== 'xlsx') await scanRows(bytes, { format, ...scanning });
      return observations(bytes, format, most);
    }
    if (bytes.length === 0) return undefined;
    if (format !== 'json')
      throw new AppError(
        'http/unsupported-media-type',
        `this route reads application/json, not ${format}: set Content-Type`,
      );
    return parseJson(bytes);
  });
}

/**
 * What a body of observations that came as bytes is, looked through as others are.
 * @throws AppError `http/invalid-body`, `http/body-too-large`, `http/unsupported-media-type`
 */
export async function readObservations(
  request: FastifyRequest,
  bytes: Buffer,
  { bytesMax, rowsMax, timers }: { bytesMax: number; rowsMax: number; timers: ServingTimers },
): Promise<ObservationsBody> {
  const format = formatOf(request);
  if (bytes.length === 0)
    throw new AppError('http/invalid-body', 'the body is empty: send at least one observation');
  if (format !== 'xlsx') await scanRows(bytes, { format, rowsMax, breathe: () => breathe(timers) });
  return observations(bytes, format, bytesMax);
}

function observations(bytes: Buffer, format: BodyFormat, bytesMax: number): ObservationsBody {
  return { bytes, format, ...(format === 'xlsx' ? { unpackedBytesMax: partFactorMax * bytesMax } : {}) };
}

/** The format by content type; none at all is read as JSON, as command-line clients often send it. */
function formatOf(request: FastifyRequest): BodyFormat {
  const header = request.headers['content-type'];
  if (header === undefined || header === '' || header === 'application/json') return 'json';
  const [type = '', ...parameters] = header.toLowerCase().split(';');
  const format = formats[type.trim()];
  const charset = parameters.map((text) => text.trim()).find((text) => text.startsWith('charset='));
  const isUtf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset);
  if (format !== undefined && isUtf8) return format;
  const what = format === undefined ? `Content-Type ${shorten(header)}` : `${charset}`;
  throw new AppError(
    'http/unsupported-media-type',
    `${what} is not read here: send application/json, application/x-ndjson, text/csv in UTF-8 or a spreadsheet (.xlsx)`,
    { details: { accepts: Object.keys(formats) } },
  );
}

async function decompress(
  sent: Buffer,
  encoding: string | undefined,
  { bytesMax, share }: { bytesMax: number; share: BodyShare },
): Promise<Buffer> {
  const name = (encoding ?? 'identity').trim().toLowerCase();
  if (name === 'identity' || name === '') return sent;
  const unpack =
    name === 'gzip' || name === 'x-gzip' ? gunzipAsync : name === 'deflate' ? inflateAsync : undefined;
  if (!unpack)
    throw new AppError(
      'http/unsupported-media-type',
      `Content-Encoding ${shorten(name)} is not read here: send gzip, deflate or none`,
    );
  share.hold(sent.length + Math.min(bytesMax, sent.length * deflateRatioMax));
  try {
    const bytes = await unpack(sent, { maxOutputLength: bytesMax });
    share.hold(bytes.length);
    return bytes;
  } catch (cause) {
    if ((cause as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE')
      throw new AppError(
        'http/body-too-large',
        `the body unpacks to more than ${bytesMax} bytes: send it in parts`,
        { cause, details: { bytesMax } },
      );
    throw new AppError('http/invalid-body', `the body is not valid ${name}: it is damaged or cut off`, {
      cause,
    });
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** @throws AppError `http/invalid-body` for what is not UTF-8 */
function checkUtf8(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new AppError('http/invalid-body', 'the body is not valid UTF-8: convert it, or send it as a file', {
      cause,
    });
  }
}

/**
 * Parses a control body: bounded depth, each field of an object once, and no key that could reach a prototype.
 * @param exact whole numbers that a double rounds are bigints
 * @throws AppError `http/invalid-body`
 */
export function parseJson(bytes: Buffer, { exact = false }: { exact?: boolean } = {}): unknown {
  // First: it ends at the first bracket too many, and needs no copy.
  checkDepth(bytes);
  const text = checkUtf8(bytes);
  let value: unknown;
  try {
    // A reviver makes parsing several times slower: it runs only when a key could be the dangerous one.
    if (text.includes('__proto__') || text.includes('\\u')) JSON.parse(text, refusePrototype);
    value = exact && longDigits.test(text) ? parseExactJson(text) : JSON.parse(text);
  } catch (cause) {
    if (isAppError(cause)) throw cause;
    const where = cause instanceof Error ? cause.message.slice(0, 120) : 'unreadable';
    throw new AppError('http/invalid-body', `the body is not valid JSON: ${where}`, { cause });
  }
  // JSON.parse would take the last, and another reader the first.
  if (repeatsKey(text, value))
    throw new AppError('http/invalid-body', 'the JSON names a field twice: leave one out');
  return value;
}

/** As many digits as a whole number past 2^53 has at least. */
const longDigits = /\d{16}/;

function refusePrototype(key: string, value: unknown): unknown {
  if (key === '__proto__')
    throw new AppError('http/invalid-body', 'the JSON has a key "__proto__": leave it out');
  return value;
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
