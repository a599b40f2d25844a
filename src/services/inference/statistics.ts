// How often each version was asked and how long it took, since the process began.

import type { ModelRun } from './model.ts';

/** Requests and the time they took together, in milliseconds. */
export interface Tally {
  readonly count: number;
  readonly ms: number;
}

export interface ModelStatistics {
  readonly name: string;
  readonly version: string;
  /** When a request was last answered; ms since the epoch, UTC, 0 = never. */
  readonly lastAt: number;
  /** Rows of the batches that were answered. */
  readonly inferences: number;
  /** Runs that answered them: fewer than requests where runs answered several. */
  readonly runs: number;
  /** The same by their rows, for the sizes that came first. */
  readonly runsByRows: ReadonlyMap<number, Tally>;
  /** From the request to the answer. */
  readonly success: Tally;
  readonly failed: Tally;
  /** The parts of those that succeeded: checking inputs, the model, checking outputs. */
  readonly checking: Tally;
  readonly computing: Tally;
  readonly completing: Tally;
}

interface Moments {
  readonly begun: number;
  readonly checked: number;
  readonly computed: number;
  readonly ended: number;
}

type Tallies = 'success' | 'failed' | 'checking' | 'computing' | 'completing';
interface Sum {
  count: number;
  ms: number;
}

type Counted = {
  -readonly [Key in keyof Omit<ModelStatistics, Tallies | 'runsByRows'>]: ModelStatistics[Key];
} & Record<Tallies, Sum> & { readonly runsByRows: Map<number, Sum> };

/** Versions remembered; past it those begun first are forgotten. */
const versionsMax = 1000;
/** Sizes of runs that are counted each for itself. */
const sizesMax = 100;

export class StatisticsBook {
  readonly #byVersion: Map<string, Counted> = new Map();
  readonly #runsCounted: WeakSet<ModelRun> = new WeakSet();

  /** @param answer.run counted once, however many requests it answered; undefined = one for this request alone */
  succeeded(
    of: { name: string; version: string },
    { rows, run }: { rows: number; run: ModelRun | undefined },
    at: { moments: Moments; now: number },
  ): void {
    const counted = this.#of(of);
    const { begun, checked, computed, ended } = at.moments;
    counted.lastAt = at.now;
    counted.inferences += rows;
    add(counted.success, ended - begun);
    add(counted.checking, checked - begun);
    add(counted.computing, computed - checked);
    add(counted.completing, ended - computed);
    this.#count(counted, run ?? { rows, ms: computed - checked });
  }

  #count(counted: Counted, run: ModelRun): void {
    if (this.#runsCounted.has(run)) return;
    this.#runsCounted.add(run);
    counted.runs++;
    const known = counted.runsByRows.get(run.rows);
    if (known === undefined && counted.runsByRows.size >= sizesMax) return;
    const sum = known ?? { count: 0, ms: 0 };
    counted.runsByRows.set(run.rows, sum);
    add(sum, run.ms);
  }

  failed(of: { name: string; version: string }, ms: number): void {
    add(this.#of(of).failed, ms);
  }

  /** All, or those of a model, or of one of its versions. */
  list(name?: string, version?: string): ModelStatistics[] {
    return [...this.#byVersion.values()].filter(
      (counted) =>
        (name === undefined || counted.name === name) &&
        (version === undefined || counted.version === version),
    );
  }

  #of({ name, version }: { name: string; version: string }): Counted {
    const key = `${name}\n${version}`;
    const known = this.#byVersion.get(key);
    if (known) return known;
    const fresh = nothingCounted(name, version);
    this.#byVersion.set(key, fresh);
    if (this.#byVersion.size > versionsMax)
      this.#byVersion.delete(this.#byVersion.keys().next().value as string);
    return fresh;
  }
}

/** The statistics of a version that nobody has asked yet. */
export function noStatistics(name: string, version: string): ModelStatistics {
  return nothingCounted(name, version);
}

function nothingCounted(name: string, version: string): Counted {
  const zero = (): Sum => ({ count: 0, ms: 0 });
  return {
    name,
    version,
    lastAt: 0,
    inferences: 0,
    runs: 0,
    runsByRows: new Map(),
    success: zero(),
    failed: zero(),
    checking: zero(),
    computing: zero(),
    completing: zero(),
  };
}

function add(tally: Sum, ms: number): void {
  tally.count++;
  tally.ms += ms;
}
