// Question: does the list of 100,000 series answer within 100 ms, and does making it hold the event loop up?
// A server with as many series, a quarter of a year of days, and a forecast of each that is graded. Its list is made, then asked
// as people ask: parts of ids, states, classes, every order, page after page. Wall times include HTTP and JSON; `own` is the
// processor time of the server for one request. Beside the making a timer should fire every millisecond: how long it did not, is
// how long others waited; where the machine is shared, `OwnStretch` tells the server's part: the processor
// time that its thread took before it let anybody in. `--quick`: 10,000 series.

import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openAlmanac } from '../src/app/main.ts';
import { ManualClock, periodOf } from '../src/core/index.ts';
import { AlmanacClient, type SeriesList, type SeriesQuery } from '../src/interfaces/client/index.ts';
import { resolveConfig } from '../src/interfaces/config/index.ts';
import { machineNow } from './machine.ts';

const quick = process.argv.includes('--quick');
const seriesCount = quick ? 10_000 : 100_000;
const days = 28;
const horizon = 7;
const dayMs = 86_400_000;
const firstDay = Date.UTC(2026, 0, 1);
const rounds = quick ? 3 : 10;
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const idOf = (s: number): string =>
  `store-${s % 50}/item ${Math.floor(s / 50)} ${['tape', 'glue', 'box', 'pen'][s % 4]}`;
const round = (value: number): number => Math.round(value * 100) / 100;
const percentile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number);
};

const machine = machineNow();
const folder = mkdtempSync(join(tmpdir(), 'almanac-bench-series-'));
try {
  await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function main(): Promise<void> {
  const projects: Parameters<typeof resolveConfig>[0]['projects'] = {
    shop: {
      columns: { series: 'item', known: ['price'] },
      horizonSteps: horizon,
      gaps: 'zero',
      retrainEveryPeriods: 0,
    },
  };
  const config = resolveConfig(
    { dataFolder: folder, logLevel: 'silent', port: 0, projects },
    { cwd: folder },
  );
  const clock = new ManualClock(firstDay + days * dayMs);
  const almanac = await openAlmanac(config, { version: 'bench', clock });
  const shop = config.projects[0];
  if (shop === undefined) throw new Error('no project');
  const file = join(folder, 'rows.csv');
  await writeFile(file, rowsOf().join('\n'));
  await almanac.data.ingestFile(shop, file);
  const cutoff = periodOf(shop.grid, firstDay + (days - horizon - 1) * dayMs);
  for (let from = 0; from < seriesCount; from += 1000)
    await almanac.store.appendPredictions(
      Array.from({ length: Math.min(1000, seriesCount - from) }, (_, i) => ({
        id: `prd_${String(from + i).padStart(26, '0')}`,
        requestId: 'req_1',
        project: 'shop',
        seriesId: idOf(from + i),
        versionId: 'ver_1',
        arm: 'champion',
        purpose: 'served' as const,
        source: 'model',
        cutoff,
        madeAt: clock.now(),
        levels: [],
        mean: new Float64Array(horizon).fill(((from + i) * 31) % 97),
        quantiles: new Float64Array(0),
      })),
    );
  const { url } = await almanac.listen();
  const client = new AlmanacClient({ baseUrl: url });
  // The client shares the thread: what it loads for its first request is not the server's work.
  await client.health();
  const delays = monitorEventLoopDelay({ resolution: 1 });
  const idle = monitorEventLoopDelay({ resolution: 1 });
  idle.enable();
  await new Promise((resolve) => setTimeout(resolve, 5000));
  idle.disable();
  const stretch = ownStretch();
  const cpuBefore = process.cpuUsage();
  delays.enable();
  const started = performance.now();
  const first = await client.listSeries('shop', { limit: 50 });
  const secondsMade = round((performance.now() - started) / 1000);
  delays.disable();
  const { user, system } = process.cpuUsage(cpuBefore);
  const ownStretchMsMax = round(stretch());
  const cpuSecondsMade = round((user + system) / 1e6);
  say(`${first.total} series, made in ${secondsMade} s`);
  const asked = await ask(client);
  await almanac.close();
  const ms = (ns: number): number => round(ns / 1e6);
  const report = {
    name: 'series',
    machine,
    date: new Date().toISOString(),
    series: first.total,
    requests: asked.wall.length,
    wallMsP50: percentile(asked.wall, 0.5),
    wallMsP95: percentile(asked.wall, 0.95),
    ownMsP50: percentile(asked.own, 0.5),
    ownMsP95: percentile(asked.own, 0.95),
    secondsMade,
    cpuSecondsMade,
    whileMadeOwnStretchMsMax: ownStretchMsMax,
    whileMadeLoopMsP99: ms(delays.percentile(99)),
    whileMadeLoopMsMax: ms(delays.max),
    idleLoopMsP99: ms(idle.percentile(99)),
    idleLoopMsMax: ms(idle.max),
  };
  process.stdout.write(`${JSON.stringify(report, null, process.argv.includes('--json') ? 2 : 1)}\n`);
}

/** From now on: the processor time that the event loop's own thread took at most at a stretch, until it is called. */
function ownStretch(): () => number {
  const spentMs = (): number => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  };
  let stretchMs = 0;
  let spent = spentMs();
  // Fires whenever the loop comes round: what the thread worked since the last time it worked without letting anybody in.
  const watch = setInterval(() => {
    const now = spentMs();
    stretchMs = Math.max(stretchMs, now - spent);
    spent = now;
  }, 1);
  return () => {
    clearInterval(watch);
    return stretchMs;
  };
}

function rowsOf(): string[] {
  const lines = ['item,timestamp,value,price'];
  for (let s = 0; s < seriesCount; s++)
    for (let day = 0; day < days; day++) {
      const value = (s * 7919 + day * 31) % 97;
      lines.push(
        `${idOf(s)},${new Date(firstDay + day * dayMs).toISOString().slice(0, 10)},${value},${1 + (s % 90) / 10}`,
      );
    }
  return lines;
}

/** As people look: a search that is typed, a filter, an order, the pages after the first. */
async function ask(client: AlmanacClient): Promise<{ wall: number[]; own: number[] }> {
  const queries: SeriesQuery[] = [
    ...['t', 'ta', 'tape', 'item 17', 'store-7/', 'nothing like it'].map((search) => ({ search })),
    ...(['error', 'value', 'valueAdded'] as const).map((sort) => ({ sort })),
    { sort: 'error', class: 'A' },
    { sort: 'value', states: ['active'], search: 'glue', reversed: true },
  ];
  const wall: number[] = [];
  const own: number[] = [];
  for (let i = 0; i < rounds; i++)
    for (const query of queries) {
      let cursor: string | null = null;
      for (let page = 0; page < 3; page++) {
        const before = process.cpuUsage();
        const began = performance.now();
        const list: SeriesList = await client.listSeries('shop', {
          ...query,
          ...(cursor === null ? {} : { cursor }),
        });
        wall.push(performance.now() - began);
        const { user, system } = process.cpuUsage(before);
        own.push((user + system) / 1000);
        cursor = list.next;
        if (cursor === null) break;
      }
    }
  return { wall, own };
}
