// Question: does the dashboard stay quick where there is much, and as small as it was where much happens?
// Debian's Chromium over a server with 100,000 runs: how long until the table of runs is there, and until another screenful of it is drawn.
// Then Home stays open while something happens twice a second: what its JavaScript holds after a collection, and how many nodes there are.
//   npm run -s bench -- dashboard-long [--runs 100000] [--minutes 10] [--json]

import { parseArgs } from 'node:util';
import type { CDPSession, Page } from 'playwright-core';
import { type DashboardWorld, openDashboardWorld } from '../test/browser/dashboard-world.ts';
import { openChromium, withoutChromium } from '../test/fixtures/chromium.ts';
import { machineNow, medianOf } from './machine.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100000' },
    minutes: { type: 'string', default: '10' },
    json: { type: 'boolean', default: false },
  },
});
if (withoutChromium !== false) {
  process.stderr.write(`${withoutChromium}\n`);
  process.exit(1);
}
const [runs, minutes] = [Number(values.runs), Number(values.minutes)];
/** The list of batches shows so many: from there on its answer does not grow. */
const batchesShown = 1000;
const flips = 60;
const machine = machineNow();
const world = await openDashboardWorld();
const browser = await openChromium();
try {
  await addRuns(world);
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const table = await flipTimes(page);
  const heap = await liveHeap(page);
  const date = new Date().toISOString().slice(0, 10);
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ name: 'dashboard-long', date, machine, node: process.version, runs, minutes, table, heap })}\n`
      : `${date}, load before ${machine.loadBefore}\n` +
          `${runs} runs: there after ${table.openMs} ms, another screenful after ${table.flipMs.median} ms, p95 ${table.flipMs.p95} (goal 150)\n` +
          `${minutes} minutes of ${heap.events} events, MB and nodes by the minute: ${heap.minutes.map(({ megabytes, nodes }) => `${megabytes}/${nodes}`).join(' ')}\n`,
  );
} finally {
  await browser.close();
  await world.close();
}

async function addRuns({ client, store }: DashboardWorld): Promise<void> {
  const [like] = await store.listRuns({ project: 'shop', limit: 1 });
  if (like === undefined) throw new Error('the world has a run');
  for (let n = 0; n < runs; n++)
    await store.putRun({
      ...like,
      id: `run_${String(n).padStart(26, '0')}`,
      metrics: { 'selected.wape': n / runs },
    });
  const found = await client.runs('shop');
  process.stderr.write(`${runs} runs are stored, ${found.length} on a page\n`);
}

async function flipTimes(page: Page): Promise<{ openMs: number; flipMs: { median: number; p95: number } }> {
  const began = performance.now();
  await page.goto(`${world.url}/projects/shop/runs`);
  await page.getByRole('checkbox').first().waitFor();
  const openMs = Math.round(performance.now() - began);
  const times = (await page.evaluate(`(async () => {
    const scroller = document.querySelector('.table-scroll');
    const first = () => document.querySelector('.table-body .row')?.getAttribute('aria-rowindex');
    const times = [];
    for (let flip = 0; flip < ${flips}; flip++) {
      const before = first();
      const began = performance.now();
      // To and fro over the whole list: nothing of it has been drawn just before.
      scroller.scrollTop = ((flip * 7919) % 997) * 30 + 700;
      await new Promise((resolve) => {
        const look = () => (first() !== before ? resolve() : requestAnimationFrame(look));
        requestAnimationFrame(look);
      });
      times.push(performance.now() - began);
    }
    return times;
  })()`)) as number[];
  const sorted = [...times].sort((a, b) => a - b);
  const p95 = sorted[Math.ceil(0.95 * sorted.length) - 1] as number;
  return { openMs, flipMs: { median: Math.round(medianOf(times)), p95: Math.round(p95) } };
}

interface Held {
  readonly megabytes: number;
  readonly nodes: number;
}

async function liveHeap(page: Page): Promise<{ events: number; minutes: Held[] }> {
  let corrections = 0;
  const correct = async (): Promise<void> => {
    corrections++;
    await world.client.observe('shop', [
      { item: 'bread', date: '2026-01-07', units: 10 + (corrections % 9), price: 3 },
    ]);
  };
  for (let n = 0; n < batchesShown; n++) await correct();
  corrections = 0;
  await page.goto(world.url);
  await page.locator('.project').first().waitFor();
  await page.waitForTimeout(10_000);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const held: Held[] = [await heldBy(session)];
  for (let minute = 0; minute < minutes; minute++) {
    const end = performance.now() + 60_000;
    while (performance.now() < end) {
      await correct();
      await page.waitForTimeout(500);
    }
    held.push(await heldBy(session));
  }
  return { events: corrections, minutes: held };
}

/** After everything that can be let go is let go. */
async function heldBy(session: CDPSession): Promise<Held> {
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  const of = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
  return { megabytes: Math.round(of('JSHeapUsedSize') / 1e5) / 10, nodes: of('Nodes') };
}
