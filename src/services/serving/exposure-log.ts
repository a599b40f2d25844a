// Which units were shown which version: written once each, in few writes, and as durable as the forecasts shown.

import type { Arm, Clock } from '../../core/index.ts';
import type { ExposureRecord, ExposureStore } from '../../storage/ports/index.ts';
import { GroupCommit } from './group-commit.ts';
import type { ServedModel } from './served-model.ts';
import type { ServingTimers } from './timers.ts';

export interface ExposureLogOptions {
  readonly store: Pick<ExposureStore, 'appendExposures'>;
  readonly clock: Clock;
  readonly timers: ServingTimers;
  /** Exposures remembered as written, at most; one that is forgotten is written again, and the store keeps the first. */
  readonly knownMax?: number;
}

/** What is shown: the arm of a routing, and who answered for it. */
export interface Shown {
  readonly served: ServedModel;
  readonly exposes: Arm | undefined;
  readonly salt: string;
}

export class ExposureLog {
  readonly #clock: Clock;
  readonly #log: GroupCommit<ExposureRecord>;
  readonly #knownMax: number;
  /** By what was shown and to whom, oldest first: the write under way, or null once it is done. */
  readonly #known: Map<string, Promise<void> | null> = new Map();

  constructor({ store, clock, timers, knownMax = 200_000 }: ExposureLogOptions) {
    this.#clock = clock;
    this.#knownMax = knownMax;
    this.#log = new GroupCommit({
      what: 'exposures',
      write: (exposures) => store.appendExposures(exposures),
      timers,
    });
  }

  /** @returns the writes that have to be done before the units may be answered; none when all of it is known */
  note({ served, exposes, salt }: Shown, units: readonly string[]): ReadonlySet<Promise<void>> {
    const writes = new Set<Promise<void>>();
    if (exposes === undefined || served.version === null) return writes;
    const of = { project: served.project.name, salt, arm: exposes.name, versionId: served.version.id };
    const prefix = `${of.project}\n${salt}\n${of.arm}\n${of.versionId}\n`;
    const fresh: ExposureRecord[] = [];
    for (const unit of units) {
      const known = this.#known.get(prefix + unit);
      if (known === undefined) fresh.push({ ...of, unit, at: this.#clock.now() });
      else if (known !== null) writes.add(known);
    }
    if (fresh.length > 0) writes.add(this.#write(fresh, prefix));
    return writes;
  }

  #write(fresh: readonly ExposureRecord[], prefix: string): Promise<void> {
    const write = this.#log.append(fresh);
    for (const { unit } of fresh) this.#known.set(prefix + unit, write);
    write.then(
      () => {
        for (const { unit } of fresh) this.#known.set(prefix + unit, null);
        this.#forgetOldest();
      },
      // Whoever asks next has them written.
      () => {
        for (const { unit } of fresh) this.#known.delete(prefix + unit);
      },
    );
    return write;
  }

  #forgetOldest(): void {
    for (const [key, write] of this.#known) {
      if (this.#known.size <= this.#knownMax) return;
      if (write === null) this.#known.delete(key);
    }
  }

  /** Writes what waits; nothing is noted any more. */
  async stop(): Promise<void> {
    await this.#log.stop();
  }
}
