// What earlier batches said: the latest word on some periods, and how the rows of a file meet it.

import { ObservationStatus } from '../../../core/index.ts';
import { ColumnWriter } from './column-writer.ts';
import type { TaskContext } from './engine.ts';
import { buffersOf, noPart, type ObservationArrays, ObservationColumns } from './observation-columns.ts';
import { openSegments, type SegmentFile } from './segment-files.ts';

type Transferable = ReturnType<typeof buffersOf>[number];

const { plan, refused, withdrawn, stockout, observed, missing } = ObservationStatus;
const words = `(${plan}, ${refused})`;

/** The latest word on the periods of `rows`; those without one are left out. */
export async function wordsTask(
  input: { readonly segments: readonly SegmentFile[]; readonly rows: ObservationArrays },
  context: TaskContext,
): Promise<{ output: ObservationArrays; transfer: Transferable[] }> {
  await openSegments(context, 'history', input.segments);
  await makeRows(context, 'asked', input.rows);
  const found = await context.engine.rows(
    `SELECT series_id, period, w.v, w.st, CAST(b AS DOUBLE) FROM (
       SELECT series_id, period, arg_max({'v': h.value, 'st': h.status}, h.seq) AS w, max(h.seq) AS b
       FROM history_rows h JOIN (SELECT DISTINCT series_id, period FROM asked) USING (series_id, period)
       WHERE h.status NOT IN ${words} GROUP BY series_id, period)`,
  );
  const rows = new ObservationColumns();
  for (const [seriesId, period, value, status, seq] of found)
    rows.add(
      {
        seriesId: String(seriesId),
        period: Number(period),
        value: value === null ? Number.NaN : Number(value),
        status: Number(status) as ObservationStatus,
      },
      Number(seq),
    );
  const output = rows.end();
  return { output, transfer: buffersOf(output) };
}

/** Table `name` (series_id, period, value, status, seq) of these rows. */
async function makeRows(context: TaskContext, name: string, rows: ObservationArrays): Promise<void> {
  const { engine } = context;
  const columns = {
    s: 'INTEGER',
    period: 'INTEGER',
    value: 'DOUBLE',
    status: 'UTINYINT',
    seq: 'BIGINT',
  } as const;
  const writer = await ColumnWriter.create(engine, `${name}_coded`, columns);
  for (let i = 0; i < rows.series.length; i++)
    writer.push(
      rows.series[i] ?? 0,
      rows.periods[i] ?? 0,
      rows.values[i] ?? Number.NaN,
      rows.status[i] ?? 0,
      rows.batchSeqs[i] ?? 0,
    );
  writer.end();
  await engine.run(`CREATE TABLE ${name}_ids (s INTEGER, series_id VARCHAR)`);
  const appender = await engine.writing.createAppender(`${name}_ids`);
  rows.ids.forEach((id, s) => {
    appender.appendInteger(s);
    appender.appendVarchar(id);
    appender.endRow();
  });
  appender.closeSync();
  await engine.run(`CREATE VIEW ${name} AS SELECT * EXCLUDE s FROM ${name}_coded JOIN ${name}_ids USING (s)`);
}

/** What a worker needs to set a file beside what is known: segments, and rows that are in none yet. */
export interface EarlierRows {
  readonly segments: readonly (SegmentFile & { readonly periodMin: number; readonly periodMax: number })[];
  readonly tail: ObservationArrays;
}

export interface MetEarlier {
  readonly replaced: number;
  readonly added: number;
}

/** Those of earlier batches that may speak of the same periods as rows of `span`; null = none do. */
export function earlierNear(earlier: EarlierRows, span: { min: number; max: number }): EarlierRows | null {
  const segments = earlier.segments.filter(
    ({ periodMin, periodMax }) => periodMin <= span.max && periodMax >= span.min,
  );
  const { tail } = earlier;
  return segments.length === 0 && tail.series.length === 0 ? null : { segments, tail };
}

/**
 * Sets table `accepted` (k, p, v, st) beside what earlier batches said of its periods; table `ids` has k → id. With `isSum` the
 * rows are added to it, as `rows/add-words.ts` says: v and st become the sum, columns part_value and part_status what they were.
 */
