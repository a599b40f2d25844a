// Records as the API shows them: times as ISO dates, periods as people write them, nothing internal.

import { type CheckResult, type Project, periodLabel } from '../../core/index.ts';
import { causeOf, causeOfRun, parentOf } from '../../services/jobs/index.ts';
import type { ServingStatus } from '../../services/serving/index.ts';
import type * as api from './contract.ts';
import type {
  IngestOutcome,
  JobRecord,
  ListedBatch,
  PredictionRecord,
  ProjectRecord,
  RegisteredVersion,
  RepairOutcome,
  RunRecord,
  SnapshotSummary,
  VersionRecord,
  WithdrawalRecord,
  WithdrawResult,
} from './services.ts';

export function statusView(status: ServingStatus): api.ProjectStatus {
  const { project, trained, version, previous, series, cutoffAt, batchSeq, correctionsInside } = status;
  const { degraded, loading } = status;
  return {
    project,
    trained,
    version,
    previous,
    series,
    cutoffAt,
    batchSeq,
    correctionsInside,
    degraded,
    loading,
  };
}

export function projectView(record: ProjectRecord, status: ServingStatus): api.ProjectView {
  const { project, source, version, settings, createdAt, updatedAt } = record;
  const { name, grid, timezone, horizonSteps, seasons, levels, gaps, retrainEveryPeriods } = project;
  return {
    name,
    frequency: grid.frequency,
    timezone,
    horizonSteps,
    seasons: [...seasons],
    levels: [...levels],
    gaps,
    retrainEveryPeriods,
    source,
    version,
    settings,
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
    status: statusView(status),
  };
}

/** @param purgeJob the job that was just put in */
export function removedProjectView(record: ProjectRecord, purgeJob: string | null): api.RemovedProject {
  const { project, version, settings, removal } = record;
  return {
    name: project.name,
    version,
    settings,
    removedAt: new Date(removal?.at ?? 0).toISOString(),
    removedBy: removal?.by ?? '',
    purging: removal?.purging ?? false,
    purgeJob,
  };
}

export function withdrawalView(project: Project, of: WithdrawalRecord): api.Withdrawal {
  const label = (period: number | null): string | null =>
    period === null ? null : periodLabel(project.grid, period);
  return {
    id: of.id,
    at: new Date(of.at).toISOString(),
    reason: of.reason,
    rows: of.rows,
    batchSeq: of.batchSeq,
    series: of.seriesId,
    from: label(of.periodMin),
    to: label(of.periodMax),
    undoneAt: of.restoredAt === null ? null : new Date(of.restoredAt).toISOString(),
  };
}

export function batchView(project: Project, { batch, rowsWithdrawn }: ListedBatch): api.Batch {
  const label = (period: number | null): string | null =>
    period === null ? null : periodLabel(project.grid, period);
  return {
    id: batch.id,
    seq: batch.seq,
    receivedAt: new Date(batch.receivedAt).toISOString(),
    source: batch.source,
    accepted: batch.rowsAccepted + batch.rowsDescribed,
    plans: batch.rowsPlanned,
    duplicates: batch.rowsDuplicate,
    replaced: batch.rowsReplaced,
    added: batch.rowsAdded,
    quarantined: batch.rowsQuarantined,
    quarantinedByCode: { ...batch.quarantinedByCode },
    repaired: batch.rowsRepaired ?? 0,
    withdrawn: rowsWithdrawn,
    from: label(batch.periodMin),
    to: label(batch.periodMax),
  };
}

export function withdrawnRowsView(
  project: Project,
  { withdrawal, batch }: WithdrawResult,
): api.WithdrawnRows {
  return {
    withdrawal: withdrawalView(project, withdrawal),
    batchId: batch.id,
    changed: batch.rowsAccepted,
  };
}

export function contractResultView(result: CheckResult): api.ContractResult {
  return { ...result, columns: [...result.columns], examples: result.examples.map((one) => ({ ...one })) };
}

export function ingestView(
  project: Project,
  { batch, replayed, problems, failedChecks, periodsOpen = 0 }: IngestOutcome,
): api.IngestResult {
  const path = `/v1/projects/${project.name}/quarantine?batch=${encodeURIComponent(batch.id)}`;
  return {
    batchId: batch.id,
    replayed,
    accepted: batch.rowsAccepted + batch.rowsDescribed,
    plans: batch.rowsPlanned,
    duplicates: batch.rowsDuplicate,
    replaced: batch.rowsReplaced,
    added: batch.rowsAdded,
    quarantined: batch.rowsQuarantined,
    quarantinedByCode: { ...batch.quarantinedByCode },
    problems: problems.map(({ row, code, reason }) => ({ row, code, reason })),
    failedChecks: failedChecks.map(contractResultView),
    ...(periodsOpen > 0 ? { unknownPeriods: periodsOpen } : {}),
    quarantineUrl: batch.rowsQuarantined > 0 ? path : null,
  };
}

