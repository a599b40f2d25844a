// Closes periods that nobody needs to close: when the usual reporters have come, or the allowed lateness has passed. It reads the
// evidence, asks `core/decide-closing.ts`, and commits what that says as a batch without rows, so that every process, restart
// and snapshot agrees. Any process may do it: the same closings land once.

import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type Closing,
  canonicalJson,
  closedByLateness,
  closedByReporters,
  defaultLatenessHours,
  type Project,
  periodOf,
  wholeProject,
} from '../../core/index.ts';
import type { TailRow } from '../../storage/ports/index.ts';
import { batchEnds } from './batch-ends.ts';
import type { DataContext } from './data-options.ts';
import { observationsSince } from './observations-since.ts';
import { withoutRows } from './own-batch.ts';
import { ReportingTable } from './reporting-table.ts';
import { TimeZone } from './rows/time-zone.ts';
import { segmentFiles } from './segments.ts';

/** `BatchRecord.source` of what this file commits. */
export const closingSource = 'closing';
const hourMs = 3_600_000;
const pageRows = 1_000;
/** Series loaded before the event loop gets its turn: a few milliseconds. */
const seriesPerTurn = 1_000;

export class PeriodCloser {
  readonly #context: DataContext;
  readonly #tables: Map<string, ReportingTable> = new Map();
  readonly #turns: Map<string, Promise<unknown>> = new Map();

  constructor(context: DataContext) {
    this.#context = context;
  }

  /**
   * Closes what may be closed by now.
   * @returns what it has closed; [] as a rule
   * Cost: O(rows that came since the last time + series of groups that reported); the first call reads the history, in a worker.
   */
  close(project: Project): Promise<readonly Newly[]> {
    return this.#inTurn(project, async () => {
      const table = await this.#upToDate(project);
      const closings = decide(project, table, this.#context.clock.now());
      if (closings.length === 0) return closings;
      try {
        await this.#commit(project, closings);
        return closings;
      } catch (error) {
        // It holds already what was not committed.
        this.#tables.delete(project.name);
        throw error;
      }
    });
  }

  /** Who has reported what, up to the last batch. */
  evidence(project: Project): Promise<ReportingTable> {
    return this.#inTurn(project, () => this.#upToDate(project));
  }

  /** Nothing is kept of a project that is gone, or of which the settings have changed. */
  async forget(name: string): Promise<void> {
    await this.#turns.get(name);
    this.#tables.delete(name);
    this.#turns.delete(name);
  }

  #inTurn<T>({ name }: Pick<Project, 'name'>, work: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(name) ?? Promise.resolve()).then(work, work);
    this.#turns.set(
      name,
      turn.catch(() => undefined),
    );
    return turn;
  }

  async #upToDate(project: Project): Promise<ReportingTable> {
    // Asked first: what comes while the history is read is read again, and changes nothing.
    const { batchSeq } = await this.#context.store.historyTotals(project.name);
    const known = this.#tables.get(project.name);
    if (known === undefined) {
      const loaded = await this.#load(project, batchSeq);
      this.#tables.set(project.name, loaded);
      return loaded;
    }
    if (batchSeq <= known.seq) return known;
    for await (const { rows, closings } of observationsSince(this.#context, project.name, known.seq)) {
      for (const row of rows) known.observe(row);
      for (const closing of closings) known.close(closing);
      await nextTurn();
    }
    known.seq = batchSeq;
    return known;
  }

  async #load(project: Project, batchSeq: number): Promise<ReportingTable> {
    const { store, engine, limitMs } = this.#context;
    const { name } = project;
    const table = new ReportingTable(project);
    const batches = await store.closingBatches(name, Number.MAX_SAFE_INTEGER);
    // The tail before the segments: what is sealed meanwhile is then in both, not in neither.
    const tail = await this.#unsealed(name);
    const { files } = await segmentFiles(this.#context, name, Number.MAX_SAFE_INTEGER);
    const reports =
      files.length === 0 ? [] : await engine.run('reports', { segments: files, batches }, { limitMs });
    for (const [i, series] of reports.entries()) {
      table.load(series);
      // Requests are answered meanwhile: there may be very many series.
      if (i % seriesPerTurn === seriesPerTurn - 1) await nextTurn();
    }
    const ends = batchEnds(batches);
    for (const [i, row] of tail.entries()) {
      if (i % pageRows === 0) await nextTurn();
      table.observe({ ...row, ...ends.get(row.batchSeq) });
    }
    const clock = await store.projectClock(name);
    table.arrivals.splice(0, Number.POSITIVE_INFINITY, ...(await store.firstArrivals(name, clock)));
    for (const closing of await store.readClosings(name, { batchSeqMax: Number.MAX_SAFE_INTEGER }))
      table.close(closing);
    table.seq = batchSeq;
    return table;
  }

  async #unsealed(project: string): Promise<TailRow[]> {
    const rows: TailRow[] = [];
    for (let afterSeq = 0; ; ) {
      const page = await this.#context.store.readTail(project, {
        afterSeq,
        unsealedOnly: true,
        limit: pageRows,
      });
      for (const row of page) rows.push(row);
      if (page.length === 0) return rows;
      afterSeq = page.at(-1)?.batchSeq ?? afterSeq;
      await nextTurn();
    }
  }

  async #commit(project: Project, closings: readonly Newly[]): Promise<void> {
    const { store, ids, clock, recent } = this.#context;
    const contentHash = createHash('sha256').update(canonicalJson(closings)).digest('hex');
    const committed = await store.commitBatch({
      batch: {
        id: ids.next('bat'),
        project: project.name,
        idempotencyKey: `closing:${contentHash}`,
        contentHash,
        source: closingSource,
        receivedAt: clock.now(),
        ...withoutRows,
      },
      tail: [],
      segment: null,
      closings,
    });
    recent.note(committed, []);
  }
}

type Newly = Omit<Closing, 'seq' | 'at'>;

/** What closes now, taken into the table at once: the groups by their reporters, the project by its groups, all by lateness. */
function decide(project: Project, table: ReportingTable, now: number): Newly[] {
  // One of each group: what closes further takes the place of what closes less.
  const closings: Map<string, Newly> = new Map();
  const close = (closing: Newly): void => {
    closings.set(closing.group, closing);
    table.close({ ...closing, seq: 0, at: now });
  };
  for (const group of table.changedGroups()) {
    const through = closedByReporters(table.evidenceOf(group));
    if (through !== null) close({ group, through, cause: 'reporters' });
  }
  if (!table.isOneGroup) {
    const through = closedByReporters(table.projectEvidence());
    if (through !== null) close({ group: wholeProject, through, cause: 'reporters' });
  }
  const latenessMs = (project.closing?.latenessHours ?? defaultLatenessHours) * hourMs;
  const endedThrough = lastEnded(project, now - latenessMs);
  const late = closedByLateness(table.arrivals, { now, latenessMs, endedThrough });
  if (late !== null && late > table.closed.projectClock)
    close({ group: wholeProject, through: late, cause: 'lateness' });
  return [...closings.values()];
}

/** The newest period that had ended at a moment; +∞ where periods do not pass with time. */
function lastEnded({ grid, timezone }: Project, ms: number): number {
  if (grid.frequency === 'step') return Number.POSITIVE_INFINITY;
  const local = grid.frequency === 'hour' ? ms : new TimeZone(timezone).toLocal(ms);
  return periodOf(grid, local) - 1;
}
