import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { followReports, followSilence, hasEnded, isSilent, reportsOf, silenceOf } from './ended.ts';

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

const rows = (...values: number[]): Float64Array => reportsOf(history(...values));
const none = (count: number): number[] => new Array(count).fill(Number.NaN);
const some = (count: number): number[] => new Array(count).fill(4);
const silentAfter = (reports: Float64Array, season: number): number | undefined => {
  const lengths = Array.from({ length: 400 }, (_, i) => i);
  return lengths.find((length) => isSilent(reports, length, season));
};

test('rows that stay away are a silence by the rhythm of the rows before', () => {
  assert.equal(silentAfter(rows(...some(60)), 7), 14);
  const now = rows(...Array.from({ length: 60 }, (_, t) => (t % 10 === 9 ? 2 : Number.NaN)));
  assert.deepEqual(
    [20, 60, 120].map((days) => isSilent(now, days, 7)),
    [false, false, true],
  );
  assert.equal(isSilent(rows(), 300, 7), false);
});

test('half a year without a row is a silence of what had one in every week or month', () => {
  assert.equal(silentAfter(rows(...some(104)), 52), 26);
  assert.equal(silentAfter(rows(...some(30)), 12), 8);
});

test('where all that was seen may be one season, the season must have come again', () => {
  const season = 20;
  assert.equal(silentAfter(rows(...some(season)), 52), 52 + 8 - season);
  // Twice seen, the gap between is what is usual.
  assert.equal(silentAfter(rows(...some(season), ...none(32), ...some(season)), 52), 2 * 33 + 1);
});

test('an item that has been dormant for as long before is dormant again', () => {
  const reports = rows(...some(60), ...none(60), ...some(30));
  assert.equal(isSilent(reports, 60, 52), false);
  assert.equal(isSilent(reports, 123, 52), true);
});

test('rows counted one by one are those of the whole history', () => {
  const value = fc.constantFrom(0, 5, Number.NaN);
  fc.assert(
    fc.property(fc.array(value, { maxLength: 60 }), fc.nat(60), (values, cut) => {
      const reports = rows(...values.slice(0, cut));
      for (const next of values.slice(cut)) followReports(reports, next);
      assert.deepEqual(reports, rows(...values));
    }),
  );
});