export async function meetEarlierRows(
  context: TaskContext,
  earlier: EarlierRows,
  isSum: boolean,
): Promise<MetEarlier> {
  const { engine } = context;
  await openSegments(context, 'earlier', earlier.segments);
  await makeRows(context, 'waiting', earlier.tail);
  const columns = 'series_id, period, value, status, seq';
  await engine.run(
    `CREATE TABLE met AS SELECT k, p, arg_max({'v': e.value, 'st': e.status}, e.seq) AS w
     FROM (SELECT ${columns} FROM earlier_rows UNION ALL SELECT ${columns} FROM waiting) e
     JOIN ids ON ids.id = e.series_id JOIN accepted USING (k)
     WHERE e.period = accepted.p AND e.status NOT IN ${words} AND accepted.st NOT IN ${words} GROUP BY k, p`,
  );
  const stands = `w.st <> ${withdrawn}`;
  if (!isSum) {
    const [replaced] = await engine.row(
      `SELECT count(*) FROM met JOIN accepted USING (k, p)
       WHERE st NOT IN ${words} AND ${stands} AND (w.st <> st OR w.v IS DISTINCT FROM v)`,
    );
    return { replaced: Number(replaced), added: 0 };
  }
  const [met] = await engine.row('SELECT count(*) FROM met');
  if (Number(met) === 0) return { replaced: 0, added: 0 };
  await engine.run('ALTER TABLE accepted ADD COLUMN part_value DOUBLE');
  await engine.run('ALTER TABLE accepted ADD COLUMN part_status UTINYINT');
  const both = (status: number): string => `${status} IN (st, w.st)`;
  await engine.run(
    `UPDATE accepted SET part_value = v, part_status = st,
       v = CASE WHEN ${stands} THEN coalesce(w.v + v, w.v, v) ELSE v END,
       st = CASE WHEN NOT ${stands} THEN st WHEN ${both(stockout)} THEN ${stockout}
            WHEN ${both(observed)} THEN ${observed} ELSE ${missing} END
     FROM met WHERE accepted.k = met.k AND accepted.p = met.p AND accepted.st NOT IN ${words}`,
  );
  const [added] = await engine.row(
    'SELECT count(*) FROM accepted WHERE part_status IS NOT NULL AND (part_status <> st OR part_value IS DISTINCT FROM v)',
  );
  return { replaced: 0, added: Number(added) };
}

/** Has table `accepted` rows that were added to earlier ones? */
export async function hasParts({ engine }: TaskContext): Promise<boolean> {
  const columns = await engine.rows('SELECT column_name FROM (DESCRIBE SELECT * FROM accepted)');
  return columns.some(([name]) => name === 'part_status');
}

/** The rows of `tail`, all of periods after `after`, as `meetEarlierRows` left them; null = it has none. */
export async function sumsOfTail(
  context: TaskContext,
  tail: ObservationArrays,
  after: number | null,
): Promise<ObservationArrays> {
  const { engine } = context;
  if (after === null || !(await hasParts(context))) return tail;
  const changed = await engine.rows(
    `SELECT id, p, v, st, part_value, part_status FROM accepted JOIN ids USING (k)
     WHERE part_status IS NOT NULL AND p > ${after}`,
  );
  if (changed.length === 0) return tail;
  const byKey = new Map(changed.map((row) => [`${Number(row[1])} ${String(row[0])}`, row]));
  const numberOf = (value: unknown): number => (value === null ? Number.NaN : Number(value));
  const values = tail.values.slice();
  const status = tail.status.slice();
  const parts = {
    values: new Float64Array(values.length).fill(Number.NaN),
    status: new Uint8Array(values.length).fill(noPart),
  };
  for (let i = 0; i < values.length; i++) {
    const row = byKey.get(`${tail.periods[i]} ${tail.ids[tail.series[i] ?? 0]}`);
    if (row === undefined || tail.status[i] === plan || tail.status[i] === refused) continue;
    values[i] = numberOf(row[2]);
    status[i] = Number(row[3]);
    parts.values[i] = numberOf(row[4]);
    parts.status[i] = Number(row[5]);
  }
  return { ...tail, values, status, parts };
}
