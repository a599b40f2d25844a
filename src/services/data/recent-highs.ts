// What is known of each series at a glance, kept per project: what is usual, the measure for suspected changes of unit, and
// up to where it was spoken of.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Frequency, ObservationStatus, type Project } from '../../core/index.ts';
import { type FactorFound, usualMax } from '../../forecasting/evaluate/index.ts';
import type { BatchRecord, ObservationRow, TailRow, UnitWord } from '../../storage/ports/index.ts';
import type { DataContext } from './data-options.ts';
import { observationsSince } from './observations-since.ts';
import { isWord } from './rows/add-words.ts';
import type { SeriesHigh } from './rows/period-rules.ts';
import { segmentFiles } from './segments.ts';

/** How far back "recent" reaches, in periods. */
const window: Record<Frequency, number> = {
  hour: 24 * 28,
  day: 364,
  week: 104,
  month: 36,
  quarter: 16,
  year: 10,
  step: 200,
};
const pageRows = 1_000;

export interface SeriesGlance extends SeriesHigh {
  /** The newest period that any batch spoke of. */
  readonly newest: number;
  readonly unit: UnitGlance;
}

/** What is known of the unit of a series. */
interface UnitGlance {
  /** The newest values above zero, as their batches brought them, oldest first, and their periods. */
  values: number[];
  periods: number[];
  suspect: FactorFound | null;
}

interface Known {
  seq: number;
  readonly highs: Map<string, SeriesGlance>;
  /** Of series with refused rows the newest period of one: they may be none that is known. */
  readonly refused: Map<string, number>;
}

export class RecentHighs {
  readonly #context: DataContext;
  readonly #known = new Map<string, Known>();
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(context: DataContext) {
    this.#context = context;
  }

  /**
   * What is known of each series by id, over all batches up to the newest one. The first call for a project reads it (a worker
   * task); later ones take in what has come since, from this process or another.
   */
  of(project: Project): Promise<ReadonlyMap<string, SeriesGlance>> {
    const turn = (this.#turns.get(project.name) ?? Promise.resolve()).then(
      () => this.#upToDate(project),
      () => this.#upToDate(project),
    );
    this.#turns.set(
      project.name,
      turn.catch(() => undefined),
    );
    return turn;
  }

  /** The newest period of a series that any batch spoke of, or had a row refused of: what is later meets nothing. */
  async newestOf(project: Project): Promise<(seriesId: string) => number> {
    const highs = await this.of(project);
    const refused = this.#known.get(project.name)?.refused;
    // What has been let go of meanwhile is read by who asks next: here anything may be met.
    if (refused === undefined) return () => Number.POSITIVE_INFINITY;
    const none = Number.NEGATIVE_INFINITY;
    return (id) => Math.max(highs.get(id)?.newest ?? none, refused.get(id) ?? none);
  }

  /** Nothing is kept of a project that is gone, or of which many rows have come or were taken back: it is read again when needed. */
  forget(name: string): void {
    this.#known.delete(name);
  }

  /** Takes in what this process has just committed, unless others came before it: those are read by who asks next. */
  committed(batch: BatchRecord, rows: readonly ObservationRow[], words: readonly UnitWord[] = []): void {
    const known = this.#known.get(batch.project);
    if (known === undefined || batch.seq !== known.seq + 1) return;
    for (const word of words) hear(known.highs, word);
    for (const row of rows) raise(known, row);
    known.seq = batch.seq;
  }

  async #upToDate(project: Project): Promise<ReadonlyMap<string, SeriesGlance>> {
    const known = this.#known.get(project.name);
    if (known === undefined) {
      const loaded = await this.#load(project);
      this.#known.set(project.name, loaded);
      return loaded.highs;
    }
    const { batchSeq } = await this.#context.store.historyTotals(project.name);
    if (batchSeq <= known.seq) return known.highs;
    for (const word of await this.#context.store.readUnitWords(project.name, known.seq))
      hear(known.highs, word);
    for await (const { rows } of observationsSince(this.#context, project.name, known.seq)) {
      for (const row of rows) raise(known, row);
      await nextTurn();
    }
    known.seq = Math.max(known.seq, batchSeq);
    return known.highs;
  }

  async #load(project: Project): Promise<Known> {
    const { store, engine, limitMs } = this.#context;
    // Asked first: batches that come while the history is read are read again, none is left out.
    const { batchSeq } = await store.historyTotals(project.name);
    const segments = await segmentFiles(this.#context, project.name, Number.MAX_SAFE_INTEGER);
    const highs = new Map<string, SeriesGlance>();
    const refused = new Map<string, number>();
    const words = await store.readUnitWords(project.name, 0);
    const accepted = new Map(
      words.flatMap(({ word, ...of }) => (word === 'accepted' ? [[of.seriesId, of.batchSeq]] : [])),
    );
    if (segments.files.length > 0) {
      const input = {
        segments: segments.files,
        windowPeriods: window[project.grid.frequency],
        accepted: { ids: [...accepted.keys()], seqs: [...accepted.values()] },
      };
      const { ids, high, count, newest, values, periods, ...of } = await engine.run('recentHighs', input, {
        limitMs,
      });
      of.refused.ids.forEach((id, i) => {
        refused.set(id, of.refused.newest[i] ?? 0);
      });
      ids.forEach((id, i) => {
        const known = (of: Float64Array): number[] =>
          [...of.subarray(i * usualMax, (i + 1) * usualMax)].filter((one) => !Number.isNaN(one));
        const unit = { values: known(values), periods: known(periods), suspect: null };
        highs.set(id, { high: high[i] ?? 0, count: count[i] ?? 0, newest: newest[i] ?? 0, unit });
      });
    }
    for (let afterSeq = 0; ; ) {
      const page = await store.readTail(project.name, { afterSeq, unsealedOnly: true, limit: pageRows });
      for (const row of page)
        if (row.batchSeq >= (accepted.get(row.seriesId) ?? 0)) raise({ highs, refused }, row);
      await nextTurn();
      afterSeq = page.at(-1)?.batchSeq ?? afterSeq;
      if (page.length === 0) {
        for (const word of words) suspect(highs, word);
        return { seq: batchSeq, highs, refused };
      }
    }
  }
}

