// One run from one seed: two processes over one store, senders that do not give up, questions and trouble; and from time to
// time quiet, in which everything that must hold is looked at.

import { isAppError, Rng } from '../../src/core/index.ts';
import type { ForecastResponse } from '../../src/services/serving/index.ts';
import type { ControlStore } from '../../src/storage/ports/index.ts';
import { openSqliteStore } from '../../src/storage/sqlite/index.ts';
import type { Finding, Invariant } from './invariants.ts';
import { MemoryBlobs } from './memory-blobs.ts';
import { Oracle, type SentBatch } from './oracle.ts';
import { SimProcess } from './process.ts';
import type { Pump } from './pump.ts';
import { bodyOf, type RowKind, rowCount, type SentRow } from './rows.ts';
import { drawSchedule, type Happening, type Scheduled } from './schedule.ts';
import { type ArtifactFault, artifactFaults } from './sim-artifact.ts';
import { SimTime } from './time.ts';
import { Witness } from './witness.ts';
import { drawProjects, pick, type SimProject, startMs } from './world.ts';

/** An answer that somebody was given. */
export interface Answer {
  readonly process: string;
  readonly sim: SimProject;
  readonly response: ForecastResponse;
  readonly at: number;
}

/** Everything that the checks may look at. */
export interface Seen {
  readonly store: ControlStore;
  readonly blobs: Pick<MemoryBlobs, 'get'>;
  readonly time: SimTime;
  readonly sims: readonly SimProject[];
  readonly oracles: ReadonlyMap<string, Oracle>;
  readonly processes: readonly SimProcess[];
  /** Artifacts that must never answer, by hash. */
  readonly bad: ReadonlyMap<string, ArtifactFault>;
  readonly answers: readonly Answer[];
  /** Acknowledged batches by idempotency key. */
  readonly acknowledged: ReadonlyMap<string, { readonly project: string; readonly rows: readonly SentRow[] }>;
}

export interface Counts {
  batches: number;
  asks: number;
  kills: number;
  trainings: number;
  outages: number;
}

type Found = Omit<Finding, 'step'>;

export interface SimulationOptions {
  readonly seed: number;
  /** Rows that go wrong do so in these ways. */
  readonly badKinds: readonly RowKind[];
  /** Findings of others are left out. */
  readonly looksAt: (invariant: Invariant) => boolean;
  /** Told every step. */
  readonly trace?: (line: string) => void;
  /** Looks at a quiet world. */
  readonly checkQuiet: (seen: Simulation) => Promise<Found[]>;
  /** Looks at an answer when it is given. */
  readonly checkAnswer: (seen: Simulation, answer: Answer) => Promise<Found[]>;
}

const retryMs = 700;
const patienceMs = 6_000;
const quietMsMax = 120_000;
/** Polls of every follower that must be enough. */
const settleMs = 5_000;
const badShare = 0.3;

