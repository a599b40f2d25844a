// Strata of intervals: growth and seasons that models forecast are no erratic demand.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from '../../core/index.ts';
import { classify } from './demand-class.ts';
import { intervalStrata, intervalStratum } from './strata.ts';

const rng = new Rng(31);
const noise = (share: number): number => Math.exp(share * rng.normal());
const stratum = (history: Float64Array, season: number): string =>
  intervalStrata[intervalStratum(history, season)] as string;

test('a growth to the tenfold is smooth: only its own level varies', () => {
  const growth = Float64Array.from({ length: 24 }, (_, t) => 10 * 1.15 ** t * noise(0.05));
  assert.equal(classify(growth).demandClass, 'erratic');
  assert.equal(stratum(growth, 1), 'smooth');
});

test('a season of ten times is smooth, with and without growth', () => {
  for (const growth of [1, 1.03]) {
    const seasonal = Float64Array.from(
      { length: 48 },
      (_, t) => (t % 12 === 11 ? 100 : 10) * growth ** t * noise(0.05),
    );
    assert.equal(classify(seasonal).demandClass, 'erratic');
    assert.equal(stratum(seasonal, 12), 'smooth');
  }
});

test('demand that nothing explains stays erratic, whatever its season is said to be and with gaps', () => {
  for (const season of [1, 7, 12, 52]) {
    const erratic = Float64Array.from({ length: 120 }, (_, t) => (t % 11 === 3 ? Number.NaN : 20 * noise(1)));
    assert.equal(stratum(erratic, season), 'erratic');
  }
});

test('too few values for a cycle apart are judged by their neighbours', () => {
  const short = Float64Array.from({ length: 9 }, () => 20 * noise(1.4));
  assert.equal(stratum(short, 52), 'erratic');
});
