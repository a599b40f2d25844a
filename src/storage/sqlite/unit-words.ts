// What batches say of the units of series.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { UnitWord } from '../ports/index.ts';
import type { Database } from './database.ts';
import type { Schema } from './schema.ts';

const rowsPerTurn = 250;

/** Inside the transaction of a batch. */
export async function addUnitWords(
  database: Database,
  batch: { readonly project: string; readonly seq: number; readonly words: readonly UnitWord[] },
): Promise<void> {
  if (batch.words.length === 0) return;
  const insert = database.prepare(
    'insert or replace into unit_word (project, batch_seq, series_id, word, factor, is_sure) values (?, ?, ?, ?, ?, ?)',
  );
  for (const [i, { seriesId, word, factor, isSure }] of batch.words.entries()) {
    if (i > 0 && i % rowsPerTurn === 0) await nextTurn();
    insert.run(batch.project, batch.seq, seriesId, word, factor, isSure ? 1 : 0);
  }
}

/** See `HistoryStore.readUnitWords`. */
export async function readUnitWords(
  db: Kysely<Schema>,
  project: string,
  afterSeq: number,
): Promise<(UnitWord & { readonly batchSeq: number })[]> {
  const rows = await db
    .selectFrom('unit_word')
    .selectAll()
    .where('project', '=', project)
    .where('batch_seq', '>', afterSeq)
    .orderBy('batch_seq')
    .orderBy('series_id')
    .execute();
  return rows.map(({ batch_seq, series_id, word, factor, is_sure }) => ({
    batchSeq: batch_seq,
    seriesId: series_id,
    word: word as UnitWord['word'],
    factor,
    isSure: is_sure === 1,
  }));
}
