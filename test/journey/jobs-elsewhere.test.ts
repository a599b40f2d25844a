// Whoever goes on with a job knows what is stored, and no path of whoever began it: here each step runs in an opening of its own,
// and in between the data folder is moved and everything in scratch removed.

import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { buildMonitoring } from '../../src/app/build-monitoring.ts';
import { openProjects } from '../../src/app/build-projects.ts';
import { pipelinesOf } from '../../src/app/build-work.ts';
import { openStorage, type Storage } from '../../src/app/open-storage.ts';
import { systemIds } from '../../src/app/platform.ts';
import { inspectStores } from '../../src/app/stores.ts';
import { ManualClock } from '../../src/core/index.ts';
import { resolveConfig } from '../../src/interfaces/config/index.ts';
import { Promotion, Registry } from '../../src/services/registry/index.ts';
import { batchJob, ForecastFiles, type ScoringRequest } from '../../src/services/scoring/index.ts';
import { Tracking } from '../../src/services/tracking/index.ts';
import { eachBlob, type JobRecord, type Json, type JsonObject } from '../../src/storage/ports/index.ts';

const dayMs = 86_400_000;
const firstDay = Date.UTC(2024, 0, 1);
const days = 60;
const clock = new ManualClock(firstDay + days * dayMs);
let base: string;
/** Where the data folder is now. */
let folder: string;

before(async () => {
  base = mkdtempSync(join(tmpdir(), 'almanac-pipelines-'));
  folder = join(base, 'data-0');
  const rows = Array.from({ length: days }, (_, day) =>
    ['a', 'b', 'c'].map(
      (item, i) =>
        `${item},${new Date(firstDay + day * dayMs).toISOString().slice(0, 10)},${10 + i + (day % 7)}`,
    ),
  );
  const path = join(base, 'history.csv');
  writeFileSync(path, ['item,date,units', ...rows.flat()].join('\n'));
  await withStorage(async ({ data, store }) => {
    const project = await store.getProject('shop');
    assert.ok(project);
    await data.ingestFile(project, path);
  });
  rmSync(path);
});
after(() => rmSync(base, { recursive: true, force: true }));

async function withStorage<T>(work: (storage: Storage) => Promise<T>): Promise<T> {
  const storage = await openStorage(config(), { clock, ids: systemIds() });
  try {
    await openProjects({ config: config(), store: storage.store });
    return await work(storage);
  } finally {
    await storage.data.close();
    await storage.store.close();
  }
}

function config() {
  const shop = {
    frequency: 'day' as const,
    horizonSteps: 7,
    seasons: [7],
    models: ['snaive', 'ses'],
    columns: { series: 'item', time: 'date', target: 'units' },
  };
  return resolveConfig({ dataFolder: folder, threads: 1, projects: { shop } }, { cwd: base });
}

/** The machine of whoever had the job is gone: its scratch with it, and the data is somewhere else now. */
function moveOn(): void {
  rmSync(join(folder, 'scratch'), { recursive: true, force: true });
  rmSync(join(folder, 'blobs', 'scratch'), { recursive: true, force: true });
  const next = join(base, `data-${Number(folder.split('-').at(-1)) + 1}`);
  renameSync(folder, next);
  folder = next;
}

/** Runs a job step by step. @param twice this step ends without a word once, as if killed when all was done, and is run again */
async function run(name: string, input: JsonObject, { twice }: { twice?: string } = {}): Promise<JsonObject> {
  const results: Record<string, Json> = {};
  const id = `job_${name}`;
  const stepNames = await withPipeline(name, async ({ steps }) => steps.map((step) => step.name));
  for (const stepName of stepNames.flatMap((one) => (one === twice ? [one, one] : [one]))) {
    moveOn();
    await withPipeline(name, async ({ steps }) => {
      const job = { id, project: 'shop', pipeline: name, input, results } as unknown as JobRecord;
      const signal = new AbortController().signal;
      const context = { job, project: 'shop', input, results, signal, progress: () => {} };
      const result = await steps.find((step) => step.name === stepName)?.run(context);
      results[stepName] = JSON.parse(JSON.stringify(result ?? null)) as Json;
    });
  }
  assert.doesNotMatch(JSON.stringify({ input, results }), new RegExp(`${tmpdir()}|[\\\\/]data-`), 'a path');
  return results;
}

