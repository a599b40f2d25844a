// A server with all that pages show: two versions, forecasts whose demand has come, refused rows, a failed job, names that
// mean harm, a project without anything, one that the server itself has, and the bar of the demo.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { autumnSeason, Pace } from '../../src/app/demo/index.ts';
import { openAlmanac } from '../../src/app/main.ts';
import { ManualClock } from '../../src/core/index.ts';
import { AlmanacClient } from '../../src/interfaces/client/index.ts';
import { type ProjectConfig, resolveConfig } from '../../src/interfaces/config/index.ts';
import type { DemoControl } from '../../src/interfaces/http/index.ts';

/** Run if anything takes them for markup; they turn text around and colour terminals. */
export const hostile: string = '"><img src=x onerror="window.harmed=1"><script>window.harmed=1</script>';
const turned = '\u202egnp\u001b[31m';

const dayMs = 86_400_000;
const firstDay = Date.UTC(2026, 0, 5);
const historyDays = 84;
const livedDays = 8;

type Row = Record<string, string | number>;

const items = ['bread', 'rolls', 'pretzel', 'cake', hostile];
const dateOf = (day: number): string => new Date(firstDay + day * dayMs).toISOString().slice(0, 10);
const unitsOf = (day: number, item: number): number =>
  20 + 9 * item + 5 * (day % 7) + ((day * 7919 + item * 31) % 6);
const rowsOf = (day: number): Row[] =>
  items.map((item, i) => ({
    item,
    date: dateOf(day),
    units: unitsOf(day, i),
    price: 3 + (day % 14 === 0 ? 0 : i),
  }));

export interface DashboardWorld {
  readonly url: string;
  readonly client: AlmanacClient;
  /** For what no request would bring in time. */
  readonly store: Awaited<ReturnType<typeof openAlmanac>>['store'];
  /** One more day of demand comes. */
  nextDay(): Promise<void>;
  close(): Promise<void>;
}

export async function openDashboardWorld(): Promise<DashboardWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'almanac-dashboard-'));
  const clock = new ManualClock(firstDay + historyDays * dayMs);
  const shop: ProjectConfig = {
    horizonSteps: 7,
    seasons: [7],
    models: ['snaive'],
    gaps: 'missing',
    columns: { series: 'item', time: 'date', target: 'units', known: ['price'] },
  };
  const alerts: ProjectConfig['alerts'] = {
    owner: `planning ${hostile}${turned}`.slice(0, 100),
    runbook: 'https://wiki.example/alerts',
    rules: [{ name: 'any-refused', metric: 'quarantineShare', above: 0, severity: 'critical' }],
  };
  const projects = { shop: { ...shop, alerts }, empty: shop };
  const config = resolveConfig(
    { dataFolder: folder, port: 0, logLevel: 'silent', projects },
    { cwd: folder },
  );
  const demo = openDemo();
  const almanac = await openAlmanac(config, { version: 'test', clock, demo: demo.control });
  const { url } = await almanac.listen();
  const client = new AlmanacClient({ baseUrl: url });
  let day = historyDays;
  const nextDay = async (): Promise<void> => {
    clock.moveTo(firstDay + (day + 1) * dayMs);
    await client.observe('shop', rowsOf(day), { closedThrough: dateOf(day) });
    await client.forecast('shop');
    day++;
  };
  const train = async (): Promise<void> => {
    const { jobId } = await client.train('shop', { reason: `because ${hostile}${turned}` });
    await client.waitForJob(jobId);
  };
  await client.observe('shop', Array.from({ length: historyDays }, (_, of) => rowsOf(of)).flat());
  await train();
  await client.forecast('shop');
  for (let lived = 0; lived < livedDays; lived++) {
    if (lived === livedDays - 2) for (const series of ['bread', hostile]) await override(client, series, day);
    await nextDay();
  }
  // A value of the past is corrected, and both versions were let in by somebody who means harm.
  await client.observe('shop', [{ item: hostile, date: dateOf(5), units: 77, price: 4 }]);
  await train();
  for (const version of [1, 2])
    await client.promote('shop', version, { reason: `because ${hostile}${turned}` });
  await refuse(client);
  const check = await client.checkDrift('shop');
  await client.waitForJob(check.jobId);
  await client.addProject('kept', { ...shop, columns: { ...shop.columns } });
  const failed = await client.train('empty');
  await client.waitForJob(failed.jobId).catch(() => undefined);
  return {
    url,
    client,
    store: almanac.store,
    nextDay,
    close: async () => {
      demo.end();
      await almanac.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The bar of the demo, over days that bring nothing. It stands still until somebody says otherwise. */
function openDemo(): { control: DemoControl; end(): void } {
  const end = new AbortController();
  const { signal } = end;
  const events = [{ day: 2, kind: 'repeated-batch', note: `sent twice ${hostile}${turned}` }] as const;
  const pace = new Pace({
    script: { ...autumnSeason, seasonDays: 9, events },
    dayMs: 1000,
    elapsedMs: () => performance.now(),
    sleep: (ms) => sleep(ms),
    signal,
  });
  pace.act('pause');
  void (async () => {
    for (let day = 0; day < 9; day++) {
      await pace.nextDay();
      if (signal.aborted) return;
      pace.dayIsLived();
    }
  })();
  const control: DemoControl = {
    state: () => pace.state(),
    act: (action) => pace.act(action),
    stock: () => 'series,onHand,unitCost\nbread,10,2.5\n',
  };
  return { control, end: () => end.abort() };
}

/** Four days of a series, two of which come. */
async function override(client: AlmanacClient, series: string, day: number): Promise<void> {
  await client.override('shop', {
    series,
    periods: [0, 1, 2, 3].map((ahead) => ({ timestamp: dateOf(day + ahead), percent: 10 * (ahead + 1) })),
    reason: `market day ${hostile}${turned}`,
  });
}

/** Rows that are refused, in two batches: some that can be mended, some that mean harm. */
async function refuse(client: AlmanacClient): Promise<void> {
  const rows = [
    { item: 'bread', date: dateOf(3), units: '12 pcs' },
    { item: 'rolls', date: dateOf(3), units: '12 pcs' },
    { item: `${hostile}${turned}`, date: dateOf(3), units: `${turned}9` },
  ];
  await client.observe('shop', rows, { feed: `till <script>window.harmed=1</script>${turned}` });
  await client.observe('shop', [
    { item: 'cake', date: dateOf(4), units: -4 },
    { item: 'cake', date: hostile, units: 3 },
  ]);
}
