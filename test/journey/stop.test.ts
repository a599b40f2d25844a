// SIGTERM under load, with one process and with several: every request that was sent is answered.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { commandJson } from './command.ts';
import { type StopLoad, stopConfig, stopUnderLoad } from './stop-load.ts';

const dates = Array.from({ length: 60 }, (_, day) =>
  new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10),
);
const load: StopLoad = { clients: 8, runMs: 500, series: ['a', 'b', 'c'], dates: dates.slice(-5) };
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almanac-stop-'));
  await writeFile(join(folder, 'almanac.config.json'), JSON.stringify(stopConfig()));
  const rows = load.series.flatMap((item) => dates.map((date, day) => `${item},${date},${day % 7}`));
  await writeFile(join(folder, 'hist.csv'), ['item,date,units', ...rows].join('\n'));
  await commandJson(folder, 'ingest', 'hist.csv');
  await commandJson(folder, 'train');
});
after(() => rm(folder, { recursive: true, force: true }));

for (const processes of ['1', '2'])
  test(`a server of ${processes} told to stop answers every request that was sent`, async () => {
    const { answered, failed, refused, code, stopMs } = await stopUnderLoad(folder, load, {
      args: ['--processes', processes],
    });
    assert.deepEqual(failed, []);
    assert.equal(refused, load.clients, 'each client came to a closed port in the end');
    assert.ok(answered > 0);
    assert.equal(code, 0);
    assert.ok(stopMs < 20_000, `${stopMs} ms`);
  });
