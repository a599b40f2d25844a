// Overriding forecasts: said once, kept for good, and told with every forecast of the period until it closes.

import { createHash } from 'node:crypto';
import {
  type Actor,
  AppError,
  type Clock,
  canonicalJson,
  foldedSeriesId,
  type IdSource,
  type Project,
} from '../../core/index.ts';
import type { OverrideRecord, OverrideStore } from '../../storage/ports/index.ts';
import type { AccuracyMonitor } from '../monitor/index.ts';
import type { Serving } from '../serving/index.ts';
import { checkPeriods, checkReason, type OverridePeriod } from './check-override.ts';
import type { OverrideBook } from './override-book.ts';
import { type OverrideValue, type OverrideValueQuery, overrideValue } from './override-value.ts';

export interface OverridesOptions {
  readonly store: OverrideStore;
  readonly book: Pick<OverrideBook, 'count' | 'load'>;
  readonly serving: Pick<Serving, 'preview' | 'project'>;
  readonly monitor: Pick<AccuracyMonitor, 'labelled'>;
  readonly clock: Clock;
  readonly ids: Pick<IdSource, 'next'>;
  /** Lets waiting I/O run; called between two reads. */
  readonly breathe: () => Promise<void>;
}

export interface OverrideRequest {
  readonly series: string;
  readonly periods: readonly OverridePeriod[];
  readonly reason: string;
  /** Sent again under the same key it changes nothing. */
  readonly key?: string | undefined;
}

/** `open`: it stands, and its period is not closed; `closed`: it stood when its period was. */
export const overrideStates = ['open', 'closed', 'withdrawn', 'replaced'] as const;
export type OverrideState = (typeof overrideStates)[number];

export interface StatedOverride extends OverrideRecord {
  readonly state: OverrideState;
}

export interface OverrideQuery {
  readonly series?: string | undefined;
  readonly state?: OverrideState | undefined;
  readonly limit: number;
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
}

export interface OverridePage {
  /** Newest first; of a state, where most are in another, fewer than were asked for. */
  readonly items: readonly StatedOverride[];
  readonly next: string | null;
}

/** Of periods to come, in one project: they are held in memory. */
const standingMax = 20_000;
/** Records of one read, and reads for one page, where a state is asked for: most may be in another. */
const readSize = 500;
const readsMax = 10;

export class Overrides {
  readonly #options: OverridesOptions;

  constructor(options: OverridesOptions) {
    this.#options = options;
  }

