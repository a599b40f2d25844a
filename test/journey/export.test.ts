// A version leaves the server: as a module in a bare process, and as a page in a browser without a network. Both must give the
// numbers that the server gives, from the same data, with plans, holidays and rows that came after the training.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { Rng } from '../../src/core/index.ts';
import { AlmanacClient, type Forecast } from '../../src/interfaces/client/index.ts';
import { openChromium, withoutChromium } from '../fixtures/chromium.ts';
import { commandJson } from './command.ts';
import { startServer } from './server-process.ts';

const items = ['bread', '<img src=x onerror=alert(1)>', 'cake, "big"'];
const stores = ['north', 'süd'];
const historyDays = 150;
const horizon = 7;
const script = '</script><script>alert(1)</script>';
const config = {
  projects: {
    shop: {
      frequency: 'day',
      horizonSteps: horizon,
      seasons: [7],
      models: ['gbdt', 'ets'],
      gbdt: { trees: 40 },
      calendar: { country: 'DE' },
      columns: {
        series: ['store', 'item'],
        time: 'date',
        target: 'units',
        known: ['promo'],
        static: ['kind'],
      },
    },
  },
};

const folder = await mkdtemp(join(tmpdir(), 'almanac-export-'));
let browser: Browser | undefined;
after(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

const dateOf = (day: number): string => new Date(Date.UTC(2026, 3, 1 + day)).toISOString().slice(0, 10);
const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** Days `from` to `to` (exclusive); without demand they are plans. */
function rowsFile(from: number, to: number, isPlan = false): string {
  const lines = ['store,item,date,units,promo,kind'];
  for (let day = from; day < to; day++)
    for (const [i, store] of stores.entries())
      for (const [j, item] of items.entries()) {
        const rng = new Rng(day * 10 + i * 3 + j);
        const promo = rng.uniform() < 0.2 ? 1 : 0;
        const units = 20 + 9 * i + 7 * j + 4 * (day % 7) + 15 * promo + rng.below(6);
        lines.push(
          [store, cell(item), dateOf(day), isPlan ? '' : units, promo, j === 0 ? 'fresh' : 'sweet'].join(','),
        );
      }
  return `${lines.join('\n')}\n`;
}

const modulePath = join(folder, 'forecast.mjs');
const pageFolder = join(folder, 'page');
const question = { horizon: 5, quantiles: [0.05, 0.5, 0.9] };
let served: Forecast;
let servedAfter: Forecast;
/** One more day of one series. */
const extra = { store: 'north', item: 'bread', date: dateOf(historyDays + 2), units: 77 };

before(async () => {
  await writeFile(join(folder, 'almanac.config.json'), JSON.stringify(config));
  for (const [name, text] of [
    ['history.csv', rowsFile(0, historyDays)],
    ['since.csv', rowsFile(historyDays, historyDays + 2)],
    ['plans.csv', rowsFile(historyDays + 2, historyDays + 2 + horizon, true)],
  ] as const)
    await writeFile(join(folder, name), text);
  await commandJson(folder, 'ingest', 'history.csv');
  await commandJson(folder, 'train');
  await commandJson(folder, 'ingest', 'since.csv');
  await commandJson(folder, 'ingest', 'plans.csv');
  await commandJson(folder, 'export', '--target', 'handler', '--out', modulePath);
  await commandJson(folder, 'export', '--target', 'browser', '--out', pageFolder);
  const server = await startServer(folder);
  try {
    const client = new AlmanacClient({ baseUrl: server.url });
    served = await client.forecast('shop', question);
    assert.deepEqual(new Set(served.forecasts.map(({ source }) => source)), new Set(['model']));
    await client.observe('shop', [extra]);
    servedAfter = await client.forecast('shop', question);
  } finally {
    await server.stop();
  }
});

interface Answer extends Forecast {
  readonly stored: boolean;
}

/** Asks the module in a process of its own, which may read that one file and nothing else. */
async function askModule(...events: object[]): Promise<Answer[]> {
  const program = `
    const { handler } = await import(${JSON.stringify(pathToFileURL(modulePath).href)});
    for (const event of ${JSON.stringify(events)}) console.log(JSON.stringify(await handler(event)));
  `;
  const args = ['--permission', `--allow-fs-read=${modulePath}`, '--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: tmpdir() });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);
}

const stepsOf = ({ forecasts }: Forecast): object =>
  Object.fromEntries(forecasts.map(({ series, source, steps }) => [series, { source, steps }]));

test('the module gives the very numbers of the server, alone in a process without files', async () => {
  const [answer, later, again] = await askModule(question, { ...question, observations: [extra] }, question);
  assert.ok(answer && later && again);
  assert.equal(answer.stored, false);
  assert.equal(answer.cutoffAt, served.cutoffAt);
  assert.deepEqual(answer.model, served.model);
  assert.deepEqual(stepsOf(answer), stepsOf(served));
  assert.deepEqual(stepsOf(later), stepsOf(servedAfter));
  assert.deepEqual(stepsOf(again), stepsOf(served));
});

test('a model of one series, exported later, is smaller and gives that series the numbers of then', async () => {
  const whole = await readFile(modulePath);
  const series = 'north/bread';
  await commandJson(
    folder,
    'export',
    '--target',
    'handler',
    '--out',
    modulePath,
    '--series',
    series,
    '--force',
  );
  assert.ok((await readFile(modulePath)).length < whole.length);
  const [answer, refused] = await askModule(question, { series: ['süd/bread'] });
  assert.deepEqual(
    answer?.forecasts.map((one) => [one.series, one.steps]),
    servedAfter.forecasts.filter((one) => one.series === series).map((one) => [one.series, one.steps]),
  );
  assert.equal((refused as unknown as { code: string }).code, 'serving/unknown-series');
  await writeFile(modulePath, whole);
});

/** The page, in a browser that has no network; anything it asks for beside its own files fails the test. */
async function openPage(url: string, offline = true): Promise<Page> {
  browser ??= await openChromium();
  const context = await browser.newContext({ offline, acceptDownloads: true });
  const page = await context.newPage();
  const origin = url.startsWith('file:') ? pathToFileURL(pageFolder).href : new URL(url).origin;
  page.on('request', (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith('blob:'))
      complaints.push(request.url());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('dialog', (dialog) => {
    complaints.push('dialog');
    void dialog.dismiss();
  });
  await page.goto(url);
  // What is planned past the last step may count for the steps before it, so both must be asked for as many.
  await page.locator('#horizon').evaluate((input, steps) => {
    (input as { value?: string }).value = steps;
  }, String(question.horizon));
  return page;
}
const complaints: string[] = [];

/** What "save all" writes, parsed: mean and median by series and period. */
async function savedAll(page: Page): Promise<Map<string, number[]>> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#save-all')]);
  const text = await readFile(await download.path(), 'utf8');
  const lines = text.trim().split('\r\n').slice(1);
  return new Map(
    lines.map((line) => {
      const [, id = '', rest = ''] = /^("(?:[^"]|"")*"|[^,]*),(.*)$/.exec(line) ?? [];
      const [period, mean, ...others] = rest.split(',');
      const series = id.startsWith('"') ? id.slice(1, -1).replaceAll('""', '"') : id;
      return [`${series} ${period}`, [Number(mean), Number(others[3])]];
    }),
  );
}

function assertSame(saved: Map<string, number[]>, expected: Forecast): void {
  let compared = 0;
  for (const { series, steps } of expected.forecasts)
    for (const { timestamp, mean, quantiles } of steps) {
      const [savedMean = Number.NaN, median = Number.NaN] = saved.get(`${series} ${timestamp}`) ?? [];
      assert.ok(Math.abs(savedMean - mean) <= 1e-6, `${series} ${timestamp}: ${savedMean}, served ${mean}`);
      assert.ok(Math.abs(median - (quantiles['0.5'] ?? Number.NaN)) <= 1e-6);
      compared++;
    }
  assert.equal(compared, items.length * stores.length * question.horizon);
}

const index = pathToFileURL(join(pageFolder, 'index.html')).href;

test('the page opened as a file gives the numbers of the server, takes new demand and refuses bad rows', {
  skip: withoutChromium,
}, async () => {
  const page = await openPage(index);
  await page.waitForSelector('#main:not([hidden])');
  assertSame(await savedAll(page), served);

  await page.fill('#search', 'NORTH/bre');
  await page.press('#search', 'Enter');
  await page.waitForSelector('svg.chart');
  assert.equal(await page.textContent('#name'), 'north/bread');
  assert.equal(await page.locator('#rows tr').count(), question.horizon);

  const csv = `store,item,date,units\n${Object.values(extra).join(',')}\n`;
  await page.setInputFiles('#file', { name: 'new.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await page.waitForSelector('#told .good');
  // One row of one series ends no day of the others: the project is known up to where it was.
  assert.match((await page.textContent('#about')) ?? '', new RegExp(`up to ${servedAfter.cutoffAt},`));
  assertSame(await savedAll(page), servedAfter);

  const bad = `store,item,date,units\nnorth,bread,${script},1\nnorth,bread,${dateOf(historyDays + 3)},<b>\n`;
  await page.setInputFiles('#file', { name: '<i>.csv', mimeType: 'text/csv', buffer: Buffer.from(bad) });
  await page.waitForSelector('#told .bad');
  assert.equal(await page.locator('#told li').count(), 2);
  const broken = Buffer.from([0x61, 0xff, 0x0a]);
  await page.setInputFiles('#file', { name: 'x.csv', mimeType: 'text/csv', buffer: broken });
  await page.locator('#told', { hasText: 'UTF-8' }).waitFor();
  assertSame(await savedAll(page), servedAfter);

  await page.click('#undo');
  await page.waitForSelector('#undo', { state: 'hidden' });
  assertSame(await savedAll(page), served);
  assert.equal(await page.locator('img, b, i').count(), 0);
  assert.deepEqual(complaints, []);
});

test('the page works from a static server too', { skip: withoutChromium }, async () => {
  const types: Record<string, string> = { html: 'text/html', js: 'text/javascript', css: 'text/css' };
  const server = createServer(async (request, response) => {
    const name = request.url === '/' ? 'index.html' : (request.url ?? '').slice(1);
    const bytes = await readFile(join(pageFolder, name)).catch(() => null);
    response.statusCode = bytes === null ? 404 : 200;
    response.setHeader('content-type', types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream');
    response.end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  try {
    const page = await openPage(`http://127.0.0.1:${port}/`, false);
    await page.waitForSelector('#main:not([hidden])');
    assertSame(await savedAll(page), served);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('a page without its model, or with a damaged one, says so', { skip: withoutChromium }, async () => {
  const path = join(pageFolder, 'model.js');
  const text = await readFile(path, 'utf8');
  const told = async (): Promise<string> => {
    const page = await openPage(index);
    await page.waitForSelector('#failure:not([hidden])');
    assert.equal(await page.isVisible('#main'), false);
    return (await page.textContent('#failure')) ?? '';
  };
  await writeFile(path, text.replace(/"[^"]{100}/, '"'));
  assert.match(await told(), /cannot be loaded/);
  await rm(path);
  assert.match(await told(), /model\.js is not beside this page/);
  await writeFile(path, text);
});
