// Question: how soon is the dashboard there, and how soon does another page stand where one was; how long does a fan of three years take?
// Debian's Chromium over a small server, and charts as text.
//   npm run -s bench -- dashboard [--rounds 20] [--json]

import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { openDashboardWorld } from '../test/browser/dashboard-world.ts';
import { openChromium, withoutChromium } from '../test/fixtures/chromium.ts';
import { machineNow, medianOf } from './machine.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '20' }, json: { type: 'boolean', default: false } },
});
if (withoutChromium !== false) {
  process.stderr.write(`${withoutChromium}\n`);
  process.exit(1);
}
const rounds = Number(values.rounds);
const machine = machineNow();
const fan = await fanTimes();
const world = await openDashboardWorld();
const browser = await openChromium();
try {
  const loads: number[] = [];
  const changes: number[] = [];
  for (let round = 0; round < rounds; round++) {
    // A context of its own has no cache.
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await page.goto(world.url);
    await page.locator('main h1, main h2').first().waitFor();
    loads.push(Number(await page.evaluate('performance.now()')));
    // The first visit of each loads its code.
    for (const title of ['Jobs', 'Models']) await changeTo(page, title);
    for (const title of ['Jobs', 'Models', 'Forecasts', 'Data', 'Jobs', 'Forecasts'])
      changes.push(await changeTo(page, title));
    await context.close();
  }
  const figures = {
    loadMs: { median: Math.round(medianOf(loads)), most: Math.round(Math.max(...loads)) },
    changeMs: { median: Math.round(medianOf(changes)), p95: Math.round(p95(changes)) },
    fanMs: { median: Math.round(medianOf(fan)), most: Math.round(Math.max(...fan)) },
  };
  const date = new Date().toISOString().slice(0, 10);
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ name: 'dashboard', date, machine, node: process.version, rounds, ...figures })}\n`
      : `${date}, load before ${machine.loadBefore}, ${rounds} rounds\n` +
          `there after ${figures.loadMs.median} ms, ${figures.loadMs.most} at most (goal 2000)\n` +
          `another page after ${figures.changeMs.median} ms, p95 ${figures.changeMs.p95} (goal 150)\n` +
          `a fan of 1,096 days: ${figures.fanMs.median} ms, ${figures.fanMs.most} at most (goal 50)\n`,
  );
} finally {
  await browser.close();
  await world.close();
}

/** From the click to the frame that shows the heading. */
async function changeTo(page: Page, title: string): Promise<number> {
  return Number(
    await page.evaluate(`new Promise((resolve) => {
      const began = performance.now();
      [...document.querySelectorAll('nav a')].find((link) => link.textContent === '${title}').click();
      const look = () => document.querySelector('h1')?.textContent === '${title}' ? resolve(performance.now() - began) : requestAnimationFrame(look);
      look();
    })`),
  );
}

async function fanTimes(): Promise<number[]> {
  /** Not plain imports: the dashboard is compiled with the types of a browser. */
  const charts = await import(new URL('../web/charts/line-chart.ts', import.meta.url).href);
  const { svgText } = await import(new URL('../web/charts/shape.ts', import.meta.url).href);
  const many = Array.from({ length: 1096 }, (_, i) => i % 97);
  const data = {
    title: 'fan',
    labels: many.map(String),
    lines: [{ name: '', look: '', values: many }],
    bands: [{ name: '', look: '', low: many, high: many }],
    write: String,
    fromZero: true,
  };
  return Array.from({ length: rounds }, () => {
    const began = performance.now();
    svgText(charts.lineChart(data, { width: 960, height: 320 }));
    return performance.now() - began;
  });
}

function p95(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.ceil(0.95 * times.length) - 1] as number;
}
