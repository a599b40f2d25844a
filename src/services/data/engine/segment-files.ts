// Segments as the engine sees them: one view over the Parquet files of a history, each row with the number of its batch.

import { symlink } from 'node:fs/promises';
import { join } from 'node:path';

import { ObservationStatus } from '../../../core/index.ts';
import { covariateNames } from './covariate-columns.ts';
import type { TaskContext } from './engine.ts';
import { sqlText } from './sql-text.ts';

/** How every segment is written. Settings change the bytes, and with them the names, of new segments. */
export const segmentFormat = 'FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880';

export interface SegmentFile {
  /** Of the Parquet file, verified. */
  readonly path: string;
  readonly batchSeqMin: number;
}

/**
 * Makes view `name` of the observations that count, with columns series_id, period, value, status, seq; view `name_standing` of
 * plans and refused rows too; and view `name_rows` of those that were taken back as well, with the covariates that the segments have. A file batch's segment does not hold its own
 * number, as that was given when it was committed: it comes from the record. One file may serve several batches.
 * @returns the names of the covariates, and whether `name_rows` has columns part_value and part_status, and those of sums with refused
 * rows: see `rows/add-words.ts`
 */
export async function openSegments(
  context: TaskContext,
  name: string,
  segments: readonly SegmentFile[],
): Promise<{ covariates: string[]; hasParts: boolean; hasSums: boolean }> {
  const { engine } = context;
  await engine.run(`CREATE TABLE ${name}_files (filename VARCHAR, batch BIGINT)`);
  if (segments.length === 0) {
    await engine.run(
      `CREATE VIEW ${name}_rows AS SELECT '' AS series_id, 0 AS period, 0.0::DOUBLE AS value, 0::UTINYINT AS status, 0::BIGINT AS seq WHERE false`,
    );
    await countingRows(engine, name);
    return { covariates: [], hasParts: false, hasSums: false };
  }
  const links = new Map<string, string>();
  const appender = await engine.writing.createAppender(`${name}_files`);
  for (const segment of segments) {
    let link = links.get(segment.path);
    if (link === undefined) {
      // The data folder may have characters that the engine would take for patterns; the link has none.
      link = join(context.scratch, `${name}-${links.size}.parquet`);
      await symlink(segment.path, link);
      links.set(segment.path, link);
    }
    appender.appendVarchar(link);
    appender.appendBigInt(BigInt(segment.batchSeqMin));
    appender.endRow();
  }
  appender.closeSync();
  const list = [...links.values()].map(sqlText).join(', ');
  // Segments differ in their covariates: what one lacks is unknown there.
  const files = `read_parquet([${list}], filename = true, union_by_name = true)`;
  await engine.run(
    `CREATE VIEW ${name}_rows AS SELECT * EXCLUDE (batch_seq, batch, filename), coalesce(batch_seq, batch) AS seq
     FROM ${files} JOIN ${name}_files USING (filename)`,
  );
  await countingRows(engine, name);
  const columns = await engine.rows(`SELECT column_name FROM (DESCRIBE SELECT * FROM ${name}_rows)`);
  const names = columns.map((row) => String(row[0]));
  return {
    covariates: covariateNames(names),
    hasParts: names.includes('part_status'),
    hasSums: names.includes('open_rows'),
  };
}

/** What was taken back does not count, unless a later batch has said it again. */
async function countingRows(engine: TaskContext['engine'], name: string): Promise<void> {
  const { plan, refused, withdrawn } = ObservationStatus;
  await engine.run(
    `CREATE TABLE ${name}_withdrawn AS SELECT series_id, period, max(seq) AS through FROM ${name}_rows
     WHERE status = ${withdrawn} GROUP BY series_id, period`,
  );
  await engine.run(
    `CREATE VIEW ${name}_standing AS SELECT series_id, period, value, status, seq
     FROM ${name}_rows LEFT JOIN ${name}_withdrawn USING (series_id, period)
     WHERE status = ${plan} OR through IS NULL OR seq > through`,
  );
  await engine.run(
    `CREATE VIEW ${name} AS SELECT * FROM ${name}_standing WHERE status NOT IN (${plan}, ${refused})`,
  );
}