type Pipeline = ReturnType<typeof pipelinesOf>[number];

async function withPipeline<T>(name: string, work: (pipeline: Pipeline) => Promise<T>): Promise<T> {
  return await withStorage(async (storage) => {
    const stored = { ...storage, config: config(), clock, ids: systemIds() };
    const registry = new Registry(stored);
    const pipelines = pipelinesOf({
      ...stored,
      projects: stored.store,
      registry,
      tracking: new Tracking({ ...stored, environment: {}, codeVersion: 'test' }),
      adaptation: buildMonitoring({ ...stored, registry }).adaptation,
      promotion: new Promotion({
        registry,
        processes: { prove: async () => undefined, follow: async () => {} },
      }),
    });
    return await work(pipelines.find((pipeline) => pipeline.name === name) as Pipeline);
  });
}

async function readBlob({ blobs }: Storage, hash: string): Promise<string> {
  return Buffer.from(await blobs.get(hash)).toString();
}

test('a training ends with a version that serves', async () => {
  await run('train', { trigger: 'test' }, { twice: 'fit' });
  const version = await withStorage((storage) =>
    new Registry({ ...storage, clock, ids: systemIds() }).champion('shop'),
  );
  assert.equal(version?.number, 1);
});

test('a backtest ends with a run whose artifacts are there', async () => {
  await run('backtest', { folds: 1 });
  await withStorage(async ({ stores, blobs }) => {
    const inspection = inspectStores(stores);
    try {
      for (const { hash, namedBy } of inspection.namedBlobs()) assert.ok(await blobs.has(hash), namedBy);
    } finally {
      inspection.close();
    }
  });
});

const request: Omit<ScoringRequest, 'requests'> = {
  format: 'csv',
  csv: 'safe',
  horizon: null,
  quantiles: null,
  version: null,
  unknown: 'refuse',
  log: false,
};

test('a forecast file is made of stored requests, and its parts are gone at its end', async () => {
  const path = join(base, 'requests.csv');
  writeFileSync(path, 'item\nc\na\n');
  const requests = await withStorage(({ blobs }) => {
    const files = new ForecastFiles({ jobs: {} as never, blobs });
    return files.keep(Buffer.from('item\nc\na\n'), 'requests.csv');
  });
  rmSync(path);
  const { input } = batchJob('shop', { ...request, requests });
  const results = await run('batch', input, { twice: 'forecast' });
  const { sha256, rows, series } = results.assemble as { sha256: string; rows: number; series: number };
  assert.deepEqual([rows, series], [14, 2]);
  await withStorage(async (storage) => {
    const lines = (await readBlob(storage, sha256)).trimEnd().split('\n');
    assert.equal(lines.length, 15);
    assert.match(lines[1] ?? '', /^c,/);
    assert.match(lines[8] ?? '', /^a,/);
    assert.deepEqual(await storage.store.jobFiles('job_batch'), []);
    for await (const { hash, sizeBytes } of eachBlob(storage.blobs))
      if (sizeBytes < 10_000)
        assert.doesNotMatch(await readBlob(storage, hash), /"job":"job_batch"/, 'a part is left');
  });
  // All series, and made again from the same: the same bytes.
  const all = batchJob('shop', { ...request, requests: null });
  const once = (await run('batch', all.input)).assemble as { sha256: string };
  const again = (await run('batch', all.input)).assemble as { sha256: string };
  assert.equal(once.sha256, again.sha256);
});

test('sealing needs no folder of whoever wrote the rows', async () => {
  await withStorage(async ({ data, store }) => {
    const project = await store.getProject('shop');
    assert.ok(project);
    const body = Buffer.from(`item,date,units\na,2024-03-01,3\n`);
    await data.ingestBody(project, body, { format: 'csv' });
  });
  await run('seal', {});
  await withStorage(async ({ data }) => {
    const rows: unknown[] = [];
    for await (const page of data.observationsSince('shop', 0)) rows.push(...page.rows);
    assert.equal(rows.length, 3 * days + 1);
  });
});