  /**
   * Overrides periods of a series; those that are overridden already are replaced. In effect in this process when it resolves.
   * @throws AppError `overrides/invalid`, `overrides/closed-period`, `overrides/beyond-horizon`, `overrides/absurd`,
   * `overrides/key-reused`, `overrides/too-many`, `serving/unknown-series`, `serving/not-trained`
   */
  async set(
    project: Project,
    request: OverrideRequest,
    by: Actor,
  ): Promise<{ overrides: readonly StatedOverride[]; replayed: boolean }> {
    const { store, book, serving, clock, ids } = this.#options;
    const reason = checkReason(request.reason, 'override');
    const seriesId = foldedSeriesId(request.series, project);
    const isKnown = request.key !== undefined && (await store.hasOverrideKey(project.name, request.key));
    // What was said under a key before is answered as it was, though its periods may be closed by now.
    const sets = isKnown
      ? []
      : checkPeriods(project, request.periods, serving.preview(project.name, { series: [seriesId] }));
    if (sets.length > 0 && book.count(project.name) + sets.length > standingMax)
      throw new AppError(
        'overrides/too-many',
        `${book.count(project.name)} overrides of periods to come stand in project ${project.name}, and it holds ${standingMax}`,
        { details: { standingMax } },
      );
    const { records, replayed } = await store.setOverrides({
      id: ids.next('ovc'),
      project: project.name,
      seriesId,
      by,
      reason,
      at: clock.now(),
      key: request.key ?? null,
      contentHash: contentHashOf({ ...request, series: seriesId, reason }),
      sets: sets.map((set) => ({ id: ids.next('ovr'), ...set })),
    });
    await book.load(project.name);
    return { overrides: records.map((record) => this.#stated(project, record)), replayed };
  }

  /**
   * Withdraws an override, or all that stand of those that a change set together. Withdrawn again it stays as it is.
   * @throws AppError `overrides/invalid`, `overrides/unknown`, `overrides/not-standing`, `overrides/closed-period`
   */
  async withdraw(
    project: Project,
    id: string,
    of: { readonly reason: string; readonly by: Actor },
  ): Promise<readonly StatedOverride[]> {
    const { store, book, clock, ids } = this.#options;
    const reason = checkReason(of.reason, 'withdrawal');
    const found = (await store.findOverrides(project.name, id)).map((one) => this.#stated(project, one));
    const [first] = found;
    if (first === undefined)
      throw new AppError('overrides/unknown', `project ${project.name} has no override ${id.slice(0, 100)}`);
    const open = found.filter(({ state }) => state === 'open');
    if (open.length === 0) {
      if (first.state === 'withdrawn') return found;
      throw notOpen(first);
    }
    const change = {
      id: ids.next('ovc'),
      project: project.name,
      seriesId: first.seriesId,
      by: of.by,
      reason,
      at: clock.now(),
    };
    await store.withdrawOverrides(
      change,
      open.map((one) => one.id),
    );
    await book.load(project.name);
    return (await store.findOverrides(project.name, id)).map((one) => this.#stated(project, one));
  }

  /** Takes in what other processes have said. */
  load(project: string): Promise<void> {
    return this.#options.book.load(project);
  }

  /** A page of them, newest first. @throws AppError `overrides/invalid` */
  async list(project: Project, query: OverrideQuery): Promise<OverridePage> {
    const { store, breathe } = this.#options;
    const { series, state, limit, cursor } = query;
    const seriesId = series === undefined ? undefined : foldedSeriesId(series, project);
    const size = state === undefined ? limit : Math.max(limit, readSize);
    const items: StatedOverride[] = [];
    let beforeSeq = cursor === undefined ? Number.MAX_SAFE_INTEGER : seqOf(cursor);
    for (let reads = 0; reads < readsMax; reads++) {
      if (reads > 0) await breathe();
      const read = await store.listOverrides(project.name, { beforeSeq, seriesId, limit: size });
      for (const [i, record] of read.entries()) {
        beforeSeq = record.seq;
        const stated = this.#stated(project, record);
        if (state === undefined || stated.state === state) items.push(stated);
        const isLast = i === read.length - 1 && read.length < size;
        if (items.length === limit) return { items, next: isLast ? null : String(beforeSeq) };
      }
      if (read.length < size) return { items, next: null };
    }
    return { items, next: String(beforeSeq) };
  }

  /** What overrides were worth, on the demand that came; see `overrideValue`. */
  value(project: Project, query: OverrideValueQuery = {}): Promise<OverrideValue> {
    return overrideValue(this.#options, project, query);
  }

  #stated(project: Project, record: OverrideRecord): StatedOverride {
    if (record.end !== null) return { ...record, state: record.end.kind };
    const { current } = this.#options.serving.project(project.name);
    return { ...record, state: record.period <= current.cutoffOf(record.seriesId) ? 'closed' : 'open' };
  }
}

function contentHashOf({ series, periods, reason }: OverrideRequest): string {
  const said = periods
    .map(({ period, value, percent, units }) => [period, value ?? null, percent ?? null, units ?? null])
    .sort(([a], [b]) => (a as number) - (b as number));
  return createHash('sha256')
    .update(canonicalJson([series, said, reason]))
    .digest('hex');
}

function notOpen({ id, state, end }: StatedOverride): AppError {
  if (state === 'closed')
    return new AppError(
      'overrides/closed-period',
      `the period of override ${id} is closed: it is graded as it stood, and cannot be withdrawn any more`,
    );
  const since = end === null ? '' : ` by ${end.by} on ${new Date(end.at).toISOString()}`;
  const instead = end?.replacedBy == null ? '' : `: withdraw ${end.replacedBy} instead`;
  return new AppError('overrides/not-standing', `override ${id} was ${state}${since}${instead}`);
}

function seqOf(cursor: string): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new AppError('overrides/invalid', 'the cursor is none that a page gave: leave it out to begin anew');
}
