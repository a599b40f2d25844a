// Question: does what is kept stop growing, does removing it hold up a server, and how much does a project of 100,000 series grow a day?
// 400 simulated days with retention once a day; then 100,000 forecasts that are due at once, removed beside a timer that should
// fire every few milliseconds; then the bytes of a day of rows and forecasts. `--quick`: fewer of each.

import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openAlmanac } from '../src/app/main.ts';
import { retentionThread } from '../src/app/retention-thread.ts';
import { ManualClock } from '../src/core/index.ts';
import { resolveConfig } from '../src/interfaces/config/index.ts';
import { openSqliteStore } from '../src/storage/sqlite/index.ts';
import { predictionOf, project } from '../test/conformance/store-fixtures.ts';
import { simulatedDays } from '../test/fixtures/simulated-days.ts';
import { machineNow } from './machine.ts';

const quick = process.argv.includes('--quick');
const dayMs = 86_400_000;
const horizon = 28;
const levels = 7;
const ages = {
  predictionsDays: 60,
  exposuresDays: 60,
  eventsDays: 30,
  jobsDays: 30,
  quarantineDays: 60,
  modelsDays: 60,
  filesDays: 7,
};
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const megabytes = (bytes: number): number => Math.round(bytes / 1e4) / 100;
const folderFor = (name: string, base = tmpdir()): string =>
  mkdtempSync(join(base, `almanac-bench-${name}-`));

/** Sizes as the days go by; simulated, so a disk in memory tells as much. */
async function year(): Promise<{ day: number; databaseMB: number; blobsMB: number; predictions: number }[]> {
  const folder = folderFor('year', existsSync('/dev/shm') ? '/dev/shm' : tmpdir());
  const timers = {
    setTimeout: (callback: () => void) => void setImmediate(callback),
    clearTimeout: () => {},
    elapsedMs: () => performance.now(),
  };
  const series = quick ? 20 : 300;
  const days = await simulatedDays({ folder, project, series, horizon, modelBytes: 200_000, ages, timers });
  const found = [];
  for (let day = 0; day <= 400; day++) {
    await days.day();
    if (day % 50 !== 0 || day === 0) continue;
    const { databaseBytes, blobBytes, predictions } = await days.facts();
    found.push({ day, databaseMB: megabytes(databaseBytes), blobsMB: megabytes(blobBytes), predictions });
    say(
      `day ${day}: database ${megabytes(databaseBytes)} MB, files ${megabytes(blobBytes)} MB, ${predictions} forecasts`,
    );
  }
  await days.close();
  rmSync(folder, { recursive: true, force: true });
  return found;
}

/** Removes a large backlog on a real disk beside a timer. */
async function backlog(): Promise<{
  removed: number;
  seconds: number;
  bytesPerForecast: number;
  stallMsMax: number;
  stallMsP99: number;
  idleMsMax: number;
  idleMsP99: number;
}> {
  const folder = folderFor('backlog');
  const path = join(folder, 'control.sqlite');
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  const store = openSqliteStore({ path, clock });
  await store.putProject(project, clock.now());
  const count = quick ? 10_000 : 100_000;
  const before = statSync(path).size;
  for (let i = 0; i < count; i += 1000)
    await store.appendPredictions(
      Array.from({ length: 1000 }, (_, j) =>
        predictionOf(`prd_${String(i + j).padStart(26, '0')}`, {
          seriesId: `item-${i + j}`,
          madeAt: clock.now(),
          mean: new Float64Array(horizon),
          quantiles: new Float64Array(horizon * levels),
        }),
      ),
    );
  await store.close();
  const bytesPerForecast = (statSync(path).size - before) / count;
  clock.moveTo(clock.now() + 401 * dayMs);
  const opened = openSqliteStore({ path, clock });
  // What the machine itself does to a process that does nothing.
  const idle = monitorEventLoopDelay({ resolution: 1 });
  idle.enable();
  await new Promise((resolve) => setTimeout(resolve, quick ? 2000 : 20_000));
  idle.disable();
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  const started = performance.now();
  const thread = retentionThread({
    config: { retention: { ...ages, predictionsDays: 400, filesDays: 0 } },
    store: opened,
    stores: { kind: 'folder', folder },
    clock,
  });
  const predictions = (await thread.runWhenDue())?.predictions ?? 0;
  const seconds = (performance.now() - started) / 1000;
  delays.disable();
  await opened.close();
  rmSync(folder, { recursive: true, force: true });
  const ms = (ns: number): number => Math.round(ns / 1e4) / 100;
  return {
    removed: predictions,
    seconds: Math.round(seconds * 10) / 10,
    bytesPerForecast: Math.round(bytesPerForecast),
    stallMsMax: ms(delays.max),
    stallMsP99: ms(delays.percentile(99)),
    idleMsMax: ms(idle.max),
    idleMsP99: ms(idle.percentile(99)),
  };
}

/** Bytes of a row of history, as it lies in a segment. */
async function bytesPerRow(): Promise<number> {
  const folder = folderFor('rows');
  const config = resolveConfig(
    { dataFolder: folder, logLevel: 'silent', projects: { shop: { columns: { series: 'item' } } } },
    { cwd: folder },
  );
  const series = quick ? 2_000 : 100_000;
  const days = 7;
  const lines = ['item,timestamp,value'];
  for (let s = 0; s < series; s++)
    for (let day = 1; day <= days; day++)
      lines.push(`item-${s},2026-01-0${day},${(s * 7919 + day * 31) % 97}`);
  const file = join(folder, 'rows.csv');
  await writeFile(file, `${lines.join('\n')}\n`);
  const almanac = await openAlmanac(config, { version: 'bench' });
  const shop = config.projects[0];
  if (shop === undefined) throw new Error('no project');
  await almanac.data.ingestFile(shop, file);
  const [segment] = await almanac.store.listSegments('shop', { batchSeqMax: 1 });
  await almanac.close();
  const hash = segment?.hash ?? '';
  const { size } = statSync(join(folder, 'blobs', hash.slice(0, 2), hash));
  rmSync(folder, { recursive: true, force: true });
  return Math.round((size / (series * days)) * 100) / 100;
}

const machine = machineNow();
const days = await year();
const removal = await backlog();
const rowBytes = await bytesPerRow();
say(
  `${removal.removed} forecasts removed in ${removal.seconds} s; the event loop stood still for ${removal.stallMsMax} ms at most (p99 ${removal.stallMsP99} ms)`,
);
say(
  `a forecast of ${horizon} steps and ${levels} levels: ${removal.bytesPerForecast} bytes; a row of history: ${rowBytes} bytes`,
);
const perDay = (100_000 * (removal.bytesPerForecast + rowBytes)) / 1e6;
say(`100,000 series, a row and a forecast of each a day: ${Math.round(perDay)} MB a day`);
process.stdout.write(
  `${JSON.stringify({ machine, days, removal, rowBytes, megabytesPerDay: Math.round(perDay) }, null, process.argv.includes('--json') ? 0 : 2)}\n`,
);
