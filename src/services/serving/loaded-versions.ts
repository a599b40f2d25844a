// The versions that a process holds in memory, by number: each for as long as something needs it, and no longer.

import { type Lineup, numberOf } from './lineup.ts';
import type { ServedModel } from './served-model.ts';

export interface LoadedVersion {
  readonly served: ServedModel;
  /** Why it does not forecast as it was trained; undefined when it does. */
  readonly changed: string | undefined;
}

export class LoadedVersions {
  readonly #byNumber: Map<number, LoadedVersion> = new Map();
  /** Have proved that they can serve, and wait for the routing to name them. */
  readonly #prepared: Set<number> = new Set();
  #previous: ServedModel | undefined;

  add(loaded: LoadedVersion): void {
    this.#byNumber.set(numberOf(loaded.served), loaded);
  }

  get(number: number): LoadedVersion | undefined {
    return this.#byNumber.get(number);
  }

  ofId(versionId: string): LoadedVersion | undefined {
    return [...this.#byNumber.values()].find(({ served }) => served.version?.id === versionId);
  }

  /** All of them: rows are applied to each. */
  all(): readonly ServedModel[] {
    return [...this.#byNumber.values()].map(({ served }) => served);
  }

  /** The champion before the one that serves: where a rollback goes at once. */
  get previous(): ServedModel | undefined {
    return this.#previous;
  }

  /** A version that proved is held until it is named, or forgotten. */
  prepare(served: ServedModel): void {
    this.add({ served, changed: undefined });
    this.#prepared.add(numberOf(served));
  }

  forgetPrepared(versionId: string, lineup: Lineup | undefined): void {
    const loaded = this.ofId(versionId);
    if (loaded === undefined || !this.#prepared.delete(numberOf(loaded.served))) return;
    this.#release(lineup);
  }

  /** From now on these answer: what neither they, nor a way back, nor a promotion under way needs is let go. */
  serve(lineup: Lineup, before: Lineup | undefined): void {
    const former = before?.first.served;
    if (former?.version != null && former !== lineup.first.served) this.#previous = former;
    for (const { served } of lineup.seats) {
      // Rows are applied to what is held here: that must be the copy that answers.
      if (this.get(numberOf(served))?.served !== served) this.add({ served, changed: undefined });
      this.#prepared.delete(numberOf(served));
    }
    this.#release(lineup);
  }

  #release(lineup: Lineup | undefined): void {
    const needed = new Set<number>(this.#prepared);
    for (const { served } of lineup?.seats ?? []) needed.add(numberOf(served));
    if (this.#previous !== undefined) needed.add(numberOf(this.#previous));
    for (const number of this.#byNumber.keys()) if (!needed.has(number)) this.#byNumber.delete(number);
  }
}