export class Simulation implements Seen, Pump {
  readonly time: SimTime = new SimTime(startMs);
  readonly store: ControlStore = openSqliteStore({ path: ':memory:', clock: this.time });
  readonly sims: readonly SimProject[];
  readonly oracles: Map<string, Oracle> = new Map();
  readonly processes: SimProcess[] = [];
  readonly bad: Map<string, ArtifactFault> = new Map();
  readonly answers: Answer[] = [];
  readonly acknowledged: Map<string, { project: string; rows: readonly SentRow[] }> = new Map();
  readonly counts: Counts = { batches: 0, asks: 0, kills: 0, trainings: 0, outages: 0 };
  readonly findings: Finding[] = [];
  readonly witness: Witness = new Witness();
  readonly #options: SimulationOptions;
  readonly #rng: Rng;
  readonly #schedule: readonly Scheduled[];
  readonly #bothWork: boolean;
  readonly blobs: MemoryBlobs = new MemoryBlobs();
  readonly #world = { alive: true };
  readonly #failing: { share: number; only: string | null }[] = [
    { share: 0, only: null },
    { share: 0, only: null },
  ];
  #gone: Set<string> = new Set();
  #sending = 0;
  #keys = 0;
  #step = 0;
  #calm = false;

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.#rng = new Rng(options.seed);
    this.sims = drawProjects(this.#rng);
    this.#bothWork = this.#rng.below(4) === 0;
    for (const sim of this.sims) this.oracles.set(sim.project.name, new Oracle(sim));
    this.#schedule = drawSchedule(this.sims, { rng: this.#rng, badKinds: options.badKinds });
  }

  /** Runs all of it, or up to the first finding. */
  async run(): Promise<void> {
    this.#startProcess(0);
    this.#startProcess(1);
    try {
      for (const { at, what, runMs } of this.#schedule) {
        this.#step++;
        this.time.skipTo(at);
        await this.#happens(what);
        await this.time.run(runMs);
        if (this.findings.length > 0) break;
      }
    } finally {
      for (const process of this.processes) process.life.end();
      await this.store.close();
    }
  }

  get steps(): number {
    return this.#step;
  }

  async #happens(what: Happening): Promise<void> {
    switch (what.kind) {
      case 'upload':
        this.#send(what.sim, what.rows, what.twice);
        return;
      case 'ask':
        void this.#ask(what.sim, what.series, pick(this.#rng, this.processes));
        return;
      case 'kill':
        this.#trace(`process ${what.process} ends after ${what.afterCalls} more calls`);
        this.counts.kills++;
        this.processes[what.process]?.life.endAfter(what.afterCalls);
        return;
      case 'outage':
        this.#outage(what);
        return;
      case 'quiet':
        await this.#quiet();
    }
  }

  /** All calls fail now and then, or those of one kind always. */
  #outage({ process, share, ms, one }: Happening & { kind: 'outage' }): void {
    const called = [...(this.processes[process]?.life.called ?? [])].sort();
    const only = one && called.length > 0 ? pick(this.#rng, called) : null;
    this.#trace(`${100 * share} % of the calls ${only ?? ''} of process ${process} fail for ${ms} ms`);
    this.counts.outages++;
    const outage = { share, only };
    this.#failing[process] = outage;
    void this.time.pause(this.#world, ms).then(() => {
      if (this.#failing[process] === outage) this.#failing[process] = { share: 0, only: null };
    });
  }

  #startProcess(slot: number): void {
    const name = `${slot === 0 ? 'a' : 'b'}${this.#gone.size + 1}`;
    const process = new SimProcess({
      name,
      store: this.store,
      blobs: this.blobs,
      time: this.time,
      rng: new Rng(this.#rng.uint32()),
      projects: this.sims.map(({ project }) => project),
      works: slot === 0 || this.#bothWork,
      failing: (call) => {
        const { share, only } = this.#failing[slot] as { share: number; only: string | null };
        return this.#calm || (only !== null && only !== call) ? 0 : share;
      },
      onDeath: () => {
        this.#trace(`process ${name} has ended`);
        this.#gone.add(name);
        void this.time.pause(this.#world, 100 + this.#rng.below(2000)).then(() => this.#startProcess(slot));
      },
      isGone: (other) => this.#gone.has(other),
      nextFault: () => {
        this.counts.trainings++;
        return this.#rng.uniform() < badShare ? pick(this.#rng, artifactFaults) : null;
      },
      onBad: (hash, fault) => this.bad.set(hash, fault),
      log: (line) => this.#trace(`  ${name}: ${line}`),
      witness: this.witness,
      peers: () => this.processes,
    });
    this.processes[slot] = process;
    this.#trace(`process ${name} starts`);
    void process.start();
  }

  #send(sim: SimProject, rows: readonly SentRow[], twice: boolean): void {
    const key = `upload-${++this.#keys}`;
    const { project } = sim;
    this.#trace(`${project.name} ${key}: ${rows.map(rowText).join(', ')}`);
    const batch: SentBatch = {
      key,
      rows,
      sentAt: this.time.now(),
      closedThrough: null,
      seq: null,
      landedAt: null,
    };
    this.oracles.get(project.name)?.send(batch);
    this.counts.batches++;
    for (let copies = twice ? 2 : 1; copies > 0; copies--) {
      this.#sending++;
      void this.#deliver(sim, batch).finally(() => {
        this.#sending--;
      });
    }
  }

  /** A sender tries until it is told that the rows have landed: by the same key, so that they land once. */
  async #deliver(sim: SimProject, batch: SentBatch): Promise<void> {
    const { project } = sim;
    const body = bodyOf(sim, batch.rows);
    for (;;) {
      const process = pick(this.#rng, this.processes);
      if (process.ready && process.life.alive) {
        const outcome = await this.#orLate(process.ingest(project, body, batch.key));
        if (outcome instanceof Error) {
          if (isAppError(outcome) && outcome.code.startsWith('data/') && !outcome.heals) {
            const what = `${project.name}: ${batch.key} is not taken at all: ${outcome.message}`;
            this.#note([{ invariant: 'rows-are-kept', what }]);
            return;
          }
          this.#trace(`  ${batch.key} not taken: ${outcome.message}`);
        } else {
          batch.seq = outcome.batch.seq;
          batch.landedAt = this.time.now();
          this.acknowledged.set(batch.key, { project: project.name, rows: batch.rows });
          this.#trace(
            `  ${batch.key} is batch ${outcome.batch.seq}, ${outcome.batch.rowsQuarantined} of ${rowCount(batch.rows)} refused`,
          );
          return;
        }
      }
      await this.time.pause(this.#world, retryMs);
    }
  }

  /** What came of it, or an error when it takes too long: the process may have ended. */
  async #orLate<T>(work: Promise<T>): Promise<T | Error> {
    const late = this.time.pause(this.#world, patienceMs).then(() => new Error('no answer'));
    return await Promise.race([work.catch((error: Error) => error), late]);
  }

  async #ask(
    sim: SimProject,
    series: readonly string[] | null,
    process: SimProcess,
  ): Promise<Answer | undefined> {
    if (!process.ready || !process.life.alive) return undefined;
    this.counts.asks++;
    const request = series === null ? {} : { series };
    const response = await this.#orLate(process.serving.forecast(sim.project.name, request));
    if (response instanceof Error) {
      this.#trace(`  ${process.name} does not answer: ${response.message}`);
      return undefined;
    }
    const answer = { process: process.name, sim, response, at: this.time.now() };
    this.answers.push(answer);
    const { model, forecasts } = response;
    this.#trace(
      `  ${process.name} answers for ${forecasts.length} series of ${sim.project.name} by version ${model.version}`,
    );
    this.#note(await this.#options.checkAnswer(this, answer));
    return answer;
  }

  /** Trouble ends, everything that is under way gets done; then all is looked at. */
  async #quiet(): Promise<void> {
    this.#calm = true;
    for (const process of this.processes) process.life.endAfter(-1);
    for (let waited = 0; waited < quietMsMax; waited += 1000) {
      await this.time.run(1000);
      if (this.#sending === 0 && this.processes.every(({ ready, life }) => ready && life.alive)) break;
    }
    await this.time.run(settleMs);
    this.#trace('quiet');
    this.#note(await this.#options.checkQuiet(this));
    this.#calm = false;
  }

  /** Asks a process, and lets time go on until it has answered. */
  async answerOf(process: SimProcess, sim: SimProject): Promise<Answer | undefined> {
    return await this.pump(this.#ask(sim, null, process));
  }

  async pump<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const ended = work.finally(() => {
      done = true;
    });
    for (let waited = 0; !done && waited < 2 * patienceMs; waited += 50) await this.time.run(50);
    if (!done) throw new Error('a process that runs and is not disturbed did not come to an end of its work');
    return await ended;
  }

  #note(findings: readonly Found[]): void {
    for (const finding of findings) {
      if (!this.#options.looksAt(finding.invariant)) continue;
      this.#trace(`BROKEN ${finding.invariant}: ${finding.what}`);
      this.findings.push({ ...finding, step: this.#step });
    }
  }

  #trace(line: string): void {
    this.#options.trace?.(
      `${String(this.#step).padStart(4)} ${new Date(this.time.now()).toISOString()} ${line}`,
    );
  }
}

function rowText({ series, period, kind, units }: SentRow): string {
  return `${series.id} ${period} ${kind === 'plain' ? units : kind}`;
}
