// The training pipeline with a small fit: what computes is replaced, what decides who serves is the product's own.

import { createHash } from 'node:crypto';
import {
  AppError,
  ClosedPeriods,
  type Closing,
  ObservationStatus,
  type Project,
} from '../../src/core/index.ts';
import type { DataService } from '../../src/services/data/index.ts';
import { definePipeline, type Pipeline, type Step, type StepContext } from '../../src/services/jobs/index.ts';
import {
  asRun,
  encodeReport,
  projectOf,
  resultOf,
  type SnapshotResult,
  type TrainingOptions,
  trainingPipeline,
} from '../../src/services/train/index.ts';
import type { ControlStore, Json, TailRow } from '../../src/storage/ports/index.ts';
import type { MemoryBlobs } from './memory-blobs.ts';
import { type ArtifactFault, fitArtifact } from './sim-artifact.ts';

const periodsMax = 10_000;

export interface SimTrainingOptions {
  readonly training: Omit<TrainingOptions, 'data'>;
  readonly data: Pick<DataService, 'observationsSince'>;
  readonly store: ControlStore;
  readonly blobs: MemoryBlobs;
  /** What is to be wrong with the next artifact. */
  readonly nextFault: () => ArtifactFault | null;
  /** Told the bytes of every artifact that is bad. */
  readonly onBad: (artifactHash: string, fault: ArtifactFault) => void;
}

/** Steps that are replaced; the others are those of the product. */
export function simTraining(options: SimTrainingOptions): Pipeline {
  const notUsed = (): never => {
    throw new TypeError('this step of training is replaced in the simulator');
  };
  const data = {
    closePeriods: notUsed,
    seal: notUsed,
    createSnapshot: notUsed,
    checkFresh: notUsed,
    readPanel: notUsed,
  };
  const real = trainingPipeline({ ...options.training, data });
  const replaced: Readonly<Record<string, Step['run']>> = {
    seal: async () => null,
    snapshot: (context) => snapshot(options, context),
    fit: (context) => fit(options, context),
    gate: (context) => gate(options, context),
  };
  const names = real.steps.map(({ name }) => name);
  for (const name of Object.keys(replaced))
    if (!names.includes(name)) throw new Error(`training has no step ${name} any more`);
  return definePipeline({
    name: real.name,
    steps: real.steps.map((step) => ({ ...step, run: replaced[step.name] ?? ((c) => step.run(c)) })),
  });
}

async function snapshot({ data, store }: SimTrainingOptions, context: StepContext): Promise<Json> {
  const { project } = context;
  const { rows, closings } = await historyOf(data, project);
  const periods = rows.filter(isAccepted).map(({ period }) => period);
  if (periods.length === 0) throw new AppError('data/no-history', `${project} has no rows`);
  const batchSeqMax = Math.max(rows.at(-1)?.batchSeq ?? 0, ...closings.map(({ seq }) => seq));
  const id = createHash('sha256').update(`${project} ${batchSeqMax}`).digest('hex');
  const seriesCount = new Set(rows.map(({ seriesId }) => seriesId)).size;
  const extent = { periodMin: Math.min(...periods), periodMax: Math.max(...periods) };
  const about = { id, project, createdAt: 0, batchSeqMax, segments: [], rowCount: rows.length, seriesCount };
  await store.putSnapshot({ ...about, ...extent });
  return { snapshotId: id };
}

async function fit(options: SimTrainingOptions, context: StepContext): Promise<Json> {
  const { training, data, store, blobs } = options;
  const project = await projectOf(training, context.project);
  const { snapshotId } = resultOf<SnapshotResult>(context, 'snapshot');
  const upTo = (await store.getSnapshot(snapshotId))?.batchSeqMax ?? 0;
  const history = await historyOf(data, project.name, upTo);
  const fault = options.nextFault();
  const artifact = fitArtifact(project, historiesOf(project, history), { snapshotId, fault });
  const start = { kind: 'train' as const, project: project.name, seed: 1, snapshotId, params: {} };
  return await asRun(training.tracking, context, start, async (run) => {
    const model = await run.attach('model', artifact);
    if (fault !== null) options.onBad(model.hash, fault);
    if (fault === 'damaged') blobs.damage(model.hash);
    const report = await run.attach('report', emptyReport(snapshotId));
    return { result: { runId: run.id, artifact: { ...model }, report: { ...report } }, cpuSeconds: 0 };
  });
}

