// Quarantined rows mended and sent again. A batch is never changed: they land as a batch of their own, which names where they lay and
// what was changed. What is still refused lies in the quarantine of that batch, so each row waits in one place only.

import { createHash } from 'node:crypto';
import { AppError, canonicalJson, cellsDialect, isAppError, type Project } from '../../core/index.ts';
import type { BatchRecord, RepairNote, RowEdit, RowRange } from '../../storage/ports/index.ts';
import { answeredOf } from './answered-rows.ts';
import { ingestBody } from './ingest.ts';
import { checkedEdit, mendedCells } from './mend-cells.ts';
import { quarantinedBatch, quarantineLines } from './quarantine.ts';
import type { QuarantineCode, QuarantinedRow } from './rows/quarantine-codes.ts';
import type { Ingest, IngestResult } from './taken-batch.ts';

/** Of one repair. */
const rowsMax = 200_000;
/** Of one of its batches: a few milliseconds to check. */
const batchRowsMax = 2_000;
const batchBytesMax = 384 * 1024;
/** Others that repair rows of the same batch make it begin anew. */
const triesMax = 5;
/** Such rows were set aside by a rule of the project, and not as faults. */
const neverSent: ReadonlySet<QuarantineCode> = new Set(['left-out', 'repeated-header']);

export interface RepairRequest {
  readonly batchId: string;
  /** Only rows refused for this reason. */
  readonly code?: string | undefined;
  /** Only these rows of the batch. */
  readonly rows?: readonly RowRange[] | undefined;
  readonly edit?: RowEdit | undefined;
  /** They are right: what only looked wrong beside other rows, as a jump of unit, is not asked again. */
  readonly accept?: boolean | undefined;
  /** They are no demand: they are given up, and sums wait for them no more. With `reason` alone, which must say why. */
  readonly discard?: boolean | undefined;
  readonly reason?: string | undefined;
  readonly by: string;
}

export interface RepairResult {
  /** The batches that were committed, or had been by the same repair before. */
  readonly batches: readonly BatchRecord[];
  /** All of it had been done before: nothing was added. */
  readonly replayed: boolean;
  /** Rows that were sent again. */
  readonly rowsSent: number;
  /** Rows that were meant, and of which it is not plain what their columns held. */
  readonly rowsUnreadable: number;
  /** The first few rows that are still refused. */
  readonly problems: readonly QuarantinedRow[];
}

interface Chosen {
  readonly at: QuarantinedRow['at'];
  readonly row: number;
  readonly key: string;
  readonly line: string;
}

/**
 * Sends quarantined rows of a batch again, mended or accepted. The same repair a second time adds nothing, as rows that were sent
 * again are left alone.
 * @throws AppError `data/unknown-batch`, `data/quarantine-removed`, `data/bad-repair`, `data/nothing-to-repair`,
 * `data/repair-too-large`, `data/repair-overtaken`
 */
export async function repairRows(
  ingest: Ingest,
  project: Project,
  request: RepairRequest,
): Promise<RepairResult> {
  const edit = checkedEdit(request.edit ?? {}, project);
  const { accept: accepted = false, discard: discarded = false } = request;
  const isEdit = Object.keys(edit).length > 0;
  if (!accepted && !discarded && !isEdit)
    throw new AppError(
      'data/bad-repair',
      'say what becomes of the rows: an edit of their columns, that they are accepted, or that they are given up',
    );
  if (discarded && (accepted || isEdit))
    throw new AppError('data/bad-repair', 'rows that are given up are neither mended nor accepted');
  if (discarded && (request.reason ?? '').trim() === '')
    throw new AppError('data/bad-repair', 'say why the rows are given up: it is kept with the batch');
  for (let tries = 1; ; tries++)
    try {
      return await sendAgain(ingest, project, { ...request, edit, accepted, discarded });
    } catch (error) {
      if (tries === triesMax || !isAppError(error, 'data/repair-overtaken')) throw error;
    }
}

type Checked = RepairRequest & {
  readonly edit: RowEdit;
  readonly accepted: boolean;
  readonly discarded: boolean;
};

async function sendAgain(ingest: Ingest, project: Project, request: Checked): Promise<RepairResult> {
  const { context } = ingest;
  const batch = await quarantinedBatch(context, project.name, request.batchId);
  const repairs = await context.store.repairsOf(project.name, batch.id);
  const meant = canonicalJson({
    code: request.code ?? null,
    rows: request.rows ?? null,
    edit: request.edit,
    accepted: request.accepted,
    ...(request.discarded ? { discarded: true } : {}),
  });
  const key = `repair:${batch.id}:${createHash('sha256').update(meant).digest('hex').slice(0, 16)}`;
  const { chosen, unreadable, reading } = await choose(ingest, project, { batch, repairs, request });
  if (chosen.length === 0) return before(repairs, { key, unreadable, batch });
  const results: IngestResult[] = [];
  for (const part of parts(chosen)) {
    const rows = rangesOf(part.map(({ row }) => row));
    const note: RepairNote = {
      batchId: batch.id,
      edit: request.edit,
      accepted: request.accepted,
      ...(request.discarded ? { discarded: true } : {}),
      rows,
      by: request.by,
      reason: request.reason ?? '',
    };
    const lines = request.discarded ? [] : part.map(({ line }) => `${line}\n`);
    const bytes = Buffer.from(lines.join(''));
    const sent = await ingestBody(ingest, request.accepted ? asTheyAre(reading) : reading, bytes, {
      format: 'ndjson',
      source: 'repair',
      mixed: true,
      idempotencyKey: `${key}:${rows[0]?.[0] ?? 0}`,
      repair: {
        note,
        answered: answeredOf(part),
        seq: batch.seq,
        repairsKnown: repairs.length + results.length,
      },
    });
    results.push(sent);
  }
  return {
    batches: results.map((one) => one.batch),
    replayed: false,
    rowsSent: chosen.length,
    rowsUnreadable: unreadable,
    problems: results.flatMap((one) => one.problems).slice(0, 20),
  };
}

