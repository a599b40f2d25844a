// What is known of series whatever the period. A row per series and batch that changed it, holding all that is known since.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { type CovariateValues, canonicalJson } from '../../core/index.ts';
import type { AttributeRow, SeriesAttributes } from '../ports/index.ts';
import type { Database } from './database.ts';
import type { Schema } from './schema.ts';

const rowsPerTurn = 250;

/** Inside the transaction of a batch: adds what the rows say; a series that learns nothing new gets no row. */
export async function addAttributes(
  database: Database,
  batch: { readonly project: string; readonly seq: number; readonly rows: readonly AttributeRow[] },
): Promise<void> {
  if (batch.rows.length === 0) return;
  const find = database.prepare(
    'select attributes from attribute where project = ? and series_id = ? order by batch_seq desc limit 1',
  );
  const insert = database.prepare(
    'insert into attribute (project, series_id, batch_seq, attributes) values (?, ?, ?, ?)',
  );
  for (const [i, { seriesId, attributes }] of batch.rows.entries()) {
    if (i > 0 && i % rowsPerTurn === 0) await nextTurn();
    const row = find.get(batch.project, seriesId);
    const before = row === undefined ? '{}' : String(row.attributes);
    const after = canonicalJson({ ...(JSON.parse(before) as CovariateValues), ...attributes });
    if (after !== before) insert.run(batch.project, seriesId, batch.seq, after);
  }
}

/** See `HistoryStore.readAttributes`. */
export async function readAttributes(
  db: Kysely<Schema>,
  project: string,
  options: { batchSeqMax: number; afterSeq: number; afterId: string; limit: number },
): Promise<SeriesAttributes[]> {
  const { batchSeqMax, afterSeq, afterId, limit } = options;
  const newest = db
    .selectFrom('attribute')
    .select((eb) => ['series_id', eb.fn.max('batch_seq').as('batch_seq')])
    .where('project', '=', project)
    .where('series_id', '>', afterId)
    .where('batch_seq', '<=', batchSeqMax)
    .groupBy('series_id')
    .having((eb) => eb.fn.max('batch_seq'), '>', afterSeq)
    .orderBy('series_id')
    .limit(limit)
    .as('newest');
  const rows = await db
    .selectFrom(newest)
    .innerJoin('attribute', (join) =>
      join
        .on('attribute.project', '=', project)
        .onRef('attribute.series_id', '=', 'newest.series_id')
        .onRef('attribute.batch_seq', '=', 'newest.batch_seq'),
    )
    .select(['attribute.series_id', 'attribute.batch_seq', 'attribute.attributes'])
    .orderBy('attribute.series_id')
    .execute();
  return rows.map((row) => ({
    seriesId: row.series_id,
    batchSeq: row.batch_seq,
    attributes: JSON.parse(row.attributes) as CovariateValues,
  }));
}

/** See `HistoryStore.lastAttributesSeq`. */
export async function lastAttributesSeq(
  db: Kysely<Schema>,
  project: string,
  batchSeqMax: number,
): Promise<number> {
  const row = await db
    .selectFrom('attribute')
    .select((eb) => eb.fn.max<number | null>('batch_seq').as('seq'))
    .where('project', '=', project)
    .where('batch_seq', '<=', batchSeqMax)
    .executeTakeFirst();
  return row?.seq ?? 0;
}
