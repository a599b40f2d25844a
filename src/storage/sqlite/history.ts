// Batches, the relational tail of observations, and the list of Parquet segments.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Kysely, type Selectable, sql } from 'kysely';
import { AppError, type CovariateValues, ObservationStatus, wholeProject } from '../../core/index.ts';
import type {
  BatchCommit,
  BatchCommitted,
  BatchRecord,
  HistoryStore,
  OpenSum,
  RepairNote,
  SegmentRecord,
  TailRow,
} from '../ports/index.ts';
import { addAttributes, lastAttributesSeq, readAttributes } from './attributes.ts';
import { addClosings, closingBatches, firstArrivals, projectClock, readClosings } from './closings.ts';
import { noteContractLook } from './contract-looks.ts';
import type { Database } from './database.ts';
import { insertEvent } from './events.ts';
import { listed, runText } from './expressions.ts';
import { refuseLaterRows } from './later-rows.ts';
import { refuseRemoved } from './project-records.ts';
import { countRepaired } from './repairs.ts';
import type { BatchTable, Schema, SegmentTable, TailTable } from './schema.ts';
import { advanceSource } from './sources.ts';
import { advanceStream } from './streams.ts';
import { countBatch, countSealed, historyTotals, lockHistory } from './totals.ts';
import { addUnitWords, readUnitWords } from './unit-words.ts';
import { pruneTail, unsettledRows } from './unsettled.ts';
import { noteWithdrawal } from './withdrawals.ts';

/** Rows written before the event loop gets its turn: about two milliseconds. */
const rowsPerTurn = 250;
/** Longer ranges of periods are read as ranges. */
const periodsListedMax = 1000;

const insertTailSql =
  'insert into tail (project, period, series_id, batch_seq, value, status, known_at, covariates, part_value, part_status, refused_rows, answered_rows, open_value, open_status, open_rows) ' +
  'values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)';

