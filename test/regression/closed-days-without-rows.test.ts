// Where a period without a row is unknown (`gaps: missing`), nothing said that a shop is closed on Sundays, or has not opened on Mondays
// for five weeks: both were forecast with the demand of other days.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ObservationStatus, type Panel, Rng } from '../../src/core/index.ts';
import { closedPhases } from '../../src/forecasting/models/index.ts';
import { evaluatePanel } from '../../src/services/evaluation/index.ts';

const { observed, missing, stockout } = ObservationStatus;
const days = 210;
const start = 19_000;

/** Sold every day but those that `isOpen` leaves out, of which `reason` says why nothing is known. */
function panelOf(isOpen: (t: number) => boolean, reason: number): Panel {
  const rng = new Rng(7);
  const series = [80, 30, 50].map((level, s) => ({
    id: `item ${s}`,
    start,
    values: Float64Array.from({ length: days }, (_, t) => (isOpen(t) ? 1 + rng.poisson(level) : Number.NaN)),
    status: Uint8Array.from({ length: days }, (_, t) => (isOpen(t) ? observed : reason)),
  }));
  return { grid: { frequency: 'day', weekStart: 1 }, series };
}

async function meansByPhase(panel: Panel): Promise<number[]> {
  const sums = new Array<number>(7).fill(0);
  await evaluatePanel({
    panel,
    testSteps: null,
    horizon: 14,
    seasons: [7],
    maseSeason: 7,
    folds: 1,
    models: ['dotm', 'dotm+ets'],
    levels: [0.1, 0.5, 0.9],
    threads: 0,
    onForecast: ({ firstPeriod, mean, quantiles }) => {
      for (let k = 0; k < 14; k++) {
        const phase = (firstPeriod - start + k) % 7;
        sums[phase] = (sums[phase] as number) + (mean[k] as number) + (quantiles[2 * 14 + k] as number);
      }
    },
  });
  return sums;
}

const notSundays = (t: number): boolean => t % 7 !== 6;
/** Five weeks before the test window, and in it. */
const noMondaysOfLate = (t: number): boolean => t % 7 !== 0 || t < days - 14 - 35;

test('a weekday on which no row ever comes is closed, and so is one without any for five weeks', async () => {
  for (const [isOpen, closed] of [
    [notSundays, 6],
    [noMondaysOfLate, 0],
  ] as const) {
    const means = await meansByPhase(panelOf(isOpen, missing));
    assert.equal(means[closed], 0, `phase ${closed}`);
    assert.ok(
      means.every((mean, phase) => phase === closed || mean > 100),
      String(means),
    );
  }
});

test('a weekday on which the shelf is always empty is not closed: its demand is unknown', async () => {
  const means = await meansByPhase(panelOf(noMondaysOfLate, stockout));
  assert.ok(
    means.every((mean) => mean > 100),
    String(means),
  );
});

test('rows that come now and then say nothing of a weekday, nor do four weeks without one', () => {
  const rng = new Rng(3);
  for (let trial = 0; trial < 300; trial++) {
    const share = 0.05 + 0.4 * rng.uniform();
    const values = Float64Array.from({ length: 400 }, () => (rng.uniform() < share ? 4 : Number.NaN));
    const status = Uint8Array.from(values, (value) => (Number.isNaN(value) ? missing : observed));
    assert.equal(closedPhases(values, 7, status), undefined);
  }
  const ofLate = (weeks: number): number => {
    const values = Float64Array.from({ length: days }, (_, t) =>
      t % 7 !== 0 || t < days - 7 * weeks ? 5 : Number.NaN,
    );
    const status = Uint8Array.from(values, (value) => (Number.isNaN(value) ? missing : observed));
    return closedPhases(values, 7, status)?.[0] ?? 0;
  };
  assert.deepEqual([4, 5].map(ofLate), [0, 1]);
});
