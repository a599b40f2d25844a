// A forecast that is asked for again for the same version, series and cutoff is one forecast: which of its steps are new.

import type { PredictionRecord } from '../../storage/ports/index.ts';

/** Give it predictions by ascending cutoff. Memory: the versions and series of one cutoff. */
export class StepsOnce {
  readonly #seen: Map<string, number> = new Map();
  #cutoff = Number.NaN;

  /** The first step that no forecast before has had, 1 for one that is the first; past the last where none is new. */
  firstLead({ cutoff, versionId, seriesId, mean }: PredictionRecord): number {
    if (cutoff !== this.#cutoff) {
      this.#seen.clear();
      this.#cutoff = cutoff;
    }
    const key = `${versionId}\n${seriesId}`;
    const seen = this.#seen.get(key) ?? 0;
    // One that is asked for again may reach further than the first.
    if (mean.length > seen) this.#seen.set(key, mean.length);
    return seen + 1;
  }
}
