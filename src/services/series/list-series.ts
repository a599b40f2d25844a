// Which series of a table a query meets, a page of them at a time.

import { AppError, type CovariateValues } from '../../core/index.ts';
import type { AbcClass, XyzClass } from '../../forecasting/evaluate/index.ts';
import {
  figuresOf,
  placeOf,
  type SeriesOrder,
  type SeriesState,
  type SeriesTable,
  seriesStates,
} from './series-table.ts';
import { inSlices, type Pause } from './slices.ts';

export interface SeriesQuery {
  /** A part of the id or of an attribute, whatever the case. */
  readonly search?: string | undefined;
  /** Attributes that a series must have, by name. */
  readonly attributes?: Readonly<Record<string, string>> | undefined;
  readonly states?: readonly SeriesState[] | undefined;
  readonly abc?: AbcClass | undefined;
  readonly xyz?: XyzClass | undefined;
  /** Default `id`. */
  readonly sort?: SeriesOrder | undefined;
  /** The other way round; what has no figure stays last. */
  readonly reversed?: boolean | undefined;
  readonly limit: number;
  /** As the page before gave it. */
  readonly cursor?: string | undefined;
}

/** Places of the series of a page. */
export interface SeriesPage {
  readonly places: readonly number[];
  /** Series that the query meets, on this page or not. */
  readonly matched: number;
  readonly next: string | null;
}

/** Where a page ended: the table, and the last series with its figure, so that another table can go on from there. */
interface Cursor {
  readonly revision: number;
  readonly id: string;
  /** Null = it had none. */
  readonly figure: number | null;
  /** Of the query: a cursor goes on with no other. */
  readonly query: string;
}

/** Series looked at between two looks at the clock. */
const step = 512;

/** The table that a cursor was made of; undefined without a cursor. @throws AppError `series/invalid-cursor` */
export function revisionOf(query: SeriesQuery): number | undefined {
  return query.cursor === undefined ? undefined : readCursor(query).revision;
}

/**
 * One page. A cursor of another table goes on after the series that it names, by that series' figure of then: none that keeps its
 * figure comes twice or is left out.
 * @throws AppError `series/invalid-cursor`
 * Cost: O(series), in slices.
 */
export async function listSeries(table: SeriesTable, query: SeriesQuery, pause: Pause): Promise<SeriesPage> {
  const order = query.sort ?? 'id';
  const at = query.cursor === undefined ? undefined : readCursor(query);
  const isAfter =
    at === undefined ? () => true : afterOf(table, { order, at, reversed: query.reversed === true });
  const meets = testOf(table, query);
  const places: number[] = [];
  const rank = ranked(table, { order, reversed: query.reversed === true });
  let matched = 0;
  let hasMore = false;
  await inSlices(pause, { count: table.ids.length, step }, (from, to) => {
    for (let i = from; i < to; i++) {
      const place = rank(i);
      if (!meets(place)) continue;
      matched++;
      if (!isAfter(place)) continue;
      if (places.length < query.limit) places.push(place);
      else hasMore = true;
    }
  });
  const last = places.at(-1);
  const next = hasMore && last !== undefined ? writeCursor(table, last, query) : null;
  return { places, matched, next };
}

/** The place that comes i-th. */
function ranked(
  table: SeriesTable,
  { order, reversed }: { readonly order: SeriesOrder; readonly reversed: boolean },
): (i: number) => number {
  const { places, known } = table.orders[order];
  if (!reversed) return (i) => places[i] as number;
  return (i) => places[i < known ? known - 1 - i : i] as number;
}

/** Whether a series comes after the one that a cursor names. */
function afterOf(
  table: SeriesTable,
  of: { readonly order: SeriesOrder; readonly at: Cursor; readonly reversed: boolean },
): (place: number) => boolean {
  const { order, at, reversed } = of;
  const figures = figuresOf(table, order);
  const descends = table.orders[order].descends !== reversed;
  const after = (id: string): boolean => (reversed && at.figure !== null ? id < at.id : id > at.id);
  if (figures === null)
    return (place) =>
      reversed ? (table.ids[place] as string) < at.id : (table.ids[place] as string) > at.id;
  return (place) => {
    const figure = figures[place] as number;
    const id = table.ids[place] as string;
    if (Number.isNaN(figure)) return at.figure !== null || id > at.id;
    if (at.figure === null) return false;
    if (figure !== at.figure) return descends ? figure < at.figure : figure > at.figure;
    return after(id);
  };
}

function testOf(table: SeriesTable, query: SeriesQuery): (place: number) => boolean {
  const { states, abc, xyz } = query;
  const search = query.search?.toLowerCase() ?? '';
  const wanted =
    states === undefined ? undefined : new Set(states.map((state) => seriesStates.indexOf(state)));
  const attributes = Object.entries(query.attributes ?? {});
  return (place) =>
    (wanted === undefined || wanted.has(table.states[place] as number)) &&
    (abc === undefined || table.abc[place] === abc) &&
    (xyz === undefined || table.xyz[place] === xyz) &&
    (attributes.length === 0 || hasAll(table.attributes[place], attributes)) &&
    (search === '' || (table.texts[place] as string).includes(search));
}

function hasAll(
  known: CovariateValues | undefined,
  wanted: readonly (readonly [name: string, value: string])[],
): boolean {
  return (
    known !== undefined &&
    wanted.every(([name, value]) => Object.hasOwn(known, name) && String(known[name]) === value)
  );
}

function writeCursor(table: SeriesTable, place: number, query: SeriesQuery): string {
  const figure = figuresOf(table, query.sort ?? 'id')?.[place] ?? Number.NaN;
  const cursor: Cursor = {
    revision: table.revision,
    id: table.ids[place] as string,
    figure: Number.isNaN(figure) ? null : figure,
    query: textOf(query),
  };
  return toBase64Url(JSON.stringify(cursor));
}

function readCursor(query: SeriesQuery): Cursor {
  const { revision, id, figure, query: text } = parsedCursor(query.cursor ?? '');
  const isOurs =
    typeof revision === 'number' && typeof id === 'string' && (figure === null || typeof figure === 'number');
  if (!isOurs) throw new AppError('series/invalid-cursor', 'the cursor is none that a page of series gave');
  if (text !== textOf(query))
    throw new AppError(
      'series/invalid-cursor',
      'the cursor is of another query: search, filters and order must be those of the page before',
    );
  return { revision, id, figure, query: text };
}

/** Whatever the text holds. */
function parsedCursor(cursor: string): Partial<Record<keyof Cursor, unknown>> {
  try {
    const parsed: unknown = JSON.parse(fromBase64Url(cursor));
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}

/** All of a query but how much of it. */
function textOf({ search, attributes, states, abc, xyz, sort, reversed }: SeriesQuery): string {
  const named = Object.entries(attributes ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([
    search ?? '',
    named,
    [...(states ?? [])].sort(),
    abc ?? '',
    xyz ?? '',
    sort ?? 'id',
    reversed === true,
  ]);
}

function toBase64Url(text: string): string {
  return Buffer.from(text).toString('base64url');
}

function fromBase64Url(text: string): string {
  return Buffer.from(text, 'base64url').toString();
}

/** One series of a table as it is listed. */
export interface SeriesRow {
  readonly place: number;
  readonly table: SeriesTable;
}

/** A series of a table by its id; undefined = it has none of it. */
export function rowOf(table: SeriesTable, seriesId: string): SeriesRow | undefined {
  const place = placeOf(table, seriesId);
  return place < 0 ? undefined : { place, table };
}
