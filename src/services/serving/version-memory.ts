// What is kept for each loaded version by itself: forecasts that may be asked again, and the levels adapted to its labels. Two
// versions that answer side by side neither push out what the other is asked, nor take over its levels.

import type { LevelAdaptation } from './adaptation.ts';
import { type CacheCounts, ForecastCache } from './forecast-cache.ts';
import type { ServedModel } from './served-model.ts';

export interface VersionLevels {
  /** Levels adapted to the labels that have come; {} = levels as they are. */
  readonly adaptation: LevelAdaptation;
  /** Another number for each change: equal numbers mean equal levels. */
  readonly calibration: number;
}

interface Kept {
  readonly cache: ForecastCache;
  levels: VersionLevels;
}

/** A version beside the one that serves is asked seldom: it gets this share of the memory. */
const besideShare = 1 / 8;

export class VersionMemory {
  readonly #bytesMax: number;
  readonly #kept: Map<ServedModel, Kept> = new Map();
  /** Of versions that are gone: counts never go back. */
  readonly #past: { hits: number; misses: number } = { hits: 0, misses: 0 };
  #calibrations = 0;

  /** @param bytesMax about the memory for forecasts of the version that serves */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  cacheOf(served: ServedModel): ForecastCache {
    return this.#of(served).cache;
  }

  levelsOf(served: ServedModel): VersionLevels {
    return this.#of(served).levels;
  }

  adapt(served: ServedModel, adaptation: LevelAdaptation): void {
    this.#of(served).levels = { adaptation, calibration: ++this.#calibrations };
  }

  /**
   * Another version serves: it has the memory, and begins with the levels of the one before it unless it has its own.
   * @param loaded the versions that remain loaded; what is kept of others goes
   */
  serves(served: ServedModel, loaded: readonly (ServedModel | undefined)[]): void {
    const before = loaded.find((one) => one !== undefined && one !== served);
    if (!this.#kept.has(served) && before !== undefined) this.#of(served).levels = this.levelsOf(before);
    for (const [one, { cache }] of this.#kept) {
      if (!loaded.includes(one)) {
        this.#kept.delete(one);
        this.#past.hits += cache.counts.hits;
        this.#past.misses += cache.counts.misses;
      } else cache.resize(one === served ? this.#bytesMax : this.#bytesMax * besideShare);
    }
  }

  /** Something of the series has changed: nothing that is held of it counts any more, for no version. */
  forget(seriesId: string): void {
    for (const { cache } of this.#kept.values()) cache.forget(seriesId);
  }

  clear(): void {
    for (const { cache } of this.#kept.values()) cache.clear();
  }

  /** Of all versions together. */
  get counts(): CacheCounts {
    const sums = { ...this.#past, forecasts: 0, bytes: 0 };
    for (const { cache } of this.#kept.values())
      for (const name of ['hits', 'misses', 'forecasts', 'bytes'] as const) sums[name] += cache.counts[name];
    return sums;
  }

  #of(served: ServedModel): Kept {
    const known = this.#kept.get(served);
    if (known !== undefined) return known;
    const kept = { cache: new ForecastCache(this.#bytesMax), levels: { adaptation: {}, calibration: 0 } };
    this.#kept.set(served, kept);
    return kept;
  }
}
