// Columns of a query: which are read, of what types they are, and how their values become JSON without losing a digit.

import { AppError, columnsBeside, type PostgresSettings, type Project } from '../../core/index.ts';
import type { TextResult } from './postgres-client.ts';

/** By name, of the columns that are read: their types as the database calls them. */
export type ColumnTypes = Readonly<Record<string, string>>;

const numberTypes = /^(smallint|integer|bigint|numeric|real|double precision|oid)$/;
const jsonNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const zoned = 'timestamp with time zone';
const unzoned = 'timestamp without time zone';
const watermarkTypes = [zoned, unzoned, 'date', 'smallint', 'integer', 'bigint'];

/** The columns that rows of a project have, those that must be there first. */
export function projectColumns({ columns }: Project): { needed: string[]; others: string[] } {
  return { needed: [...columns.series, columns.time, columns.target], others: columnsBeside(columns) };
}

/**
 * The types of the columns that are read.
 * @param before those of the last reading; undefined before the first
 * @throws AppError `sources/schema-changed`, `sources/bad-query`, `sources/bad-watermark`
 */
export function readTypes(
  settings: PostgresSettings,
  project: Project,
  of: {
    fields: TextResult['fields'];
    nameOfType: (id: number) => string;
    before: ColumnTypes | undefined;
  },
): ColumnTypes {
  const { name, key, watermark } = settings;
  const { needed, others } = projectColumns(project);
  const found = new Map(of.fields.map((field) => [field.name, of.nameOfType(field.dataTypeID)]));
  const must = [...new Set([...needed, ...key, watermark])];
  for (const column of Object.keys(of.before ?? {}))
    if (!found.has(column))
      throw new AppError(
        'sources/schema-changed',
        `source ${name}: the column ${column} (${of.before?.[column]}) is gone`,
        { details: { column } },
      );
  for (const column of must)
    if (!found.has(column))
      throw new AppError('sources/schema-changed', `source ${name}: the query has no column ${column}`, {
        details: { column },
      });
  const read = [...must, ...others.filter((column) => found.has(column) && !must.includes(column))];
  for (const column of read)
    if (of.fields.filter((field) => field.name === column).length > 1)
      throw new AppError('sources/bad-query', `source ${name}: the query has two columns ${column}`);
  const types = Object.fromEntries(read.map((column) => [column, found.get(column) ?? '']));
  for (const [column, type] of Object.entries(of.before ?? {}))
    if (types[column] !== undefined && types[column] !== type)
      throw new AppError(
        'sources/schema-changed',
        `source ${name}: the column ${column} was ${type} and is ${types[column]} now`,
        { details: { column, was: type, is: types[column] } },
      );
  if (watermarkTypes.includes(types[watermark] ?? '')) return types;
  throw new AppError(
    'sources/bad-watermark',
    `source ${name}: the watermark ${watermark} is ${types[watermark]}; it may be ${watermarkTypes.join(', ')}`,
  );
}

/** Is the watermark a time, and not a count? */
export function isTime(type: string): boolean {
  return type === zoned || type === unzoned || type === 'date';
}

/** How the time of a row is written: by the database, or as a text of the user's own making. */
export function isTyped(type: string): boolean {
  return type !== 'text' && !type.startsWith('character');
}

/** A value as JSON: numbers with all their digits, times in ISO 8601, all else as text. */
export function jsonOf(text: string | null, type: string): string {
  if (text === null) return 'null';
  if (numberTypes.test(type) && jsonNumber.test(text)) return text;
  if (type === 'boolean') return text === 't' ? 'true' : 'false';
  if (type === zoned) return JSON.stringify(text.replace(' ', 'T').replace(/\+00$/, 'Z'));
  if (type === unzoned) return JSON.stringify(text.replace(' ', 'T'));
  return JSON.stringify(text);
}
