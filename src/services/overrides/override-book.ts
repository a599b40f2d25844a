// The overrides that stand, in memory: what a forecast is answered with. Read from the ledger in its order, so that whoever has read
// as far knows the same, in whichever process.

import type { StandingOverride } from '../../core/index.ts';
import type { HistoryStore, OverrideStore } from '../../storage/ports/index.ts';
import type { OverrideSource } from '../serving/index.ts';

/** Entries of one read: it holds the event loop while it lasts. */
const pageSize = 500;

interface Chapter {
  /** The ledger has been read up to here. */
  seq: number;
  /** Periods up to here were closed for the project, and are not looked at. */
  readonly clock: number;
  readonly bySeries: Map<string, Map<number, StandingOverride>>;
  count: number;
}

export interface OverrideBookOptions {
  readonly store: Pick<OverrideStore, 'overrideWords'> & Pick<HistoryStore, 'projectClock'>;
  /** Lets waiting I/O run; called after every page. */
  readonly breathe: () => Promise<void>;
}

export class OverrideBook implements OverrideSource {
  readonly #options: OverrideBookOptions;
  readonly #chapters: Map<string, Chapter> = new Map();
  readonly #reading: Map<string, Promise<void>> = new Map();

  constructor(options: OverrideBookOptions) {
    this.#options = options;
  }

  /** See `OverrideSource`. Cost: O(1). */
  of(project: string, seriesId: string): ReadonlyMap<number, StandingOverride> | undefined {
    return this.#chapters.get(project)?.bySeries.get(seriesId);
  }

  /** How many stand, of periods that were not closed when they were last looked at. */
  count(project: string): number {
    return this.#chapters.get(project)?.count ?? 0;
  }

  /** Takes in what the ledger has said since the last time; calls of one project follow each other. */
  load(project: string): Promise<void> {
    const before = this.#reading.get(project) ?? Promise.resolve();
    const read = before.catch(() => {}).then(() => this.#read(project));
    this.#reading.set(project, read);
    return read;
  }

  forget(project: string): void {
    this.#chapters.delete(project);
    this.#reading.delete(project);
  }

  async #read(project: string): Promise<void> {
    const { store, breathe } = this.#options;
    // A period that is closed for the project is closed for every series: no forecast is of it any more.
    const clock = (await store.projectClock(project)) ?? Number.MIN_SAFE_INTEGER;
    const known = this.#chapters.get(project);
    // Rows that closed periods were taken back: what was passed over counts again.
    const isBehind = known === undefined || clock < known.clock;
    const chapter: Chapter = isBehind
      ? { seq: 0, clock, bySeries: new Map(), count: 0 }
      : { ...known, clock };
    for (;;) {
      const words = await store.overrideWords(project, {
        afterSeq: chapter.seq,
        periodMin: clock + 1,
        limit: pageSize,
      });
      for (const { seq, seriesId, period, standing } of words) {
        put(chapter, { seriesId, period, standing });
        chapter.seq = seq;
      }
      if (words.length < pageSize) break;
      await breathe();
    }
    closeUp(chapter, clock);
    this.#chapters.set(project, chapter);
  }
}

function put(
  chapter: Chapter,
  word: { seriesId: string; period: number; standing: StandingOverride | undefined },
): void {
  const { seriesId, period, standing } = word;
  const periods = chapter.bySeries.get(seriesId) ?? new Map<number, StandingOverride>();
  if (periods.delete(period)) chapter.count--;
  if (standing !== undefined) {
    periods.set(period, standing);
    chapter.count++;
  }
  if (periods.size > 0) chapter.bySeries.set(seriesId, periods);
  else chapter.bySeries.delete(seriesId);
}

function closeUp(chapter: Chapter, clock: number): void {
  for (const [seriesId, periods] of chapter.bySeries)
    for (const period of periods.keys())
      if (period <= clock) put(chapter, { seriesId, period, standing: undefined });
}
