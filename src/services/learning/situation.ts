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

/** Jobs looked at for earlier tries: the newest of one project. */
const jobsLookedAt = 50;

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
  const jobs = await store.listJobs({ project: name, limit: jobsLookedAt });
  const newest = await learntBy(store, version);
  return {
    project,
    history: periodMin === null || periodMax === null ? null : { periodMin, periodMax },
    trainingPeriodsMin: trainingPeriodsMin(project),
    champion: (await learntBy(store, await store.getAlias(name, 'champion'))) ?? null,
    newest:
      version === undefined || newest === undefined
        ? null
        : { ...newest, refusal: refusalOf(version), settings: await settingsOf(store, version) },
    withdrawals: wantsWithdrawals(project) ? await store.listWithdrawals(name) : [],
    tries: (pipeline: RetrainPipeline) =>
      jobs.filter((job) => job.pipeline === pipeline).map(({ input }) => input),
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

/** By what serves, or by the gate. */
function refusalOf({ refusal, gate }: VersionRecord): string | null {
  if (refusal !== null) return refusal.reason;
  return gate?.passed === false ? String(gate.reason ?? 'by the gate') : null;
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
