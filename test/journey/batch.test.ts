// Forecast files: the same forecasts as those of the API, bit for bit; killed half-way and begun again, the same bytes.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Rng } from '../../src/core/index.ts';
import { AlmanacClient } from '../../src/interfaces/client/index.ts';
import { assertRefused, command, commandJson } from './command.ts';
import { startServer } from './server-process.ts';

const dayMs = 86_400_000;
const firstDay = Date.UTC(2024, 0, 1);
const dateOf = (day: number): string => new Date(firstDay + day * dayMs).toISOString().slice(0, 10);

async function withFolder(config: string, work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-batch-'));
  try {
    await writeFile(join(folder, 'almanac.config.ts'), config);
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const shopConfig = `export default {
  projects: {
    shop: {
      frequency: 'day', horizonSteps: 7, seasons: [7], gaps: 'missing', models: ['gbdt'],
      gbdt: { trees: 60, leaves: 16, learningRate: 0.2, rowsPerLeafMin: 5 }, retrainEveryPeriods: 0, levels: [0.1, 0.5, 0.9],
      columns: { series: ['store', 'item'], time: 'date', target: 'units', known: ['price'] },
    },
  },
};
`;
const days = 120;
const horizon = 7;

/** Rows of a day: demand is not known of the last week; a price for most. */
function shopRows(day: number): string[] {
  const rng = new Rng(500 + day);
  return Array.from({ length: 10 }, (_, i) => {
    const price = rng.below(9) === 0 ? '' : (2 + (i % 3) + rng.below(4) / 4).toFixed(2);
    const wanted = Math.round(150 / Number(price || 3));
    const units = day >= days ? '' : String(wanted + 2 * i + (day % 7) + rng.below(6));
    return `north/${i % 2},"item, ${i}",${dateOf(day)},${units},${price}`;
  });
}

const header = 'store,item,date,units,price';
const csv = (rows: readonly string[]): string => `${header}\n${rows.join('\n')}\n`;

interface FileRow {
  readonly series: string;
  readonly timestamp: string;
  readonly step: number;
  readonly mean: number;
  readonly version: number;
  readonly cutoff: string;
  readonly source: string;
  readonly reason: string | null;
  readonly prediction_id?: string;
  readonly override: number | null;
}

test('a forecast file holds the forecasts of the API, bit for bit, also with plans and of new series', async () => {
  await withFolder(shopConfig, async (folder) => {
    const all = Array.from({ length: days + horizon }, (_, day) => shopRows(day)).flat();
    await writeFile(join(folder, 'history.csv'), csv(all));
    await commandJson(folder, 'ingest', 'history.csv');
    await commandJson(folder, 'train');
    // After the snapshot: demand of days that had none, and a series that nobody has learnt.
    const late = shopRows(days - 1).map((row, i) =>
      row.replace(dateOf(days - 1), dateOf(days + (i % 2 ? 0 : 1))),
    );
    await writeFile(join(folder, 'late.csv'), csv([...late, `south,new,${dateOf(days)},3,2.5`]));
    await commandJson(folder, 'ingest', 'late.csv');

    const server = await startServer(folder);
    try {
      const client = new AlmanacClient({ baseUrl: server.url });
      const levels = [0.1, 0.35, 0.9];
      const { forecasts } = await client.forecast('shop');
      // None of those that are asked for under plans below: what would be then is nobody's override.
      const first = forecasts.find(({ series }) => !/item, [03]$|new$/.test(series));
      const { timestamp = '' } = first?.steps[1] ?? {};
      const periods = [{ timestamp, value: 7 }];
      await client.override('shop', { series: first?.series ?? '', periods, reason: 'fair' });
      const { jobId } = await client.makeForecastFile('shop', { format: 'ndjson', quantiles: levels });
      assert.equal((await client.waitForJob(jobId)).state, 'done');
      const file = await fileRows(client, jobId);
      assert.deepEqual(file, await asFileRows(client, { quantiles: levels }));
      assert.deepEqual(
        file
          .filter(({ override }) => override !== null)
          .map(({ series, step, override }) => [series, step, override]),
        [[first?.series, 2, 7]],
      );
      assert.ok(file.some(({ series, reason }) => series === 'south/new' && reason === 'new-series'));
      assert.ok(file.some(({ series }) => series === 'north%2F1/item, 3'));

      const { cutoffAt } = await client.forecast('shop', { series: ['south/new'] });
      const step = 2;
      const dayAt = (lead: number): string =>
        new Date(Date.parse(cutoffAt) + lead * dayMs).toISOString().slice(0, 10);
      const plans = [
        `${header.replace(',units', '')}`,
        `north/1,"item, 3",${dayAt(step + 1)},2.25`,
        `south,new,${dayAt(step + 1)},9`,
        `north/0,"item, 0",${dayAt(step + 2)},`,
        `north/0,"item, 0",${dayAt(step + 1)},2`,
        `north/1,"item, 3",${dayAt(400)},7`,
      ].join('\n');
      const asked = await client.makeForecastFile('shop', { format: 'ndjson', log: true }, { csv: plans });
      assert.equal((await client.waitForJob(asked.jobId)).state, 'done');
      const planned = await fileRows(client, asked.jobId);
      const of = (price: number) => Array.from({ length: horizon }, (_, k) => (k === step ? price : null));
      const asRequested = (price: number): Promise<FileRow[]> =>
        asFileRows(client, {
          series: ['north%2F1/item, 3', 'south/new', 'north%2F0/item, 0'],
          future: {
            'north%2F1/item, 3': { price: of(2.25) },
            'south/new': { price: of(9) },
            'north%2F0/item, 0': { price: of(price) },
          },
        });
      const unmarked = planned.map(({ prediction_id: _, ...row }) => row);
      assert.deepEqual(unmarked, await asRequested(2));
      assert.notDeepEqual(unmarked, await asRequested(2.75), 'the plan changes nothing');
      const { prediction_id: id = '' } = planned[0] as FileRow;
      const { steps } = await client.prediction(id);
      assert.equal(steps[0]?.mean, planned[0]?.mean);
      await assert.rejects(client.fetchForecastFile('shop', 'job_none'), { code: 'jobs/unknown-job' });
    } finally {
      await server.stop();
    }

    // The command line, in the other formats.
    const { rows, sha256 } = await commandJson<{ rows: number; sha256: string }>(
      folder,
      'batch',
      '--out',
      'all.csv',
    );
    const text = await readFile(join(folder, 'all.csv'), 'utf8');
    assert.equal(text.trimEnd().split('\n').length, rows + 1);
    assert.match(
      text,
      /^series,timestamp,step,mean,q0\.1,q0\.5,q0\.9,version,cutoff,source,reason,override\n/,
    );
    await assertRefused(folder, ['batch', '--out', 'all.csv'], { exit: 1, says: /cli\/file-exists/ });
    const again = await commandJson<{ sha256: string }>(folder, 'batch', '--out', 'all.csv', '--force');
    assert.equal(again.sha256, sha256);
    await commandJson(folder, 'batch', '--out', 'all.parquet');
    await writeFile(join(folder, 'some.csv'), 'store,item\nnorth/1,"item, 3"\nnobody,x\n');
    await assertRefused(folder, ['batch', 'some.csv', '--out', 'some.csv.out', '--format', 'csv'], {
      exit: 1,
      says: /serving\/unknown-series.*nobody\/x/,
    });
    const some = await commandJson<{ series: number; skipped: number }>(
      folder,
      ...['batch', 'some.csv', '--out', 'some.ndjson', '--skip-unknown'],
    );
    assert.deepEqual([some.series, some.skipped], [1, 1]);
    await assertRefused(folder, ['batch', '--out', 'x.txt'], { exit: 2, says: /format/ });
    await assertRefused(folder, ['batch', '--out', 'none/x.csv'], { exit: 1, says: /cli\/unwritable-file/ });
  });
});

async function fileRows(client: AlmanacClient, jobId: string): Promise<FileRow[]> {
  const text = await new Response(await client.fetchForecastFile('shop', jobId)).text();
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as FileRow);
}

/** The answer of the API as rows of a file. */
async function asFileRows(
  client: AlmanacClient,
  request: Parameters<AlmanacClient['forecast']>[1],
): Promise<FileRow[]> {
  const { forecasts, model, cutoffAt } = await client.forecast('shop', request);
  return forecasts.flatMap(({ series, source, reason = null, steps }) =>
    steps.map(({ timestamp, mean, quantiles, override }, k) => ({
      series,
      timestamp,
      step: k + 1,
      mean,
      ...Object.fromEntries(Object.entries(quantiles).map(([level, value]) => [`q${level}`, value])),
      version: model.version,
      cutoff: cutoffAt,
      source,
      reason,
      override: override?.value ?? null,
    })),
  );
}

/** No training: the baseline answers, and thousands of series are there in a moment. */
const manyConfig = `export default {
  projects: {
    many: {
      frequency: 'day', horizonSteps: 70, seasons: [7], retrainEveryPeriods: 0,
      columns: { series: 'item', time: 'date', target: 'units' },
    },
  },
};
`;
const seriesCount = 4000;
/** A killed batch that had ended already proves nothing: it is tried again. */
const triesMax = 10;

test('a batch that is killed half-way goes on, and its file is the same whatever came meanwhile', async () => {
  await withFolder(manyConfig, async (folder) => {
    const rows = (day: number): string[] =>
      Array.from({ length: seriesCount }, (_, i) => `item-${i},${dateOf(day)},${(i * 7 + day * 3) % 23}`);
    const history = ['item,date,units', ...Array.from({ length: 9 }, (_, day) => rows(day)).flat()];
    await writeFile(join(folder, 'history.csv'), `${history.join('\n')}\n`);
    await commandJson(folder, 'ingest', 'history.csv');
    await commandJson(folder, 'batch', '--out', 'whole.parquet');

    let cut = 0;
    for (let tries = 0; tries < triesMax && cut < 2; tries++) {
      const out = `killed-${tries}.parquet`;
      const left = await killHalfWay(folder, out, cut + 1);
      if (left === 0) continue;
      cut++;
      assert.deepEqual(globSync(`${out}*`, { cwd: folder }), [], 'a file is there before it is whole');
      // What comes after the batch was begun is none of its business.
      await writeFile(
        join(folder, 'late.csv'),
        `item,date,units\nitem-3,${dateOf(9 + tries)},99\nzz,${dateOf(9)},1\n`,
      );
      await commandJson(folder, 'ingest', 'late.csv');
      const { series } = await commandJson<{ series: number }>(folder, 'batch', '--out', out);
      const whole = cut === 1 ? 'whole.parquet' : 'whole-2.parquet';
      assert.equal(series, cut === 1 ? seriesCount : seriesCount + 1);
      assert.ok((await readFile(join(folder, out))).equals(await readFile(join(folder, whole))));
      await commandJson(folder, 'batch', '--out', 'whole-2.parquet', '--force');
    }
    assert.equal(cut, 2, `every one of ${triesMax} batches ended before it could be killed`);
    assert.equal(partsOf(folder), 0);
  });
});

/** Kills a batch when so many of its parts are there. @returns how many of them are left to be gone on with */
async function killHalfWay(folder: string, out: string, partsMin: number): Promise<number> {
  const program = fileURLToPath(new URL('../../bin/almanac.ts', import.meta.url));
  const child = spawn(process.execPath, [program, 'batch', '--out', out], { cwd: folder, stdio: 'ignore' });
  const exited = once(child, 'exit');
  while (child.exitCode === null && partsOf(folder) < partsMin) await sleep(2);
  child.kill('SIGKILL');
  await exited;
  if ((await command(folder, 'doctor')).code === null) throw new Error('the data folder does not open');
  return globSync(out, { cwd: folder }).length > 0 ? 0 : partsOf(folder);
}

/** Parts that are there, of all jobs. */
function partsOf(folder: string): number {
  const database = new DatabaseSync(join(folder, '.almanac', 'control.sqlite'), { readOnly: true });
  try {
    return Number(database.prepare("select count(*) as n from job_file where name like 'part-%'").get()?.n);
  } finally {
    database.close();
  }
}