export function historyStore(database: Database): HistoryStore {
  return {
    commitBatch: (commit) =>
      database.write('history of the project', (trx) => commitBatch(database, trx, commit)),

    findBatch: (project, idempotencyKey) => database.read((db) => findBatch(db, project, idempotencyKey)),

    getBatch: (id) =>
      database.read(async (db) => {
        const row = await db.selectFrom('batch').selectAll().where('id', '=', id).executeTakeFirst();
        return row === undefined ? undefined : batchOf(row);
      }),

    repairsOf: (project, batchId) =>
      database.read(async (db) => {
        const rows = await db
          .selectFrom('batch')
          .selectAll()
          .where('project', '=', project)
          .where('repair_of', '=', batchId)
          .orderBy('seq')
          .execute();
        return rows.map(batchOf);
      }),

    listRepairs: (project) =>
      database.read(async (db) => {
        const rows = await db
          .selectFrom('batch')
          .innerJoin('batch as repaired', 'repaired.id', 'batch.repair_of')
          .select(['batch.seq as seq', 'repaired.seq as of'])
          .where('batch.project', '=', project)
          .where('batch.repair_of', 'is not', null)
          .orderBy('batch.seq')
          .execute();
        return rows;
      }),

    listBatches: (project, { afterSeq, limit }) =>
      database.read(async (db) => {
        const rows = await db
          .selectFrom('batch')
          .selectAll()
          .where('project', '=', project)
          .where('seq', '>', afterSeq)
          .orderBy('seq')
          .limit(limit)
          .execute();
        return rows.map(batchOf);
      }),

    newestBatches: (project, { beforeSeq, limit }) =>
      database.read(async (db) => {
        const rows = await db
          .selectFrom('batch')
          .selectAll()
          .where('project', '=', project)
          .where('seq', '<', beforeSeq ?? Number.MAX_SAFE_INTEGER)
          .orderBy('seq', 'desc')
          .limit(limit)
          .execute();
        return rows.map(batchOf);
      }),

    readTail: (project, options) => database.read((db) => readTail(db, project, options)),

    readActuals: (project, { periodMin, periodMax, seriesIds }) =>
      database.read(async (db) => {
        const only = seriesIds === undefined ? sql`` : sql`and series_id in ${listed(seriesIds)}`;
        // Listed one by one, periods and series are looked up in the primary key; a range of periods would be read whole.
        const periods =
          seriesIds === undefined || periodMax - periodMin > periodsListedMax
            ? sql`between ${periodMin} and ${periodMax}`
            : sql`in ${listed(periodList(periodMin, periodMax))}`;
        const latest = await sql<Selectable<TailTable>>`
          select project, period, series_id, batch_seq, value, status, known_at, covariates, part_value, part_status,
            refused_rows, answered_rows, open_value, open_status, open_rows from (
            select tail.*, row_number() over (
              partition by period, series_id order by status = ${ObservationStatus.refused} and open_rows is null, batch_seq desc) as place
            from tail
            where project = ${project} and period ${periods} ${only} and status <> ${ObservationStatus.plan}
          ) as known where place = 1 order by period, series_id`.execute(db);
        return latest.rows.map(tailOf);
      }),

    readSeriesRows: (project, { seriesId, periodMin, periodMax }) =>
      database.read(async (db) => {
        const rows: Selectable<TailTable>[] = [];
        // Listed, as above.
        for (let from = periodMin; from <= periodMax; from += periodsListedMax)
          rows.push(
            ...(await db
              .selectFrom('tail')
              .selectAll()
              .where('project', '=', project)
              .where('period', 'in', periodList(from, Math.min(periodMax, from + periodsListedMax - 1)))
              .where('series_id', '=', seriesId)
              .execute()),
          );
        return rows.map(tailOf).sort((a, b) => a.batchSeq - b.batchSeq || a.period - b.period);
      }),

    readCovariates: (project, options) => database.read((db) => readCovariates(db, project, options)),

    readUnsettled: (project, range) =>
      database.read(async (db) => (await unsettledRows(db, project, range)).map(tailOf)),

    readClosings: (project, options) => database.read((db) => readClosings(db, project, options)),

    closingBatches: (project, batchSeqMax) => database.read((db) => closingBatches(db, project, batchSeqMax)),

    firstArrivals: (project, afterPeriod) => database.read((db) => firstArrivals(db, project, afterPeriod)),

    projectClock: (project) => database.read((db) => projectClock(db, project)),

    historyTotals: (project) => database.read((db) => historyTotals(db, project)),

    readAttributes: (project, options) => database.read((db) => readAttributes(db, project, options)),

    readUnitWords: (project, afterSeq) => database.read((db) => readUnitWords(db, project, afterSeq)),

    lastAttributesSeq: (project, batchSeqMax) =>
      database.read((db) => lastAttributesSeq(db, project, batchSeqMax)),

    sealBatches: (project, batchSeqs, segment) =>
      database.write('history of the project', (trx) => sealBatches(trx, project, batchSeqs, segment)),

    listSegments: (project, { batchSeqMax }) =>
      database.read(async (db) => {
        const rows = await db
          .selectFrom('segment')
          .selectAll()
          .where('project', '=', project)
          .where('batch_seq_max', '<=', batchSeqMax)
          .orderBy('batch_seq_min')
          .orderBy('hash')
          .execute();
        return rows.map(segmentOf);
      }),

    pruneTail: (project, range) =>
      database.write('history of the project', (trx) => pruneTail(trx, project, range)),
  };
}

