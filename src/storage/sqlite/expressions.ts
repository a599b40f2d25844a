// The few expressions that only SQLite understands, with what another database would say in their place. The rest of the
// store is portable SQL.

import { CompiledQuery, type Kysely, type RawBuilder, sql } from 'kysely';
import type { Schema } from './schema.ts';

/** A list of any length as one parameter, to stand after `in`. Postgres: `= any($1)`. */
export function listed<T extends string | number>(values: readonly T[]): RawBuilder<T> {
  return sql<T>`(select value from json_each(${JSON.stringify(values)}))`;
}

/**
 * Pairs as a table with columns `first` and `second`, to stand after `from`. Postgres: `unnest($1, $2)`.
 */
export function pairs(values: readonly (readonly [string, number])[]): RawBuilder<unknown> {
  return sql`(select value ->> 0 as first, value ->> 1 as second from json_each(${JSON.stringify(values)}))`;
}

/**
 * True for about one row in so many, always the same ones, by a multiplicative hash: every n-th row could be the same few series
 * at each cutoff. Of a table with row numbers. Postgres: `hashtext(id)` in place of the product.
 */
export function oneRowIn(count: number): RawBuilder<boolean> {
  return sql<boolean>`(rowid * 2654435761) % 4294967296 < ${4_294_967_296 / count}`;
}

/**
 * Runs a statement that is portable and always the same: written out for those that every batch runs, as building one anew takes
 * longer than running it. @returns its rows
 */
export async function runText<Row>(
  db: Kysely<Schema>,
  text: string,
  parameters: readonly unknown[],
): Promise<readonly Row[]> {
  const { rows } = await db.executeQuery<Row>(CompiledQuery.raw(text, [...parameters]));
  return rows;
}
