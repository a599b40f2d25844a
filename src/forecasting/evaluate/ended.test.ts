import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { followSilence, hasEnded, isSilent, silenceOf } from './ended.ts';

const zeros = (count: number): number[] => new Array(count).fill(0);
const history = (...values: number[]): Float64Array => Float64Array.from(values);
const everyFourth = Array.from({ length: 60 }, (_, t) => (t % 4 === 0 ? 3 : 0));

test('a silence much longer than the usual gaps is an end', () => {
  assert.equal(hasEnded(history(...everyFourth, ...zeros(40)), 7), true);
});

test('a silence as long as gaps have been is none', () => {
  assert.equal(hasEnded(history(...everyFourth, ...zeros(6)), 1), false);
  assert.equal(hasEnded(history(5, ...zeros(30), 4, ...zeros(50)), 1), false);
});

test('less than a whole cycle of silence may be the season', () => {
  const yearly = Array.from({ length: 36 }, (_, t) => (t % 12 < 6 ? 8 : 0));
  assert.equal(hasEnded(history(...yearly), 12), false);
  assert.equal(hasEnded(history(...yearly, ...zeros(30)), 12), true);
});

test('unknown periods are no silence', () => {
  assert.equal(hasEnded(history(...everyFourth, ...new Array(40).fill(Number.NaN)), 7), false);
});

test('a history without demand has not ended, nor has a single sale', () => {
  assert.equal(hasEnded(history(...zeros(40)), 7), false);
  assert.equal(hasEnded(history(9, ...zeros(5)), 1), false);
});

test('what is counted is what a look at the whole history counts, whatever comes period by period', () => {
  const value = fc.constantFrom(0, 0, 0, 5, -2, Number.NaN);
  fc.assert(
    fc.property(fc.array(value, { maxLength: 60 }), fc.nat(60), (values, cut) => {
      const silence = silenceOf(history(...values.slice(0, cut)));
      for (const next of values.slice(cut)) followSilence(silence, next);
      const known = values.filter((one) => !Number.isNaN(one));
      const demands = known.flatMap((one, t) => (one === 0 ? [] : [t]));
      const first = demands[0] ?? 0;
      const last = demands.at(-1) ?? first - 1;
      const gaps = demands.map((t, i) => t - (demands[i - 1] ?? first - 1));
      const zeros = demands.length === 0 ? 0 : known.length - 1 - last;
      assert.deepEqual([...silence], [demands.length, last - first + 1, Math.max(0, ...gaps), zeros]);
    }),
  );
});

test('an item of a season that came twice has not ended between seasons; one that is rare is only dormant', () => {
  const season = Array.from({ length: 365 }, (_, t) => (t > 300 ? 5 : 0));
  assert.equal(hasEnded(history(...season, ...season, ...zeros(250)), 7), false);
  const rare = Array.from({ length: 700 }, (_, t) => (t % 100 === 0 ? 1 : 0));
  assert.equal(hasEnded(history(...rare, ...zeros(90)), 7), false);
});

test('rows that stay away are a silence by the rhythm of the rows before', () => {
  const daily = new Float64Array(60).fill(4);
  assert.deepEqual(
    [5, 13, 14, 200].map((days) => isSilent(daily, days, 7)),
    [false, false, true, true],
  );
  const now = Float64Array.from({ length: 60 }, (_, t) => (t % 10 === 9 ? 2 : Number.NaN));
  assert.deepEqual(
    [20, 60, 120].map((days) => isSilent(now, days, 7)),
    [false, false, true],
  );
  assert.equal(isSilent(new Float64Array(0), 300, 7), false);
});