async function commitBatch(
  database: Database,
  trx: Kysely<Schema>,
  {
    batch,
    tail,
    segment,
    attributes = [],
    advance,
    source,
    addedTo,
    withdrawal,
    closings,
    repairsKnown,
    failed,
    looked,
    unitWords = [],
  }: BatchCommit,
): Promise<BatchCommitted> {
  await refuseRemoved(trx, batch.project);
  await lockHistory(trx, batch.project);
  const known = await findBatch(trx, batch.project, batch.idempotencyKey);
  if (known !== undefined) return { batch: known, replayed: true, landed: null };
  if (batch.repair !== undefined)
    await countRepaired(trx, batch.project, { repair: batch.repair, repairsKnown });
  if (addedTo !== undefined) await refuseLaterRows(trx, batch.project, addedTo);
  if (advance !== undefined) await advanceStream(trx, advance);
  if (source !== undefined) await advanceSource(database, trx, source);
  const { seq } = await trx
    .insertInto('batch')
    .values({
      id: batch.id,
      project: batch.project,
      idempotency_key: batch.idempotencyKey,
      content_hash: batch.contentHash,
      source: batch.source,
      received_at: batch.receivedAt,
      rows_accepted: batch.rowsAccepted,
      rows_planned: batch.rowsPlanned,
      rows_described: batch.rowsDescribed,
      rows_duplicate: batch.rowsDuplicate,
      rows_replaced: batch.rowsReplaced,
      rows_added: batch.rowsAdded,
      rows_quarantined: batch.rowsQuarantined,
      quarantined_by_code: JSON.stringify(batch.quarantinedByCode),
      quarantine_hash: batch.quarantineHash,
      period_min: batch.periodMin,
      period_max: batch.periodMax,
      closes_through: batch.closesThrough,
      open_from: batch.openFrom,
      sealed: batch.sealed ? 1 : 0,
      repair_of: batch.repair?.batchId ?? null,
      repair: batch.repair === undefined ? null : JSON.stringify(batch.repair),
      rows_repaired: 0,
    })
    .returning('seq')
    .executeTakeFirstOrThrow();
  if (withdrawal !== undefined) await noteWithdrawal(trx, withdrawal, { ...batch, seq });
  const after = await countBatch(trx, { ...batch, seq });
  const insertTail = database.prepare(insertTailSql);
  for (const [i, row] of tail.entries()) {
    // The transaction keeps the connection to itself while requests that need none are answered.
    if (i > 0 && i % rowsPerTurn === 0) await nextTurn();
    const value = Number.isFinite(row.value) ? row.value : null;
    const covariates = row.covariates === undefined ? null : JSON.stringify(row.covariates);
    insertTail.run(
      batch.project,
      row.period,
      row.seriesId,
      seq,
      value,
      row.status,
      batch.receivedAt,
      covariates,
      row.part === undefined || Number.isNaN(row.part.value) ? null : row.part.value,
      row.part?.status ?? null,
      row.refused ?? null,
      row.answered ?? null,
      row.open === undefined || Number.isNaN(row.open.value) ? null : row.open.value,
      row.open?.status ?? null,
      row.open?.rows ?? null,
    );
  }
  await addAttributes(database, { project: batch.project, seq, rows: attributes });
  await addUnitWords(database, { project: batch.project, seq, words: unitWords });
  if (segment !== null) {
    await insertSegment(trx, batch.project, { ...segment, batchSeqMin: seq, batchSeqMax: seq });
  }
  const closed = await addClosings(trx, { project: batch.project, seq, at: batch.receivedAt }, closings);
  const clock = closed.find(({ group }) => group === wholeProject)?.through;
  if (looked !== undefined) await noteContractLook(trx, { project: batch.project, kind: 'batch' }, looked);
  if (failed !== undefined)
    await insertEvent(trx, {
      at: batch.receivedAt,
      project: batch.project,
      type: 'contract.failed',
      data: failed,
    });
  await insertEvent(trx, {
    at: batch.receivedAt,
    project: batch.project,
    type: 'batch.committed',
    data: {
      batchId: batch.id,
      seq,
      rowsAccepted: batch.rowsAccepted,
      ...(batch.rowsPlanned > 0 ? { rowsPlanned: batch.rowsPlanned } : {}),
      ...(batch.rowsDescribed > 0 ? { rowsDescribed: batch.rowsDescribed } : {}),
      ...(batch.rowsReplaced > 0 ? { rowsReplaced: batch.rowsReplaced } : {}),
      ...(batch.rowsAdded > 0 ? { rowsAdded: batch.rowsAdded } : {}),
      rowsQuarantined: batch.rowsQuarantined,
      periodMin: batch.periodMin,
      periodMax: batch.periodMax,
      ...(closed.length > 0 ? { groupsClosed: closed.length } : {}),
      ...(clock === undefined ? {} : { projectClock: clock }),
      ...(batch.repair === undefined ? {} : { repairOf: batch.repair.batchId, by: batch.repair.by }),
    },
  });
  return { batch: { ...batch, seq }, replayed: false, landed: { after, closings: closed } };
}

