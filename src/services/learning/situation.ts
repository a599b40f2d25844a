// What is known of a project when a trigger looks at it. A few rows each: it is read whenever something has happened.

import type { Project, RetrainPipeline } from '../../core/index.ts';
import type {
  HistoryStore,
  JobStore,
  JsonObject,
  RegistryStore,
  SnapshotStore,
  TrackingStore,
  VersionRecord,
  WithdrawalStore,
} from '../../storage/ports/index.ts';
import { trainingPeriodsMin } from '../train/index.ts';
import type { Learnt, Situation } from './trigger.ts';

/** Jobs looked at for earlier tries: the newest of one pipeline. */
const jobsLookedAt = 50;
const pipelines: readonly RetrainPipeline[] = ['train', 'search'];

export type SituationStore = Pick<HistoryStore, 'historyTotals' | 'projectClock'> &
  Pick<SnapshotStore, 'getSnapshot'> &
  Pick<JobStore, 'listJobs'> &
  Pick<RegistryStore, 'getAlias' | 'listVersions'> &
  Pick<TrackingStore, 'getRun'> &
  WithdrawalStore;

export async function situationOf(store: SituationStore, project: Project): Promise<Situation> {
  const { name } = project;
  const { periodMin } = await store.historyTotals(name);
  const periodMax = await store.projectClock(name);
  const [version] = await store.listVersions(name, 1);
  const tries = new Map<RetrainPipeline, readonly JsonObject[]>();
  for (const pipeline of pipelines) {
    const jobs = await store.listJobs({ project: name, pipeline, limit: jobsLookedAt });
    tries.set(
      pipeline,
      jobs.map(({ input }) => input),
    );
  }
  const champion = await store.getAlias(name, 'champion');
  const newest = await learntBy(store, version);
  return {
    project,
    history: periodMin === null || periodMax === null ? null : { periodMin, periodMax },
    trainingPeriodsMin: trainingPeriodsMin(project),
    champion: (await learntBy(store, champion)) ?? null,
    newest:
      version === undefined || newest === undefined
        ? null
        : {
            ...newest,
            refusal: refusalOf(version, champion?.id),
            settings: await settingsOf(store, version),
          },
    withdrawals: wantsWithdrawals(project) ? await store.listWithdrawals(name) : [],
    tries: (pipeline) => tries.get(pipeline) ?? [],
  };
}

async function learntBy(
  store: Pick<SnapshotStore, 'getSnapshot'>,
  version: VersionRecord | undefined,
): Promise<Learnt | undefined> {
  const snapshot =
    version === undefined || version.snapshotId === null
      ? undefined
      : await store.getSnapshot(version.snapshotId);
  if (version === undefined || snapshot === undefined) return undefined;
  const { batchSeqMax, periodMax } = snapshot;
  return { versionId: version.id, number: version.number, batchSeqMax, periodMax };
}

/** By what serves, or by the gate; who promotes a version all the same overrules the gate. */
function refusalOf({ id, refusal, gate }: VersionRecord, championId: string | undefined): string | null {
  if (refusal !== null) return refusal.reason;
  return id !== championId && gate?.passed === false ? String(gate.reason ?? 'by the gate') : null;
}

async function settingsOf(
  store: Pick<TrackingStore, 'getRun'>,
  { runId }: VersionRecord,
): Promise<JsonObject | null> {
  return runId === null ? null : ((await store.getRun(runId))?.params ?? null);
}

function wantsWithdrawals({ retrainOn = [] }: Project): boolean {
  return retrainOn.some(({ event }) => event === 'withdrawal');
}
