// Watches what arrives and puts a training in when the policy says so. The decision itself is pure
// (`decide-retrain.ts`); the single flight of jobs keeps two watchers from starting two trainings.

import type { Project } from '../../core/index.ts';
import type {
  HistoryStore,
  JobRecord,
  JobStore,
  ProjectStore,
  RegistryStore,
  SnapshotRecord,
  SnapshotStore,
  VersionRecord,
} from '../../storage/ports/index.ts';
import type { Subscriber } from '../feed/index.ts';
import type { PipelineEngine } from '../jobs/index.ts';
import { trainingPeriodsMin } from '../train/index.ts';
import { decideRetrain, type RetrainSituation } from './decide-retrain.ts';

/** Finished trainings looked at for the last try: the newest of one project. */
const jobsLookedAt = 50;

export interface RetrainTriggerOptions {
  readonly store: Pick<ProjectStore, 'getProject'> &
    Pick<HistoryStore, 'historyTotals' | 'projectClock'> &
    Pick<SnapshotStore, 'getSnapshot'> &
    Pick<JobStore, 'listJobs'> &
    Pick<RegistryStore, 'getAlias' | 'listVersions'>;
  readonly jobs: Pick<PipelineEngine, 'enqueue'>;
}

export class RetrainTrigger {
  readonly #options: RetrainTriggerOptions;
  /**
   * Considers each project whenever a batch of it has been committed, and whenever a training of it has ended: what came while
   * it ran could start none.
   */
  readonly subscriber: Subscriber<'batch.committed' | 'job.done' | 'job.failed' | 'job.cancelled'> = {
    name: 'retraining',
    kinds: ['batch.committed', 'job.done', 'job.failed', 'job.cancelled'],
    apply: async ({ project, events }) => {
      const isOfOtherJobs = ({ type, data }: (typeof events)[number]): boolean =>
        type !== 'batch.committed' && data.pipeline !== 'train';
      if (events.length === 0 || !events.every(isOfOtherJobs)) await this.consider(project);
    },
  };

  constructor(options: RetrainTriggerOptions) {
    this.#options = options;
  }

  /** Decides now for one project. @returns the job started, or the one that runs already; undefined when it is not time */
  async consider(name: string): Promise<JobRecord | undefined> {
    const { store, jobs } = this.#options;
    const project = await store.getProject(name);
    if (project === undefined) return undefined;
    const decision = decideRetrain(await this.#situation(project));
    if (!decision.retrain) return undefined;
    const { job } = await jobs.enqueue('train', name, { ...decision.evidence, reason: decision.reason });
    return job;
  }

  async #situation(project: Project): Promise<RetrainSituation> {
    const { store } = this.#options;
    const { retrainEveryPeriods, name } = project;
    const idle = {
      retrainEveryPeriods,
      trainingPeriodsMin: trainingPeriodsMin(project),
      history: null,
      championPeriodMax: null,
      attemptPeriodMax: null,
    };
    if (retrainEveryPeriods <= 0) return idle;
    const { periodMin } = await store.historyTotals(name);
    const periodMax = await store.projectClock(name);
    if (periodMin === null || periodMax === null) return idle;
    const champion = await store.getAlias(name, 'champion');
    const snapshot = await this.#snapshotOf(champion);
    return {
      ...idle,
      history: { periodMin, periodMax },
      championPeriodMax: snapshot?.periodMax ?? null,
      attemptPeriodMax: await this.#lastAttempt(name),
    };
  }

  /** Last period known at the latest training: of the newest version, or of the newest job that this trigger started. */
  async #lastAttempt(name: string): Promise<number | null> {
    const { store } = this.#options;
    const [version] = await store.listVersions(name, 1);
    const snapshot = await this.#snapshotOf(version);
    const jobs = await store.listJobs({ project: name, limit: jobsLookedAt });
    const job = jobs.find(
      ({ pipeline, input }) => pipeline === 'train' && typeof input.latestPeriod === 'number',
    );
    const ofJob = typeof job?.input.latestPeriod === 'number' ? job.input.latestPeriod : null;
    return pick(Math.max, snapshot?.periodMax ?? null, ofJob);
  }

  async #snapshotOf(version: VersionRecord | undefined): Promise<SnapshotRecord | undefined> {
    const id = version?.snapshotId ?? undefined;
    return id === undefined ? undefined : await this.#options.store.getSnapshot(id);
  }
}

/** The smaller or larger of two numbers, where null is unknown. */
function pick(of: (a: number, b: number) => number, a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : of(a, b);
}