async function findBatch(
  db: Kysely<Schema>,
  project: string,
  idempotencyKey: string,
): Promise<BatchRecord | undefined> {
  const [row] = await runText<Selectable<BatchTable>>(
    db,
    'select * from batch where project = ? and idempotency_key = ?',
    [project, idempotencyKey],
  );
  return row === undefined ? undefined : batchOf(row);
}

function periodList(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}

async function readTail(
  db: Kysely<Schema>,
  project: string,
  { afterSeq, unsealedOnly, limit }: { afterSeq: number; unsealedOnly: boolean; limit: number },
): Promise<TailRow[]> {
  let query = db
    .selectFrom('tail')
    .selectAll('tail')
    .where('tail.project', '=', project)
    .orderBy('tail.batch_seq')
    .orderBy('tail.period')
    .orderBy('tail.series_id');
  if (unsealedOnly) {
    // The few unsealed batches are listed first: sealed rows may stay in the tail for long, and would all be walked over.
    query = query.where('tail.batch_seq', 'in', (eb) =>
      eb
        .selectFrom('batch')
        .select('seq')
        .where('project', '=', project)
        .where('sealed', '=', 0)
        .where('seq', '>', afterSeq),
    );
  }
  const page = await query
    .where('tail.batch_seq', '>', afterSeq)
    .limit(limit + 1)
    .execute();
  if (page.length <= limit) return page.map(tailOf);
  const cutSeq = page.at(-1)?.batch_seq;
  const whole = page.filter((row) => row.batch_seq !== cutSeq);
  if (whole.length > 0) return whole.map(tailOf);
  const first = await query.where('tail.batch_seq', '=', page[0]?.batch_seq ?? 0).execute();
  return first.map(tailOf);
}

/** The index of rows with covariates has them in this order, so a page costs no more than its rows. */
async function readCovariates(
  db: Kysely<Schema>,
  project: string,
  { afterSeq, periodMin, limit, afterRow }: Parameters<HistoryStore['readCovariates']>[1],
): Promise<TailRow[]> {
  let query = db
    .selectFrom('tail')
    .selectAll()
    .where('project', '=', project)
    .where('covariates', 'is not', null)
    .where('period', '>=', periodMin)
    .orderBy('batch_seq')
    .orderBy('period')
    .orderBy('series_id')
    .limit(limit);
  if (afterRow === undefined) query = query.where('batch_seq', '>', afterSeq);
  else {
    const { batchSeq, period, seriesId } = afterRow;
    query = query.where((eb) =>
      eb(eb.refTuple('batch_seq', 'period', 'series_id'), '>', eb.tuple(batchSeq, period, seriesId)),
    );
  }
  return (await query.execute()).map(tailOf);
}

