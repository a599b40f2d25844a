// The demo as a script would run it: headless, short, one JSON value.

import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandJson } from './command.ts';

const days = 20;

interface Summary {
  readonly days: number;
  readonly series: number;
  readonly observations: number;
  readonly observationsLost: number;
  readonly quarantined: number;
  readonly spoiltSent: number;
  readonly forecastsServed: number;
  readonly requests: number;
  readonly failedRequests: number;
  readonly predictionsLost: number;
  readonly actualsJoined: number;
  readonly labelCoverage: number;
  readonly retrains: number;
  readonly swaps: number;
  readonly wape: { readonly champion: number; readonly seasonalNaive: number };
  readonly coverage80: number;
  readonly seconds: number;
}

test('a short season ends with nothing failed, nothing lost, and figures that can be', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-demo-journey-'));
  try {
    const summary = await commandJson<Summary>(folder, 'demo', '--once', '--days', String(days));
    assert.equal(summary.days, days);
    for (const nothing of ['failedRequests', 'predictionsLost', 'observationsLost'] as const)
      assert.equal(summary[nothing], 0, nothing);
    for (const some of ['series', 'observations', 'forecastsServed', 'requests', 'actualsJoined'] as const)
      assert.ok(summary[some] > 0, some);
    assert.equal(summary.quarantined, summary.spoiltSent, 'every spoilt row is caught, and no other');
    assert.ok(summary.labelCoverage > 0 && summary.labelCoverage <= 1);
    // Twenty days are too few to tell who is better; it must be a figure.
    for (const wape of [summary.wape.champion, summary.wape.seasonalNaive])
      assert.ok(Number.isFinite(wape) && wape > 0 && wape < 2, `WAPE ${wape}`);
    assert.ok(summary.coverage80 > 0.4 && summary.coverage80 <= 1, `coverage ${summary.coverage80}`);
    assert.ok(summary.seconds > 0);
    assert.deepEqual(await readdir(folder), [], 'it leaves nothing in the folder it was called from');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
