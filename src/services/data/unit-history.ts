// The units of series as a batch is looked at: what is known of them, and what senders sent lately.

import type { Project } from '../../core/index.ts';
import { type LastOfSeries, usualMax } from '../../forecasting/evaluate/index.ts';
import type { ObservationRow, UnitWord } from '../../storage/ports/index.ts';
import type { SeriesGlance } from './recent-highs.ts';
import { isWord } from './rows/add-words.ts';
import type { HeldRows, UnitCheckOptions } from './rows/unit-check.ts';

type Highs = ReadonlyMap<string, SeriesGlance>;

/** What the units of a small batch are held against; undefined where the project holds nothing back. */
export function unitOptions(
  project: Project,
  highs: Highs,
  lately: ReadonlyMap<string, LastOfSeries>,
): UnitCheckOptions | undefined {
  if (project.units !== 'hold') return undefined;
  return {
    lately,
    knownOf: (seriesId) => {
      const unit = highs.get(seriesId)?.unit;
      return (
        unit && {
          values: unit.values,
          oldest: oldestOf(unit.periods),
          suspect: unit.suspect,
        }
      );
    },
  };
}

/** The same for a worker; null where the project holds nothing back. */
export function unitArrays(
  project: Project,
  highs: Highs,
): { values: Float64Array; periods: Float64Array; oldest: Float64Array; suspects: Float64Array } | null {
  if (project.units !== 'hold') return null;
  const values = new Float64Array(highs.size * usualMax).fill(Number.NaN);
  const periods = new Float64Array(highs.size * usualMax).fill(Number.NaN);
  const oldest = new Float64Array(highs.size);
  // Below zero where another factor would explain the rows as well; 0 = none were held back.
  const suspects = new Float64Array(highs.size);
  let i = 0;
  for (const { unit } of highs.values()) {
    values.set(unit.values, i * usualMax);
    periods.set(unit.periods, i * usualMax);
    oldest[i] = oldestOf(unit.periods);
    const { suspect } = unit;
    if (suspect !== null) suspects[i] = suspect.isSure ? suspect.factor : -suspect.factor;
    i += 1;
  }
  return { values, periods, oldest, suspects };
}

function oldestOf(periods: readonly number[]): number {
  return periods.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

/** What the record of a batch says of units: each series once. */
export function heldWords(held: readonly HeldRows[] = []): UnitWord[] {
  const bySeries = new Map(held.map((one) => [one.seriesId, one]));
  return [...bySeries.values()].map(({ seriesId, factor, isSure }) => ({
    seriesId,
    word: 'held',
    factor,
    isSure,
  }));
}

/** Series whose rows are accepted as they are. */
export function acceptedWords(rows: readonly ObservationRow[]): UnitWord[] {
  const ids = new Set(rows.filter(isWord).map(({ seriesId }) => seriesId));
  return [...ids].map((seriesId) => ({ seriesId, word: 'accepted', factor: 1, isSure: true }));
}

const sendersMax = 64;
const seriesMax = 8;

/**
 * The last values of the few series that a sender sent last, where rows come one by one: most of them in another unit is evidence.
 * Kept in memory: a server that has just started waits for as many again.
 */
export class LatelySent {
  readonly #bySender: Map<string, Map<string, LastOfSeries>> = new Map();

  of(project: string, source: string): ReadonlyMap<string, LastOfSeries> {
    return this.#bySender.get(senderOf(project, source)) ?? new Map();
  }

  note(project: string, source: string, last: ReadonlyMap<string, LastOfSeries> | undefined): void {
    if (last === undefined || last.size === 0) return;
    const sender = senderOf(project, source);
    const known = this.#bySender.get(sender) ?? new Map<string, LastOfSeries>();
    this.#bySender.delete(sender);
    this.#bySender.set(sender, known);
    for (const [seriesId, one] of last) {
      known.delete(seriesId);
      known.set(seriesId, one);
    }
    for (const id of [...known.keys()].slice(0, -seriesMax)) known.delete(id);
    for (const name of [...this.#bySender.keys()].slice(0, -sendersMax)) this.#bySender.delete(name);
  }
}

/** Sources that differ in numbers alone, as positions of a stream or dates of files, are one sender. */
function senderOf(project: string, source: string): string {
  return `${project} ${source.replace(/\d+/g, '#')}`;
}