/** Everything passes: whether a bad version serves is to be found out by those who prove it. */
async function gate({ training }: SimTrainingOptions, context: StepContext): Promise<Json> {
  const { versionId } = resultOf<{ versionId: string }>(context, 'register');
  const reason = 'the simulator lets everything pass';
  await training.registry.setGate(versionId, { passed: true, reason });
  return { passed: true, reason };
}

/** Everything of batches up to a sequence number. */
async function historyOf(
  data: SimTrainingOptions['data'],
  project: string,
  upTo: number = Number.POSITIVE_INFINITY,
): Promise<{ rows: TailRow[]; closings: Closing[] }> {
  const all: { rows: TailRow[]; closings: Closing[] } = { rows: [], closings: [] };
  for await (const { rows, closings } of data.observationsSince(project, 0)) {
    all.rows.push(...rows.filter(({ batchSeq }) => batchSeq <= upTo));
    all.closings.push(...closings.filter(({ seq }) => seq <= upTo));
  }
  return all;
}

function isAccepted({ status }: TailRow): boolean {
  return status !== ObservationStatus.refused && status !== ObservationStatus.plan;
}

/**
 * Each series from its first own row to the last period that is closed for it, plans left out. Periods between without a row by the gap rule; where a row
 * was refused, and no other came, nothing is known.
 */
function historiesOf(
  project: Project,
  { rows, closings }: { rows: readonly TailRow[]; closings: readonly Closing[] },
): Map<string, { lastPeriod: number; values: Float64Array }> {
  const closed = new ClosedPeriods(project);
  for (const closing of closings) closed.close(closing);
  const bySeries = new Map<string, Map<number, TailRow>>();
  for (const row of rows) {
    const own = bySeries.get(row.seriesId) ?? new Map<number, TailRow>();
    const isWorth = row.status !== ObservationStatus.refused || !own.has(row.period);
    if (isWorth && row.status !== ObservationStatus.plan) own.set(row.period, row);
    bySeries.set(row.seriesId, own);
    if (isAccepted(row)) closed.observe(row.seriesId, row.period, row);
  }
  const histories = new Map<string, { lastPeriod: number; values: Float64Array }>();
  for (const [id, own] of bySeries) {
    const accepted = [...own.values()].filter(({ status }) => status !== ObservationStatus.refused);
    if (accepted.length === 0) continue;
    const periods = accepted.map(({ period }) => period);
    const first = Math.min(...periods);
    const last = closed.closedThrough(id);
    if (last < first) continue;
    if (last - first > periodsMax)
      throw new AppError('data/too-many-periods', `series ${id} spans ${last - first} periods`);
    const values = new Float64Array(last - first + 1).fill(project.gaps === 'zero' ? 0 : Number.NaN);
    for (const { period, value, status } of own.values())
      if (period >= first && period <= last)
        values[period - first] = status === ObservationStatus.observed ? value : Number.NaN;
    histories.set(id, { lastPeriod: last, values });
  }
  return histories;
}

function emptyReport(snapshotId: string): Uint8Array {
  const none = new Float64Array();
  const scores = { losses: none, rmsses: none, absoluteErrors: none, biases: none, demands: none };
  const shape = { horizon: 1, originsMax: 1, season: 1, nonNegative: true };
  const about = {
    format: 1 as const,
    snapshotId,
    shape,
    seriesIds: [],
    shortSeries: [],
    chosen: {},
    metrics: {},
  };
  return encodeReport({ ...about, selected: scores, seasonalNaive: scores });
}