function raise({ highs, refused }: Pick<Known, 'highs' | 'refused'>, row: ObservationRow | TailRow): void {
  if (row.status === ObservationStatus.refused)
    refused.set(row.seriesId, Math.max(refused.get(row.seriesId) ?? row.period, row.period));
  if (!isWord(row)) return;
  const known = highs.get(row.seriesId);
  const says = row.status === ObservationStatus.observed;
  const unit = known?.unit ?? newUnit();
  addValue(unit, row);
  highs.set(row.seriesId, {
    high: says ? Math.max(known?.high ?? 0, row.value) : (known?.high ?? 0),
    count: (known?.count ?? 0) + (says ? 1 : 0),
    newest: Math.max(known?.newest ?? Number.NEGATIVE_INFINITY, row.period),
    unit,
  });
}

/** What a batch itself brought of a period: of rows that are added up, its part. A correction takes the place of what it corrects. */
function addValue(unit: UnitGlance, row: ObservationRow | TailRow): void {
  const { value, status } = row.part ?? row;
  if (status !== ObservationStatus.observed || !(value > 0)) return;
  const at = row.part === undefined ? unit.periods.lastIndexOf(row.period) : -1;
  if (at >= 0) {
    unit.values[at] = value;
    return;
  }
  unit.values.push(value);
  unit.periods.push(row.period);
  if (unit.values.length <= usualMax) return;
  unit.values.shift();
  unit.periods.shift();
}

/** Takes in a word on the unit of a series, before the rows of its batch. */
function hear(highs: Map<string, SeriesGlance>, word: UnitWord): void {
  suspect(highs, word);
  const known = highs.get(word.seriesId);
  if (known === undefined || word.word !== 'accepted') return;
  known.unit.values = [];
  known.unit.periods = [];
}

function suspect(highs: Map<string, SeriesGlance>, { seriesId, word, factor, isSure }: UnitWord): void {
  const known = highs.get(seriesId);
  if (known !== undefined) known.unit.suspect = word === 'held' ? { factor, isSure } : null;
}

const newUnit = (): UnitGlance => ({ values: [], periods: [], suspect: null });
