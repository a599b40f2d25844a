// Records to fill stores with: the smallest that are believable.

import { afterEach, beforeEach } from 'node:test';
import { type Clock, ManualClock, type Project } from '../../src/core/index.ts';
import type {
  BatchCommit,
  ControlStore,
  ObservationRow,
  PredictionRecord,
  RunRecord,
  SnapshotRecord,
  VersionDraft,
} from '../../src/storage/ports/index.ts';
import { projectLike } from '../fixtures/project.ts';

/** A store that can be opened several times over the same data. */
export interface ControlBackend {
  readonly name: string;
  fresh(): { readonly path: string; connect(clock: Clock): ControlStore; remove(): void };
}

export const startMs = 1_700_000_000_000;

/** A store over an empty place for each test of the suite that calls it. */
export function storePerTest(backend: ControlBackend): {
  readonly place: ReturnType<ControlBackend['fresh']>;
  readonly clock: ManualClock;
  readonly store: ControlStore;
  /** Opens the same place anew: what was not kept is gone. */
  reopen(): Promise<void>;
  /** Begins over an empty place again, for properties that do so many times in one test. */
  anew(): Promise<void>;
} {
  let place: ReturnType<ControlBackend['fresh']>;
  let clock: ManualClock;
  let store: ControlStore;
  const begin = (): void => {
    place = backend.fresh();
    clock = new ManualClock(startMs);
    store = place.connect(clock);
  };
  const end = async (): Promise<void> => {
    await store.close();
    place.remove();
  };
  beforeEach(begin);
  afterEach(end);
  return {
    get place() {
      return place;
    },
    get clock() {
      return clock;
    },
    get store() {
      return store;
    },
    anew: async () => {
      await end();
      begin();
    },
    reopen: async () => {
      await store.close();
      store = place.connect(clock);
    },
  };
}

export const project: Project = projectLike({
  columns: { series: ['item'], time: 'date', target: 'sold' },
  contract: { minValue: 0 },
  retrainEveryPeriods: 7,
});

export function row(seriesId: string, period: number, value: number): ObservationRow {
  return { seriesId, period, value, status: Number.isNaN(value) ? 1 : 0 };
}

export function commitOf(
  key: string,
  tail: readonly ObservationRow[],
  more: Partial<BatchCommit['batch']> = {},
): BatchCommit {
  const periods = tail.map((r) => r.period);
  return {
    batch: {
      id: `bat_${key}`,
      project: 'shop',
      idempotencyKey: key,
      contentHash: 'c'.repeat(64),
      source: 'http',
      receivedAt: startMs,
      rowsAccepted: tail.length,
      rowsPlanned: 0,
      rowsDescribed: 0,
      rowsDuplicate: 0,
      rowsReplaced: 0,
      rowsAdded: 0,
      rowsQuarantined: 1,
      quarantinedByCode: { 'data/negative': 1 },
      quarantineHash: 'd'.repeat(64),
      periodMin: periods.length > 0 ? Math.min(...periods) : null,
      periodMax: periods.length > 0 ? Math.max(...periods) : null,
      closesThrough: null,
      openFrom: null,
      sealed: false,
      ...more,
    },
    tail,
    segment: null,
  };
}

export const snapshot: SnapshotRecord = {
  id: 'e'.repeat(64),
  project: 'shop',
  createdAt: startMs,
  batchSeqMax: 2,
  segments: [{ hash: 'a'.repeat(64), rows: 3, periodMin: 1, periodMax: 9, batchSeqMin: 1, batchSeqMax: 2 }],
  rowCount: 3,
  seriesCount: 1,
  periodMin: 1,
  periodMax: 9,
};

export function runOf(id: string, more: Partial<RunRecord> = {}): RunRecord {
  return {
    id,
    experiment: 'daily',
    project: 'shop',
    kind: 'train',
    status: 'finished',
    startedAt: startMs,
    endedAt: startMs + 5,
    snapshotId: null,
    seed: 7,
    codeVersion: '0.1.0',
    environment: { node: 'v24.21.0', cores: 2 },
    params: { models: ['ets', 'theta'] },
    metrics: { 'ets.wape': 0.25, 'theta.wape': null },
    durationMs: 5,
    cpuSeconds: 0.01,
    memoryBytesPeak: 1000,
    artifacts: [{ name: 'report', hash: 'b'.repeat(64), sizeBytes: 12 }],
    error: null,
    ...more,
  };
}

export function versionOf(id: string, runId: string): VersionDraft {
  return {
    id,
    kind: 'forecaster',
    signature: null,
    project: 'shop',
    runId,
    snapshotId: snapshot.id,
    artifactHash: 'f'.repeat(64),
    artifactBytes: 99,
    createdAt: startMs,
    metrics: { wape: 0.2 },
    gate: null,
  };
}

export function predictionOf(id: string, more: Partial<PredictionRecord> = {}): PredictionRecord {
  return {
    id,
    requestId: 'req_1',
    project: 'shop',
    seriesId: 'apples',
    versionId: 'ver_1',
    arm: 'champion',
    purpose: 'served',
    source: 'model',
    cutoff: 100,
    madeAt: startMs,
    levels: [0.1, 0.9],
    mean: Float64Array.of(1.5, 2.25),
    quantiles: Float64Array.of(1, 2, 3, Number.MAX_VALUE),
    ...more,
  };
}
