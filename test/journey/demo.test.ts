// The demo as `npm start -- --once --json` runs it, for the first month of its season: long enough for one retraining
// and one swap under load.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { command, commandJson } from './command.ts';

const folder = await mkdtemp(join(tmpdir(), 'almanac-demo-test-'));
after(() => rm(folder, { recursive: true, force: true }));

interface Summary {
  readonly days: number;
  readonly series: number;
  readonly observations: number;
  readonly observationsLost: number;
  readonly quarantined: number;
  readonly spoiltSent: number;
  readonly forecastsServed: number;
  readonly backgroundRequests: number;
  readonly failedRequests: number;
  readonly predictionsLost: number;
  readonly actualsJoined: number;
  readonly labelCoverage: number;
  readonly retrains: number;
  readonly swaps: number;
  readonly wape: { readonly champion: number; readonly seasonalNaive: number };
  readonly seconds: number;
}

test('a month of the demo loses nothing, fails no request, retrains once and beats seasonal naive', async () => {
  const summary = await commandJson<Summary>(folder, 'demo', '--once', '--days', '30');
  const { days, failedRequests, predictionsLost, observationsLost, retrains, labelCoverage } = summary;
  assert.deepEqual(
    { days, failedRequests, predictionsLost, observationsLost, retrains, labelCoverage },
    { days: 30, failedRequests: 0, predictionsLost: 0, observationsLost: 0, retrains: 1, labelCoverage: 1 },
  );
  assert.equal(summary.quarantined, summary.spoiltSent);
  assert.ok(summary.series >= 60 && summary.observations > 50_000);
  assert.ok(summary.swaps <= 1 && summary.backgroundRequests > 10);
  // 31 rounds of all series, the new item not yet among them.
  assert.ok(summary.forecastsServed >= 31 * 72);
  assert.ok(summary.actualsJoined > 20_000);
  assert.ok(summary.wape.champion < 0.9 * summary.wape.seasonalNaive, JSON.stringify(summary.wape));
});

test('the sample file is the same every time', async () => {
  await commandJson(folder, 'demo', '--sample', 'a.csv');
  await commandJson(folder, 'demo', '--sample', 'b.csv');
  const [a, b] = await Promise.all(['a.csv', 'b.csv'].map((name) => readFile(join(folder, name), 'utf8')));
  assert.equal(a, b);
  assert.ok((a ?? '').startsWith('site,item,date,units,price,promotion,out_of_stock\n'));
});

test('init writes a configuration from the sample that the data then fit', async () => {
  const { code, stdout } = await command(folder, 'init', 'a.csv');
  assert.equal(code, 0);
  assert.match(stdout, /columns\.series\s+site \+ item/);
  const report = await commandJson<{ settings: { setting: string; value: unknown }[] }>(
    folder,
    'config',
    'show',
  );
  const value = (setting: string): unknown => report.settings.find((row) => row.setting === setting)?.value;
  assert.deepEqual(value('projects.a.columns.series'), ['site', 'item']);
  assert.equal(value('projects.a.frequency'), 'day');
  const checked = await command(folder, 'validate', 'a.csv', '--json');
  assert.equal(checked.code, 1, 'rows that would be refused are an answer of no');
  assert.ok((JSON.parse(checked.stdout) as { accepted: number }).accepted > 50_000);
});
