// A look at the whole database as it is at one moment: read-only, in one read transaction, beside whoever writes.

import { createHash } from 'node:crypto';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { AppError } from '../../core/index.ts';
import type {
  Inspection,
  Ledger,
  LedgerEntry,
  LedgerPoint,
  NamedBlob,
  SegmentRecord,
} from '../ports/index.ts';
import { checkOrder, checkReferences } from './inspect-records.ts';
import { migrations } from './migrations.ts';
import { storeError } from './sqlite-error.ts';

const findingsMax = 100;

/**
 * Opens a database to look at it.
 * @throws AppError `store/unavailable`, `store/corrupt`, `store/too-new`, `store/needs-upgrade`
 */
export function openInspection(path: string): Inspection {
  const file = attempt(() => new DatabaseSync(path, { readOnly: true, timeout: 5000 }));
  try {
    attempt(() => {
      checkShape(file, path);
      // What is read from here on is of this moment, whatever is written meanwhile.
      file.exec('begin');
      file.prepare('select count(*) from sqlite_master').get();
    });
  } catch (error) {
    file.close();
    throw error;
  }
  return {
    instance: () => {
      const row = file.prepare('select id, created_at, commits from instance').get();
      return {
        id: String(row?.id ?? ''),
        createdAt: Number(row?.created_at ?? 0),
        commits: Number(row?.commits ?? 0),
      };
    },
    tables: () =>
      file
        .prepare(
          "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name",
        )
        .all()
        .map(({ name }) => String(name)),
    checkTable: (name) => findings(() => file.prepare(`pragma integrity_check("${name}")`).all()),
    checkReferences: () => checkReferences(file),
    checkOrder: () => checkOrder(file),
    namedBlobs: () => namedBlobs(file),
    segments: () =>
      file.prepare('select * from segment order by project, batch_seq_min, hash').all().map(segmentOf),
    size: () => {
      const of = (sql: string): number => Number(Object.values(file.prepare(sql).get() ?? {})[0] ?? 0);
      const pages = of('pragma page_count') - of('pragma freelist_count');
      return {
        databaseBytes: pages * of('pragma page_size'),
        predictions: of('select count(*) from prediction'),
        events: of('select count(*) from event'),
      };
    },
    ledger: (point) => ledgerOf(file, point ?? pointOf(file)),
    close: () => {
      if (file.isOpen) file.close();
    },
  };
}

function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storeError(error);
  }
}

/** A damaged page may keep even the check from running: that is a finding too. */
function findings(check: () => Record<string, SQLOutputValue>[]): string[] {
  try {
    return check()
      .map((row) => String(Object.values(row)[0]))
      .filter((line) => line !== 'ok')
      .slice(0, findingsMax);
  } catch (error) {
    return [(error as Error).message];
  }
}

function checkShape(file: DatabaseSync, path: string): void {
  const shape = Number(file.prepare('select max(number) as number from migration').get()?.number ?? 0);
  const known = migrations.at(-1)?.number ?? 0;
  if (shape === known) return;
  const details = { databaseShape: shape, knownShape: known };
  if (shape > known)
    throw new AppError('store/too-new', `${path} has shape ${shape}, this version knows ${known}`, {
      details,
    });
  throw new AppError(
    'store/needs-upgrade',
    `${path} has shape ${shape}, this version looks at shape ${known}`,
    { details },
  );
}

/** Names in JSON and of jobs that have not ended count too: a file of theirs is not to be missed, nor removed. */
const namedSql = `
select hash, 'segment of ' || project as named_by from segment
union all select json_extract(value, '$.hash'), 'snapshot ' || substr(snapshot.id, 1, 12) || ' of ' || project from snapshot, json_each(segments)
union all select artifact_hash, 'version ' || number || ' of ' || project from version where artifact_removed_at is null
union all select hash, job_file.name || ' of job ' || job_id from job_file join job on job.id = job_id where state in ('queued', 'running')
union all select quarantine_hash, 'quarantined rows of ' || id from batch where quarantine_hash is not null
union all select json_extract(value, '$.hash'), 'artifact of ' || run.id from run, json_each(artifacts)
  where json_extract(value, '$.hash') not in (select artifact_hash from version where artifact_removed_at is not null)`;

function* namedBlobs(file: DatabaseSync): Iterable<NamedBlob> {
  for (const row of file.prepare(namedSql).iterate())
    yield { hash: String(row.hash), namedBy: String(row.named_by) };
  const active = file
    .prepare("select id, input, results from job where state in ('queued', 'running')")
    .all();
  for (const { id, input, results } of active)
    for (const [hash] of `${input} ${results}`.matchAll(/\b[0-9a-f]{64}\b/g))
      yield { hash, namedBy: `job ${id}` };
}

function segmentOf(row: Record<string, SQLOutputValue>): SegmentRecord & { project: string } {
  return {
    project: String(row.project),
    hash: String(row.hash),
    rows: Number(row.rows),
    periodMin: Number(row.period_min),
    periodMax: Number(row.period_max),
    batchSeqMin: Number(row.batch_seq_min),
    batchSeqMax: Number(row.batch_seq_max),
  };
}

function pointOf(file: DatabaseSync): LedgerPoint {
  const last = (column: string, table: string): number =>
    Number(file.prepare(`select max(${column}) as last from ${table}`).get()?.last ?? 0);
  return {
    batchSeq: last('seq', 'batch'),
    eventSeq: last('seq', 'event'),
    predictionRow: last('rowid', 'prediction'),
    exposureRow: last('rowid', 'exposure'),
    overrideRow: last('seq', 'override_entry'),
    versionRow: last('rowid', 'version'),
  };
}

function ledgerOf(file: DatabaseSync, point: LedgerPoint): Ledger {
  const entry = (sql: string, upTo: number): LedgerEntry => {
    const hash = createHash('sha256');
    let count = 0;
    for (const row of file.prepare(sql).iterate(upTo)) {
      count += 1;
      for (const value of Object.values(row)) {
        hash.update(value instanceof Uint8Array ? value : String(value));
        hash.update('\n');
      }
    }
    return { count, hash: hash.digest('hex') };
  };
  const rows = entry(
    'select seq, rows_accepted, content_hash from batch where seq <= ? and rows_accepted > 0 order by seq',
    point.batchSeq,
  );
  const accepted = file
    .prepare('select sum(rows_accepted) as n from batch where seq <= ?')
    .get(point.batchSeq);
  return {
    point,
    rows: { ...rows, count: Number(accepted?.n ?? 0) },
    batches: entry(
      'select seq, id, project, idempotency_key, content_hash, rows_accepted, rows_quarantined from batch where seq <= ? order by seq',
      point.batchSeq,
    ),
    predictions: entry(
      'select id, series_id, version_id, cutoff, mean, quantiles from prediction where rowid <= ? order by rowid',
      point.predictionRow,
    ),
    exposures: entry(
      'select project, salt, unit, arm, version_id, at from exposure where rowid <= ? order by rowid',
      point.exposureRow,
    ),
    overrides: entry(
      'select seq, id, change_id, project, series_id, period, kind, ends, at, by, reason, value, asked, said from override_entry where seq <= ? order by seq',
      point.overrideRow,
    ),
    versions: entry(
      'select id, project, number, artifact_hash from version where rowid <= ? order by rowid',
      point.versionRow,
    ),
    events: entry(
      'select seq, at, project, type, data from event where seq <= ? order by seq',
      point.eventSeq,
    ),
  };
}
