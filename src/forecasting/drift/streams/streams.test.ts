// Where each detector finds drifts, beside river 0.26.1 (`npm run -s bench -- drift-streams` compares thousands of streams more).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from '../../../core/index.ts';
import { adwin } from './adwin.ts';
import { cusum } from './cusum.ts';
import { ddm } from './ddm.ts';
import { hddmA } from './hddm-a.ts';
import { hddmW } from './hddm-w.ts';
import { kswin, smallestSteps } from './kswin.ts';
import { pageHinkley } from './page-hinkley.ts';
import { driftsIn } from './stream.ts';

/** 1,000 values of each rate. */
function bits(seed: number, ...rates: readonly number[]): number[] {
  const rng = new Rng(seed);
  return rates.flatMap((rate) => Array.from({ length: 1000 }, () => Number(rng.uniform() < rate)));
}

const stepped = bits(1, 0.2, 0.5, 0.1, 0.3);
const tenths = Array.from({ length: 400 }, (_, i) => (i < 200 ? Number(i % 10 === 0) : i % 2));

test('examples of docstrings say what comes out', () => {
  const [zeros, twos] = [new Array(100).fill(0), new Array(100).fill(2)];
  assert.deepEqual(driftsIn(pageHinkley, {}, [...zeros, ...twos]), [128]);
  assert.deepEqual(driftsIn(ddm, {}, tenths), [221]);
  assert.deepEqual(driftsIn(hddmA, {}, tenths), [225]);
  assert.deepEqual(driftsIn(hddmW, {}, tenths), [235]);
  assert.deepEqual(driftsIn(adwin, {}, tenths), [255]);
  const sevens = Array.from({ length: 400 }, (_, i) => (i < 200 ? i % 7 : 3 + (i % 7)));
  assert.deepEqual(driftsIn(kswin, {}, sevens), [223]);
  const options = { of: 'shares', usual: 0.1, changed: 0.3, threshold: 5 } as const;
  assert.deepEqual(driftsIn(cusum, options, tenths.slice(0, 230)), [211, 223]);
});

test('finds drifts at the very values at which river does', () => {
  assert.deepEqual(driftsIn(adwin, {}, stepped), RIVER.adwin);
  assert.deepEqual(driftsIn(ddm, {}, stepped), RIVER.ddm);
  assert.deepEqual(driftsIn(hddmA, {}, stepped), RIVER.hddmA);
  assert.deepEqual(driftsIn(hddmA, { direction: 'both' }, stepped), RIVER.hddmABoth);
  assert.deepEqual(driftsIn(hddmW, { direction: 'both' }, stepped), RIVER.hddmWBoth);
  assert.deepEqual(driftsIn(pageHinkley, { keep: 1, threshold: 20 }, stepped), RIVER.pageHinkleyUp);
});

test('a CUSUM that looks both ways finds a change as large in the other direction', () => {
  const options = { of: 'shares', usual: 0.2, changed: 0.35, threshold: 7 } as const;
  const falling = bits(5, 0.2, 0.02);
  assert.deepEqual(driftsIn(cusum, options, falling), []);
  const [first = 0] = driftsIn(cusum, { ...options, both: true }, falling);
  assert.ok(first > 1000 && first < 1100, String(first));
});

test('the exact test of two samples of 30 asks for a distance of 14 steps at 0.005', () => {
  // scipy.stats.ks_2samp of 30 and 30: 12/30 has p = 0.0156, 13/30 has p = 0.0065, 14/30 has p = 0.0025.
  assert.equal(smallestSteps(30, 0.02), 12);
  assert.equal(smallestSteps(30, 0.007), 13);
  assert.equal(smallestSteps(30, 0.005), 14);
  assert.equal(smallestSteps(2, 0.001), 3);
});

test('an option outside its range is refused, and the message says which', () => {
  const refused = (start: () => unknown, words: RegExp) =>
    assert.throws(start, (error: Error & { code?: string }) => {
      return error.code === 'drift/bad-option' && words.test(error.message);
    });
  refused(() => adwin.start({ chance: 0 }), /adwin: `chance`/);
  refused(() => ddm.start({ warning: 4 }), /ddm: `drift`/);
  refused(() => hddmA.start({ warningChance: Number.NaN }), /hddm-a: `warningChance`/);
  refused(() => kswin.start({ window: 30 }), /kswin: `window`/);
  refused(() => cusum.start({ of: 'shares', usual: 0, changed: 0.3, threshold: 1 }), /cusum: `usual`/);
  refused(() => cusum.start({ of: 'numbers', usual: 0, changed: 3, spread: 0, threshold: 1 }), /`spread`/);
});

/** From `bench/peers/drift_streams_peer.py` on the same values. */
const RIVER = {
  adwin: [1119, 2047, 3103],
  ddm: [1602, 3268],
  hddmA: [1078],
  hddmABoth: [1078, 2017, 3071],
  hddmWBoth: [1062, 2005, 3071],
  pageHinkleyUp: [1085, 3535, 3904],
};
