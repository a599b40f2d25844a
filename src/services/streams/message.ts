// What a message holds: rows of observations as lines of NDJSON, or one request. What cannot be read comes with the reason.

import { isUtf8 } from 'node:buffer';
import { isRounded, itemTexts, nestsDeeper, oneLine } from '../../core/index.ts';
import type { Watermark } from '../data/index.ts';

/** As for HTTP bodies: deeper text is no data, and printing it would recurse. */
const levelsMax = 32;
const newline = 0x0a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
/** Of an unreadable message, as it is shown to people. */
const textShownMax = 64 * 1024;

export type Observations =
  | { readonly kind: 'rows'; readonly lines: readonly (Uint8Array | string)[] }
  | { readonly kind: 'watermark'; readonly mark: Watermark }
  | { readonly kind: 'unreadable'; readonly reason: string };

export type RequestMessage =
  | { readonly kind: 'request'; readonly value: Readonly<Record<string, unknown>> }
  | { readonly kind: 'unreadable'; readonly reason: string };

/**
 * An object is one row, a list is a row per item, and several lines of JSON are NDJSON. Rows are judged later, one by one;
 * an item that is no object is a bad row, not an unreadable message. An object with `closedThrough` and without the time of a
 * row is a watermark.
 * @returns lines without line ends; `[]` for an empty list. Cost: O(bytes), the text is parsed once.
 */
export function readObservations(data: Uint8Array, time: string): Observations {
  const reason = unreadable(data);
  if (reason !== undefined) return { kind: 'unreadable', reason };
  const text = textOf(data);
  const value = parsed(text);
  if (value === undefined) return readLines(text);
  if (Array.isArray(value)) return { kind: 'rows', lines: itemTexts(text) };
  if (!isObject(value)) return { kind: 'unreadable', reason: `it is ${nameOf(value)}, not an object` };
  if (Object.hasOwn(value, 'closedThrough') && !Object.hasOwn(value, time)) return readWatermark(value);
  return { kind: 'rows', lines: [isOneLine(data) ? data : oneLine(text)] };
}

function readWatermark({ closedThrough, group }: Record<string, unknown>): Observations {
  const isPeriod = typeof closedThrough === 'string' || typeof closedThrough === 'number';
  if (!isPeriod) return { kind: 'unreadable', reason: 'its closedThrough is no period' };
  const values = group === undefined || group === null ? null : Array.isArray(group) ? group : [group];
  if (values?.some((part) => typeof part !== 'string' && (typeof part !== 'number' || isRounded(part))))
    return { kind: 'unreadable', reason: 'its group is neither a text nor a list of texts' };
  const mark = { closedThrough: String(closedThrough), group: values?.map(String) ?? null };
  return { kind: 'watermark', mark };
}

/** One JSON object. */
export function readRequest(data: Uint8Array): RequestMessage {
  const reason = unreadable(data);
  if (reason !== undefined) return { kind: 'unreadable', reason };
  const value = parsed(textOf(data));
  if (value === undefined) return { kind: 'unreadable', reason: 'it is not JSON' };
  if (Array.isArray(value) || !isObject(value))
    return { kind: 'unreadable', reason: `it is ${nameOf(value)}, not an object` };
  return { kind: 'request', value };
}

/** The beginning of a message as text, whatever its bytes are. */
export function shownText(data: Uint8Array): string {
  return new TextDecoder().decode(data.subarray(0, textShownMax));
}

function readLines(text: string): Observations {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const [first = ''] = lines;
  // A broken line among good ones is a bad row; where not even the first is JSON, nothing is known of the others.
  if (lines.length < 2 || !isObject(parsed(first))) return { kind: 'unreadable', reason: 'it is not JSON' };
  return { kind: 'rows', lines };
}

function unreadable(data: Uint8Array): string | undefined {
  if (data.length === 0) return 'it is empty';
  if (!isUtf8(data)) return 'it is not UTF-8';
  if (data.includes(0)) return 'it holds a NUL byte';
  if (nestsDeeper(data, levelsMax)) return `it is nested more than ${levelsMax} levels deep`;
  return undefined;
}

/** Without the byte order mark that some senders begin with. */
function textOf(data: Uint8Array): string {
  return new TextDecoder().decode(data);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** So that the bytes are a line as they are; a line end inside, or a mark before, is printed away. */
function isOneLine(data: Uint8Array): boolean {
  return data[0] === openBrace && data.at(-1) === closeBrace && !data.includes(newline);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object';
}

function nameOf(value: unknown): string {
  return Array.isArray(value) ? 'a list' : value === null ? 'null' : `a ${typeof value}`;
}