export function repairView({ batches, problems, ...counts }: RepairOutcome): api.RepairResult {
  return {
    ...counts,
    batches: batches.map((batch) => ({
      batchId: batch.id,
      accepted: batch.rowsAccepted,
      duplicates: batch.rowsDuplicate,
      replaced: batch.rowsReplaced,
      added: batch.rowsAdded,
      quarantined: batch.rowsQuarantined,
      quarantinedByCode: { ...batch.quarantinedByCode },
    })),
    problems: problems.map(({ row, code, reason }) => ({ row, code, reason })),
  };
}

export function jobView(job: JobRecord): api.Job {
  const { id, pipeline, project, state, step, progress, input, results, attempts, error } = job;
  return {
    id,
    pipeline,
    project,
    state,
    step,
    progress,
    cause: causeOf(input),
    parent: parentOf(job),
    input,
    results,
    attempts,
    error,
    createdAt: iso(job.createdAt),
    startedAt: isoOrNull(job.startedAt),
    endedAt: isoOrNull(job.endedAt),
  };
}

export function versionView(
  version: VersionRecord,
  aliases: readonly { alias: string; versionId: string }[],
): api.ModelVersion {
  const { id, project, number, runId, snapshotId, artifactHash, artifactBytes, metrics, gate } = version;
  return {
    id,
    project,
    number,
    aliases: aliases.filter(({ versionId }) => versionId === id).map(({ alias }) => alias),
    runId,
    snapshotId,
    artifactHash,
    artifactBytes,
    createdAt: iso(version.createdAt),
    metrics,
    gate,
    ...proofView(version),
  };
}

export function registeredView({
  version,
  signature,
  aliases,
}: RegisteredVersion): api.RegisteredModelVersion {
  const { id, project, number, artifactHash, artifactBytes } = version;
  const { runBy, inputs, outputs, operators, notes } = signature;
  const spec = ({ name, datatype, shape, columns }: (typeof inputs)[number]): api.RegisteredSpec => ({
    name,
    datatype,
    shape: [...shape],
    ...(columns === undefined ? {} : { columns: [...columns] }),
  });
  return {
    id,
    name: project,
    number,
    aliases: [...aliases],
    artifactHash,
    artifactBytes,
    createdAt: iso(version.createdAt),
    runBy,
    inputs: inputs.map(spec),
    outputs: outputs.map(spec),
    operators: [...operators],
    notes: [...notes],
    ...proofView(version),
  };
}

/** Whether it can serve, as far as anybody has found out. */
function proofView({ provenAt, refusal }: VersionRecord): Pick<api.ModelVersion, 'provenAt' | 'refusal'> {
  return {
    provenAt: isoOrNull(provenAt),
    refusal: refusal === null ? null : { at: iso(refusal.at), reason: refusal.reason },
  };
}

export function runView(run: RunRecord): api.Run {
  const { startedAt, endedAt, artifacts, ...rest } = run;
  return {
    ...rest,
    cause: causeOfRun(run.params),
    startedAt: iso(startedAt),
    endedAt: isoOrNull(endedAt),
    artifacts: artifacts.map(({ name, hash, sizeBytes }) => ({ name, hash, sizeBytes })),
  };
}

export function snapshotView(snapshot: SnapshotSummary): api.Snapshot {
  const { id, project, createdAt, batchSeqMax, rowCount, seriesCount, periodMin, periodMax } = snapshot;
  return {
    id,
    project,
    createdAt: iso(createdAt),
    batchSeqMax,
    segments: snapshot.segments.length,
    rowCount,
    seriesCount,
    periodMin,
    periodMax,
  };
}

export function predictionView(project: Project, prediction: PredictionRecord): api.Prediction {
  const {
    id,
    requestId,
    seriesId,
    versionId,
    arm,
    purpose,
    source,
    cutoff,
    madeAt,
    levels,
    mean,
    quantiles,
  } = prediction;
  const horizon = mean.length;
  const steps = Array.from(mean, (value, k) => ({
    timestamp: periodLabel(project.grid, cutoff + 1 + k),
    mean: value,
    quantiles: Object.fromEntries(
      levels.map((level, l) => [String(level), quantiles[l * horizon + k] as number]),
    ),
  }));
  return {
    id,
    requestId,
    project: project.name,
    series: seriesId,
    versionId,
    arm,
    purpose,
    source,
    cutoffAt: periodLabel(project.grid, cutoff),
    madeAt: iso(madeAt),
    ...(prediction.covariates === undefined ? {} : { covariates: prediction.covariates }),
    ...adaptedView(prediction),
    steps,
  };
}

function adaptedView({ levels, adapted }: PredictionRecord): Pick<api.Prediction, 'adaptedLevels'> {
  if (adapted === undefined) return {};
  const pairs = levels.map((level, l) => [String(level), adapted.levels[l] as number]);
  return { adaptedLevels: Object.fromEntries(pairs) };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : iso(ms);
}
