// One process: the product's services over the store, joined as src/app joins them. What it holds in memory ends with it.

import { findingOf, refusalOf, together } from '../../src/app/processes/finding.ts';
import { type Finding as ProofFinding, proveWithinMs } from '../../src/app/processes/messages.ts';
import { IdSource, type Project, Rng } from '../../src/core/index.ts';
import {
  closeSubscriber,
  holidayColumn,
  type IngestResult,
  openData,
} from '../../src/services/data/index.ts';
import { EventFeed } from '../../src/services/feed/index.ts';
import { EmbeddedEngine, type PipelineEngine, Rounds } from '../../src/services/jobs/index.ts';
import { RetrainTrigger } from '../../src/services/learning/index.ts';
import {
  AccuracyMonitor,
  adaptationOf,
  CoverageMonitor,
  coverageSubscriber,
} from '../../src/services/monitor/index.ts';
import { Promotion, Registry } from '../../src/services/registry/index.ts';
import { Serving, servingSubscriber } from '../../src/services/serving/index.ts';
import { Tracking } from '../../src/services/tracking/index.ts';
import type { ControlStore, VersionRecord } from '../../src/storage/ports/index.ts';
import { fixedProjects } from '../fixtures/project.ts';
import { Life, withFaults } from './faults.ts';
import { type MemoryBlobs, noFiles } from './memory-blobs.ts';
import { type ArtifactFault, decodeArtifact } from './sim-artifact.ts';
import { simTraining } from './sim-training.ts';
import type { SimTime } from './time.ts';
import type { Witness } from './witness.ts';

/** Oftener than a server does: the checks wait for a few seconds only. */
const latenessEveryMs = 2_000;

export interface SimProcessOptions {
  /** Names this life of it: another one after each restart. */
  readonly name: string;
  readonly store: ControlStore;
  readonly blobs: MemoryBlobs;
  readonly time: SimTime;
  readonly rng: Rng;
  readonly projects: readonly Project[];
  /** Does it run jobs and begin trainings, or does it only answer? */
  readonly works: boolean;
  /** Share of its calls of that name that fail now. */
  readonly failing: (name: string) => number;
  readonly onDeath: () => void;
  /** Is the process of that name gone? */
  readonly isGone: (name: string) => boolean;
  readonly nextFault: () => ArtifactFault | null;
  readonly onBad: (artifactHash: string, fault: ArtifactFault) => void;
  readonly log: (line: string) => void;
  readonly witness: Witness;
  /** All processes that live, this one too. */
  readonly peers: () => readonly SimProcess[];
}

export class SimProcess {
  readonly name: string;
  readonly life: Life;
  readonly data: ReturnType<typeof openData>;
  readonly serving: Serving;
  readonly monitor: AccuracyMonitor;
  readonly coverage: CoverageMonitor;
  readonly registry: Registry;
  readonly promotion: Promotion;
  readonly jobs: PipelineEngine;
  readonly #options: SimProcessOptions;
  readonly #store: ControlStore;
  readonly #begin: () => Promise<void>;
  /** True once it serves. */
  ready = false;

