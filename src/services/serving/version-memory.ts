// What is kept for each loaded version by itself: forecasts that may be asked again, and the levels adapted to its labels. Two
// versions that answer side by side neither push out what the other is asked, nor take over its levels.

import type { LevelAdaptation } from './adaptation.ts';
import { type CacheCounts, ForecastCache } from './forecast-cache.ts';
import type { Lineup } from './lineup.ts';
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
  /** Of the memory. */
  share: number;
}

/** A version with a smaller share of the requests, or none, gets this share of the memory. */
const shareMin = 1 / 8;
const noLevels: VersionLevels = { adaptation: {}, calibration: 0 };

export class VersionMemory {
  #bytesMax: number;
  readonly #kept: Map<ServedModel, Kept> = new Map();
  /** Of versions that are gone: counts never go back. */
  readonly #past: { hits: number; misses: number } = { hits: 0, misses: 0 };
  #calibrations = 0;

  /** @param bytesMax about the memory for forecasts of a version that answers everybody */
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
   * Others answer: each version has memory by its share of the requests, and one that is new to it begins with the levels of the
   * champion before, until it has its own.
   * @param loaded the versions that remain loaded; what is kept of others goes
   */
  share(loaded: readonly ServedModel[], lineup: Lineup, before: ServedModel | undefined): void {
    const levels = before === undefined ? noLevels : this.levelsOf(before);
    for (const served of loaded) {
      const share = Math.max(shareMin, lineup.shareOf(served));
      const kept = this.#kept.get(served) ?? { cache: new ForecastCache(0), levels, share };
      kept.share = share;
      kept.cache.resize(this.#bytesMax * share);
      this.#kept.set(served, kept);
    }
    for (const [served, { cache }] of this.#kept) {
      if (loaded.includes(served)) continue;
      this.#kept.delete(served);
      this.#past.hits += cache.counts.hits;
      this.#past.misses += cache.counts.misses;
    }
  }

  /** @param bytesMax as in the constructor: more projects share the memory now, or fewer */
  resize(bytesMax: number): void {
    this.#bytesMax = bytesMax;
    for (const { cache, share } of this.#kept.values()) cache.resize(bytesMax * share);
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

  /** Requests that began with a version that has been let go since keep nothing, so that it can be freed with them. */
  #of(served: ServedModel): Kept {
    return this.#kept.get(served) ?? { cache: new ForecastCache(0), levels: noLevels, share: 0 };
  }
}