/** Nothing is left to do: it was done before, or there never was anything. */
function before(
  repairs: readonly BatchRecord[],
  { key, unreadable, batch }: { key: string; unreadable: number; batch: BatchRecord },
): RepairResult {
  const same = repairs.filter(({ idempotencyKey }) => idempotencyKey.startsWith(`${key}:`));
  if (same.length === 0)
    throw new AppError(
      'data/nothing-to-repair',
      unreadable > 0
        ? `of ${unreadable} rows of ${batch.id} it is not plain what their columns held: send them again by hand`
        : `no quarantined row of ${batch.id} is left that this would change`,
      { details: { rowsUnreadable: unreadable, rowsRepaired: batch.rowsRepaired ?? 0 } },
    );
  return { batches: same, replayed: true, rowsSent: 0, rowsUnreadable: unreadable, problems: [] };
}

/**
 * The rows that are meant, that nobody has sent again, and that the edit changes, as lines of JSON; and the project as it reads them:
 * those of a file with a mapping are written as that file is.
 */
async function choose(
  { context }: Ingest,
  project: Project,
  of: { batch: BatchRecord; repairs: readonly BatchRecord[]; request: Checked },
): Promise<{ chosen: Chosen[]; unreadable: number; reading: Project }> {
  const { code, rows, edit, accepted, discarded } = of.request;
  const taken = of.repairs.flatMap(({ repair }) => repair?.rows ?? []).sort((a, b) => a[0] - b[0]);
  const { series, time } = project.columns;
  const chosen: Chosen[] = [];
  let unreadable = 0;
  let reading = project;
  for await (const one of quarantineLines(context, of.batch)) {
    if (neverSent.has(one.code) || (code !== undefined && one.code !== code)) continue;
    if (rows !== undefined && !rows.some(([from, to]) => one.row >= from && one.row <= to)) continue;
    if (isIn(taken, one.row)) continue;
    // A batch is of one file, so that the first of its rows speaks for all.
    if (one.dialect !== undefined && reading === project)
      reading = { ...project, dialect: cellsDialect(one.dialect) };
    const { row, at } = one;
    const cells = one.cells === undefined ? null : mendedCells({ ...one, cells: one.cells }, edit, reading);
    if (discarded) chosen.push({ row, at, key: String(row), line: '' });
    else if (cells === null) unreadable += 1;
    else if (accepted || cells !== one.cells) {
      const key = [...series, time].map((name) => cells[name] ?? '').join('\0');
      chosen.push({ row, at, key, line: JSON.stringify(cells) });
    }
    if (chosen.length > rowsMax)
      throw new AppError(
        'data/repair-too-large',
        `more than ${rowsMax} rows of ${of.batch.id} are meant: name a code, or some rows at a time`,
      );
  }
  return { chosen, unreadable, reading };
}

/** In batches of bounded size; rows of one series and time stay together, as they may contradict each other. */
function parts(chosen: readonly Chosen[]): Chosen[][] {
  const found: Chosen[][] = [];
  let bytes = 0;
  for (const [i, one] of [...chosen]
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.row - b.row))
    .entries()) {
    const last = found.at(-1);
    const size = Buffer.byteLength(one.line) + 1;
    const isFull = last !== undefined && (last.length >= batchRowsMax || bytes + size > batchBytesMax);
    if (i === 0 || (isFull && last.at(-1)?.key !== one.key)) {
      found.push([one]);
      bytes = size;
    } else {
      last?.push(one);
      bytes += size;
    }
  }
  return found.map((part) => part.sort((a, b) => a.row - b.row));
}

/** The project without the rules that tell what is out of the ordinary beside other rows. */
function asTheyAre(project: Project): Project {
  return {
    ...project,
    units: 'off',
    contract: { ...project.contract, unitJumpFactor: 0, jumpPeriodsMax: Number.MAX_SAFE_INTEGER },
  };
}

/** Rows as people write them: `3,7-9`. @throws AppError `data/bad-repair` */
export function rowRanges(text: string): RowRange[] {
  return text.split(',').map((part) => {
    const found = /^\s*(\d{1,12})(?:\s*-\s*(\d{1,12}))?\s*$/.exec(part);
    const range = [Number(found?.[1]), Number(found?.[2] ?? found?.[1])] as const;
    if (range[0] <= range[1]) return range;
    throw new AppError(
      'data/bad-repair',
      `rows are written as 3,7-9; ${JSON.stringify(part.slice(0, 80))} is none`,
    );
  });
}

/** Of ascending numbers. */
function rangesOf(rows: readonly number[]): RowRange[] {
  const ranges: [number, number][] = [];
  for (const row of rows) {
    const last = ranges.at(-1);
    if (last !== undefined && row <= last[1] + 1) last[1] = row;
    else ranges.push([row, row]);
  }
  return ranges;
}

/** @param ranges ascending, none over another */
function isIn(ranges: readonly RowRange[], row: number): boolean {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle] as RowRange)[1] < row) low = middle + 1;
    else high = middle;
  }
  return low < ranges.length && (ranges[low] as RowRange)[0] <= row;
}
