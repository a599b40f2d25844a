// The causal chain backwards: prediction → version → run → snapshot → batches.

import { AppError, timeOfId } from '../../core/index.ts';
import type {
  AliasChange,
  BatchRecord,
  HistoryStore,
  PredictionRecord,
  PredictionStore,
  RegistryStore,
  RetentionStore,
  RunRecord,
  SnapshotRecord,
  SnapshotStore,
  TrackingStore,
  VersionRecord,
} from '../../storage/ports/index.ts';

export type LineageStore = Pick<PredictionStore, 'getPrediction'> &
  Pick<RetentionStore, 'retentionRecords'> &
  Pick<RegistryStore, 'getVersion' | 'aliasHistory'> &
  Pick<TrackingStore, 'getRun'> &
  Pick<SnapshotStore, 'getSnapshot'> &
  Pick<HistoryStore, 'listBatches'>;

/** Some batches of many: the newest `batchesShownMax`, and how many there are. */
export interface BatchGroup {
  readonly count: number;
  readonly newest: readonly BatchRecord[];
}

export interface PredictionLineage {
  readonly prediction: PredictionRecord;
  /** Null when no model answered (a baseline did): then everything below is null or empty too. */
  readonly version: VersionRecord | null;
  /** The alias change that had put the version into traffic when the forecast was made. */
  readonly promotedBy: AliasChange | null;
  readonly run: RunRecord | null;
  readonly snapshot: SnapshotRecord | null;
  /** Batches inside the snapshot: what the model learnt from. */
  readonly trainedOn: BatchGroup;
  /** Batches that came later and before the forecast: they moved the model's state, not its parameters. */
  readonly observedSince: BatchGroup;
}

const batchesShownMax = 100;
const pageSize = 1000;
const aliasChangesMax = 10_000;

/**
 * Everything a forecast came from.
 * @throws AppError `registry/unknown-prediction`
 * Cost: one pass over the project's batch records up to the time of the forecast.
 */
export async function explainPrediction(
  store: LineageStore,
  predictionId: string,
): Promise<PredictionLineage> {
  const prediction = await findPrediction(store, predictionId);
  const version = (await store.getVersion(prediction.versionId)) ?? null;
  const run = version?.runId == null ? undefined : await store.getRun(version.runId);
  const snapshot = version?.snapshotId == null ? undefined : await store.getSnapshot(version.snapshotId);
  return {
    prediction,
    version,
    promotedBy: version === null ? null : await promotion(store, prediction, version),
    run: run ?? null,
    snapshot: snapshot ?? null,
    ...(await batchesBehind(store, prediction, snapshot)),
  };
}

async function promotion(
  store: LineageStore,
  prediction: PredictionRecord,
  version: VersionRecord,
): Promise<AliasChange | null> {
  const history = await store.aliasHistory(prediction.project, 'champion', aliasChangesMax);
  return history.find((change) => change.versionId === version.id && change.at <= prediction.madeAt) ?? null;
}

async function batchesBehind(
  store: LineageStore,
  prediction: PredictionRecord,
  snapshot: SnapshotRecord | undefined,
): Promise<{ trainedOn: BatchGroup; observedSince: BatchGroup }> {
  const trainedOn = { count: 0, newest: [] as BatchRecord[] };
  const observedSince = { count: 0, newest: [] as BatchRecord[] };
  if (snapshot === undefined) return { trainedOn, observedSince };
  let afterSeq = 0;
  for (;;) {
    const page = await store.listBatches(prediction.project, { afterSeq, limit: pageSize });
    for (const batch of page) {
      afterSeq = batch.seq;
      // One that only closes periods brought nothing to walk back to.
      const rows = batch.rowsAccepted + batch.rowsDescribed + batch.rowsQuarantined;
      if (rows === 0 && batch.repair === undefined) continue;
      if (batch.seq > snapshot.batchSeqMax && batch.receivedAt > prediction.madeAt) continue;
      const group = batch.seq <= snapshot.batchSeqMax ? trainedOn : observedSince;
      group.count++;
      group.newest.unshift(batch);
      if (group.newest.length > batchesShownMax) group.newest.pop();
    }
    if (page.length < pageSize) return { trainedOn, observedSince };
  }
}

/** @throws AppError `registry/unknown-prediction`, `registry/prediction-removed` */
export async function findPrediction(
  store: Pick<LineageStore, 'getPrediction' | 'retentionRecords'>,
  id: string,
): Promise<PredictionRecord> {
  const prediction = await store.getPrediction(id);
  if (prediction !== undefined) return prediction;
  await refuseRemoved(store, id);
  throw new AppError('registry/unknown-prediction', `there is no prediction ${id}`);
}

/** An id says when it was made: what is older than what retention has removed was removed too, or never was. */
async function refuseRemoved(store: Pick<LineageStore, 'retentionRecords'>, id: string): Promise<void> {
  const madeAt = timeOfId(id);
  if (madeAt === undefined) return;
  const gone = (await store.retentionRecords()).find(
    ({ kind, through }) => kind === 'predictions' && madeAt <= through,
  );
  if (gone === undefined) return;
  const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
  throw new AppError(
    'registry/prediction-removed',
    `prediction ${id} is of ${day(madeAt)}: retention has removed the forecasts of ${gone.project} up to ${day(gone.through)}, the last of them on ${day(gone.at)}`,
    { details: { madeAt, removedThrough: gone.through } },
  );
}