async function sealBatches(
  trx: Kysely<Schema>,
  project: string,
  batchSeqs: readonly number[],
  segment: SegmentRecord,
): Promise<void> {
  await lockHistory(trx, project);
  const same = await trx
    .selectFrom('segment')
    .select('hash')
    .where('project', '=', project)
    .where('hash', '=', segment.hash)
    .where('batch_seq_min', '=', segment.batchSeqMin)
    .executeTakeFirst();
  if (same !== undefined) return;
  const seqs = listed(batchSeqs);
  const result = await trx
    .updateTable('batch')
    .set({ sealed: 1 })
    .where('project', '=', project)
    .where('sealed', '=', 0)
    .where('seq', 'in', seqs)
    .executeTakeFirst();
  if (Number(result.numUpdatedRows) !== batchSeqs.length) {
    throw new AppError(
      'store/conflict',
      `${batchSeqs.length} batches of ${project} were to be sealed, ${result.numUpdatedRows} still can: another process has sealed the rest`,
    );
  }
  const rows = await trx
    .selectFrom('batch')
    .select((eb) => eb.fn.sum<number>(eb('rows_accepted', '+', eb.ref('rows_quarantined'))).as('rows'))
    .where('project', '=', project)
    .where('seq', 'in', seqs)
    .executeTakeFirst();
  await countSealed(trx, project, rows?.rows ?? 0);
  await insertSegment(trx, project, segment);
}

async function insertSegment(trx: Kysely<Schema>, project: string, segment: SegmentRecord): Promise<void> {
  await trx
    .insertInto('segment')
    .values({
      project,
      hash: segment.hash,
      rows: segment.rows,
      period_min: segment.periodMin,
      period_max: segment.periodMax,
      batch_seq_min: segment.batchSeqMin,
      batch_seq_max: segment.batchSeqMax,
    })
    .execute();
}

function batchOf(row: Selectable<BatchTable>): BatchRecord {
  return {
    seq: row.seq,
    id: row.id,
    project: row.project,
    idempotencyKey: row.idempotency_key,
    contentHash: row.content_hash,
    source: row.source,
    receivedAt: row.received_at,
    rowsAccepted: row.rows_accepted,
    rowsPlanned: row.rows_planned,
    rowsDescribed: row.rows_described,
    rowsDuplicate: row.rows_duplicate,
    rowsReplaced: row.rows_replaced,
    rowsAdded: row.rows_added,
    rowsQuarantined: row.rows_quarantined,
    quarantinedByCode: JSON.parse(row.quarantined_by_code) as Record<string, number>,
    quarantineHash: row.quarantine_hash,
    periodMin: row.period_min,
    periodMax: row.period_max,
    closesThrough: row.closes_through,
    openFrom: row.open_from,
    sealed: row.sealed === 1,
    ...(row.repair === null ? {} : { repair: JSON.parse(row.repair) as RepairNote }),
    ...(row.rows_repaired === 0 ? {} : { rowsRepaired: row.rows_repaired }),
  };
}

function tailOf(row: Selectable<TailTable>): TailRow {
  return {
    seriesId: row.series_id,
    period: row.period,
    value: row.value ?? Number.NaN,
    status: row.status as ObservationStatus,
    batchSeq: row.batch_seq,
    knownAt: row.known_at,
    ...(row.part_status === null
      ? {}
      : { part: { value: row.part_value ?? Number.NaN, status: row.part_status as ObservationStatus } }),
    ...(row.refused_rows === null ? {} : { refused: row.refused_rows }),
    ...(row.answered_rows === null ? {} : { answered: row.answered_rows }),
    ...(row.open_rows === null ? {} : { open: openOf(row) }),
    ...(row.covariates === null ? {} : { covariates: JSON.parse(row.covariates) as CovariateValues }),
  };
}

function openOf({ open_value: value, open_status: status, open_rows: rows }: Selectable<TailTable>): OpenSum {
  return { value: value ?? Number.NaN, status: (status ?? 0) as ObservationStatus, rows: rows ?? 0 };
}

function segmentOf(row: Selectable<SegmentTable>): SegmentRecord {
  return {
    hash: row.hash,
    rows: row.rows,
    periodMin: row.period_min,
    periodMax: row.period_max,
    batchSeqMin: row.batch_seq_min,
    batchSeqMax: row.batch_seq_max,
  };
}