  constructor(options: SimProcessOptions) {
    this.#options = options;
    const { name, time, projects, rng } = options;
    this.name = name;
    this.life = new Life(options.onDeath);
    const { life } = this;
    const timers = time.timersOf(life);
    const faults = { life, time, rng, failing: options.failing };
    const store = withFaults(options.store, faults);
    const blobs = withFaults(options.blobs, faults);
    this.#store = store;
    const own = new Rng(rng.uint32());
    const ids = new IdSource(
      () => time.now(),
      (bytes) => {
        for (let i = 0; i < bytes.length; i++) bytes[i] = own.below(256);
      },
    );
    const common = { store, blobs, ids, clock: time };
    const log = {
      info: () => {},
      error: (fields: object, message: string) => options.log(`${message} ${JSON.stringify(fields)}`),
    };
    const onError = (error: unknown): void => options.log(String(error));
    this.data = openData({ ...common, files: noFiles, timers, scratchFolder: 'nowhere' });
    this.registry = new Registry(common);
    const breathe = (): Promise<void> => time.pause(life, 0);
    this.monitor = new AccuracyMonitor({
      store,
      past: (project, range) => this.data.sealedPast(project, range),
      clock: time,
      breathe,
    });
    this.coverage = new CoverageMonitor({
      store,
      servingVersion: async (project) => (await this.registry.champion(project))?.id,
      breathe,
    });
    this.serving = new Serving({
      ...common,
      registry: this.registry,
      data: this.data,
      timers,
      log,
      holidays: holidayColumn,
      decode: decodeArtifact,
      adaptation: async (project, versionId) => adaptationOf(await this.coverage.measure(project, versionId)),
    });
    this.promotion = new Promotion({
      registry: this.registry,
      processes: {
        prove: async (version) => {
          const ready = options.peers().filter((peer) => peer.ready);
          const findings = ready.map((peer) => this.#findingIn(peer, version));
          const found = await Promise.all(findings);
          return refusalOf(together(found.filter((finding) => finding !== undefined)));
        },
        follow: (project) => this.serving.follow(project),
      },
    });
    const jobs = this.#engine({ ...common, timers, onError });
    this.jobs = jobs;
    const feed = new EventFeed({ store, clock: time, timers, log });
    const { serving, coverage } = this;
    const retraining = new RetrainTrigger({ projects: store, store, jobs });
    const closing = new Rounds({
      everyMs: latenessEveryMs,
      timers,
      work: async () => {
        for (const project of await store.listProjects()) await this.data.closePeriods(project);
      },
      onError,
    });
    this.#begin = async () => {
      for (const project of projects) await store.putProject(project, time.now());
      const afterSeq = await feed.now();
      await serving.start(projects);
      feed.follow(servingSubscriber({ serving }), { afterSeq });
      feed.follow(coverageSubscriber({ projects: fixedProjects(...projects), coverage, serving }), {
        afterSeq,
      });
      feed.start();
      if (!options.works) return;
      jobs.start();
      closing.start();
      const names = projects.map(({ name }) => name);
      await feed.resume(closeSubscriber({ projects: store, data: this.data }), { projects: names });
      await feed.resume(retraining.subscriber, { projects: names, look: true });
      await feed.resume(options.witness.subscriber(store), { projects: names });
    };
  }

  /** What another process finds; undefined when it has ended before it found out. */
  #findingIn(peer: SimProcess, version: VersionRecord): Promise<ProofFinding | undefined> {
    const late = this.#options.time
      .pause(this.life, proveWithinMs)
      .then(() => ({ kind: 'unknown' as const, reason: `${peer.name} does not say` }));
    const ended = peer.life.ended.then(() => undefined);
    return Promise.race([findingOf(peer.serving.prove(version.project, version)), late, ended]);
  }

  #engine(parts: {
    store: ControlStore;
    blobs: MemoryBlobs;
    ids: IdSource;
    clock: SimTime;
    timers: ReturnType<SimTime['timersOf']>;
    onError: (error: unknown) => void;
  }): PipelineEngine {
    const { options, data } = { options: this.#options, data: this.data };
    const { store, clock, timers, onError } = parts;
    const tracking = new Tracking({ ...parts, environment: {}, codeVersion: 'sim' });
    const training = {
      projects: store,
      predictions: store,
      tracking,
      registry: this.registry,
      blobs: parts.blobs,
      threads: 0,
      promotion: this.promotion,
    };
    const { nextFault, onBad, blobs } = options;
    return new EmbeddedEngine({
      store,
      ids: parts.ids,
      pipelines: [simTraining({ training, data, store, blobs, nextFault, onBad })],
      clock,
      timers,
      workerId: options.name,
      isGone: options.isGone,
      onError,
    });
  }

  /** As a server starts; a process that cannot start ends. */
  async start(): Promise<void> {
    try {
      await this.#begin();
      this.ready = true;
    } catch (error) {
      this.#options.log(`${this.name} cannot start: ${String(error)}`);
      this.life.end();
    }
  }

  /** As the route of observations does it. */
  async ingest(project: Project, body: Uint8Array, key: string): Promise<IngestResult> {
    const result = await this.data.ingestBody(project, body, { format: 'json', idempotencyKey: key });
    if (!result.replayed) await this.serving.catchUp(project.name);
    return result;
  }

  get store(): ControlStore {
    return this.#store;
  }
}
