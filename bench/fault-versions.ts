// Versions of a trained project that must never serve, each registered as if a training had made it: for the bench `faults`.

import { randomFillSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IdSource } from '../src/core/index.ts';
import { crc32 } from '../src/forecasting/models/crc32.ts';
import {
  decodeForecaster,
  encodeForecaster,
  type Forecaster,
  stateLayouts,
} from '../src/forecasting/models/index.ts';
import { Registry } from '../src/services/registry/index.ts';
import { openFileBlobs } from '../src/storage/files/index.ts';
import { openSqliteStore } from '../src/storage/sqlite/index.ts';

export interface FaultyVersion {
  readonly fault: string;
  readonly number: number;
}

/** Sections of an artifact up to the last that is changed here, in their order. */
const sections =
  'offsets modelOf lastPeriods scales strata largest stateLengths states recentLengths recent global golden'.split(
    ' ',
  );
/** One that carries no golden forecast: what is wrong with it must be found by forecasting it. */
const series = 1;

/** Registers every faulty version beside the champion of a project, in the data folder of a server that runs. */
export async function registerFaulty(dataFolder: string, project: string): Promise<FaultyVersion[]> {
  const clock = { now: () => Date.now() };
  const ids = new IdSource(clock.now, (bytes) => randomFillSync(bytes));
  const store = openSqliteStore({ path: join(dataFolder, 'control.sqlite'), clock });
  const blobs = openFileBlobs({ folder: join(dataFolder, 'blobs'), ids });
  const registry = new Registry({ store, blobs, ids, clock });
  try {
    const champion = await registry.champion(project);
    if (champion === undefined) throw new Error('the project has no champion');
    const sound = await registry.loadArtifact(champion);
    const run = await store.getRun(champion.runId ?? 'none');
    if (run === undefined) throw new Error('the champion has no run');
    const versions: FaultyVersion[] = [];
    for (const [fault, { artifact, harm }] of Object.entries(faults(sound))) {
      const runId = ids.next('run');
      await store.putRun({ ...run, id: runId });
      const version = await registry.register({
        project,
        runId,
        snapshotId: champion.snapshotId ?? 'none',
        artifact,
        metrics: {},
        gate: null,
      });
      if (harm !== undefined) await harmBlob(dataFolder, version.artifactHash, harm);
      versions.push({ fault, number: version.number });
    }
    return versions;
  } finally {
    await store.close();
  }
}

/** Changes a stored file behind the store's back. */
export async function harmBlob(
  dataFolder: string,
  hash: string,
  harm: (bytes: Uint8Array) => Uint8Array,
): Promise<void> {
  const path = join(dataFolder, 'blobs', hash.slice(0, 2), hash);
  await writeFile(path, harm(await readFile(path)));
}

export function flipByte(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const middle = copy.length >> 1;
  copy[middle] = (copy[middle] as number) ^ 0x10;
  return copy;
}

interface Fault {
  readonly artifact: Uint8Array;
  /** Done to the stored file afterwards. */
  readonly harm?: (bytes: Uint8Array) => Uint8Array;
}

function faults(sound: Uint8Array): Record<string, Fault> {
  const forecaster = decodeForecaster(sound);
  const changed = (change: Partial<Forecaster>): Uint8Array => encodeForecaster({ ...forecaster, ...change });
  const states = (change: (state: Float64Array, i: number) => Float64Array): Float64Array[] =>
    Array.from(forecaster.states, change);
  // Another file than the champion's, and as good.
  const good = (share: number): Uint8Array =>
    changed({ largest: forecaster.largest.map((value) => value * (1 + share)) });
  return {
    'a byte of the file flipped': { artifact: good(1e-6), harm: flipByte },
    'the file cut off': { artifact: good(2e-6), harm: (bytes) => bytes.subarray(0, bytes.length - 100) },
    'no forecaster at all': { artifact: new TextEncoder().encode('{"model": "x"}') },
    'forecasts NaN': {
      artifact: changed({
        states: states((state, i) => (i === series ? state.map(() => Number.NaN) : state)),
      }),
    },
    'crossing quantiles': { artifact: changed({ intervals: crossed(forecaster.intervals) }) },
    'absurdly large': {
      artifact: changed({ states: states((state) => levelTimes(state, 1000)) }),
    },
    'a thirtieth of the demand': {
      artifact: changed({ states: states((state) => levelTimes(state, 1 / 30)) }),
    },
    'states of the wrong length': {
      artifact: changed({ states: states((state, i) => (i === series ? new Float64Array(0) : state)) }),
    },
    'other numbers than its golden ones': { artifact: patched(sound, 'golden', 5, 1e6) },
    'throws when it forecasts': { artifact: patched(sound, 'modelOf', series, 999) },
  };
}

/** The level of exponential smoothing moved. */
function levelTimes(state: Float64Array, factor: number): Float64Array {
  const { level } = stateLayouts.smoothing;
  return state.map((value, i) => (i === level ? value * factor : value));
}

/** The offsets of every stratum and lead in the opposite order. */
function crossed(intervals: Forecaster['intervals']): Forecaster['intervals'] {
  const { offsets, levels } = intervals;
  const count = levels.length;
  const turned = offsets.map((_, i) => offsets[i - (i % count) + (count - 1 - (i % count))] as number);
  return { ...intervals, offsets: turned };
}

/** One number of a section changed, under a checksum that is right again. */
function patched(artifact: Uint8Array, section: string, index: number, value: number): Uint8Array {
  const bytes = Uint8Array.from(artifact);
  const view = new DataView(bytes.buffer);
  const length = view.getUint32(12, true);
  const { lengths } = JSON.parse(new TextDecoder().decode(bytes.subarray(16, 16 + length))) as {
    lengths: Record<string, number>;
  };
  const before = sections.slice(0, sections.indexOf(section));
  const at = before.reduce((sum, name) => sum + (lengths[name] ?? 0), index);
  view.setFloat64(16 + Math.ceil(length / 8) * 8 + 8 * at, value, true);
  const crc = crc32(0, bytes, { from: 0, to: 8 });
  view.setUint32(8, crc32(crc, bytes, { from: 12, to: bytes.length }), true);
  return bytes;
}
