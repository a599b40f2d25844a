// Which slices drive a change, and what it may cost.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Rng } from '../../../core/index.ts';
import { type SliceRows, sliceChange } from './contributions.ts';
import { errorCost } from './error-cost.ts';

test('two shops by hand: one has become worse, and the other is a larger part', () => {
  const rows = (a: readonly number[], b: readonly number[]): SliceRows => ({
    slices: [...a.map(() => 'a'), ...b.map(() => 'b')],
    values: [...a, ...b],
  });
  // a: mean 2 → 4, share ½ → ¼; b: mean 6 → 6, share ½ → ¾; all 4 → 5.5, middle 4.75.
  const found = sliceChange(rows([1, 3], [5, 7]), rows([4], [6, 6, 6]));
  assert.ok(found.status === 'ok');
  assert.equal(found.change, 1.5);
  const [first, second] = found.slices;
  assert.deepEqual(
    [first, second].map((one) => [one?.slice, one?.byMean, one?.byShare]),
    [
      ['a', 0.375 * 2, -0.25 * (3 - 4.75)],
      ['b', 0, 0.25 * (6 - 4.75)],
    ],
  );
});

test('whatever the rows, parts add up to the change, and no figure is NaN', () => {
  const value = fc.oneof(
    fc.double({ min: -1e6, max: 1e6 }),
    fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 0),
  );
  const rows = fc
    .array(fc.tuple(fc.option(fc.constantFrom('a', 'b', 'c', '__proto__', '')), value), { maxLength: 60 })
    .map(
      (pairs): SliceRows => ({
        slices: pairs.map(([name]) => name),
        values: pairs.map(([, one]) => one),
      }),
    );
  fc.assert(
    fc.property(rows, rows, fc.integer({ min: 1, max: 6 }), (reference, current, most) => {
      const found = sliceChange(reference, current, { most });
      assert.doesNotMatch(JSON.stringify(found), /NaN|Infinity/);
      if (found.status !== 'ok') return;
      assert.ok(found.slices.length <= most);
      const sum = found.slices.reduce((total, { total: part }) => total + part, found.others);
      assert.ok(
        Math.abs(sum - found.change) <= 1e-9 * Math.max(1, Math.abs(found.before), Math.abs(found.now)),
        `${sum} ${found.change}`,
      );
      for (const { total, byMean, byShare, sd } of found.slices) {
        assert.equal(total, byMean + byShare);
        assert.ok(sd === null || Number.isFinite(sd));
      }
    }),
  );
});

test('the standard deviation of a part is that of 500 repetitions', () => {
  const rng = new Rng(3);
  const draw = (n: number, worse: number): SliceRows => {
    const slices = Array.from({ length: n }, () => (rng.uniform() < 0.3 ? 'a' : 'b'));
    return { slices, values: slices.map((name) => 2 + rng.normal() + (name === 'a' ? worse : 0)) };
  };
  const [totals, sds]: [number[], number[]] = [[], []];
  for (let round = 0; round < 500; round++) {
    const found = sliceChange(draw(200, 0), draw(150, 1));
    const own = found.status === 'ok' ? found.slices.find(({ slice }) => slice === 'a') : undefined;
    totals.push(own?.total ?? 0);
    sds.push(own?.sd ?? 0);
  }
  const mean = totals.reduce((sum, value) => sum + value / 500, 0);
  const sd = Math.sqrt(totals.reduce((sum, value) => sum + (value - mean) ** 2 / 500, 0));
  const told = sds.reduce((sum, value) => sum + value / 500, 0);
  assert.ok(Math.abs(told - sd) < 0.12 * sd, `${told} ${sd}`);
});

test('of many slices those that push the most either way are listed, and the rest is one', () => {
  const names = Array.from({ length: 100 }, (_, i) => `s${i}`);
  const reference = { slices: names, values: names.map(() => 1) };
  const current = {
    slices: names,
    values: names.map((_, i) => 1 + (i === 7 ? 50 : i === 9 ? -20 : 0.01 * i)),
  };
  const found = sliceChange(reference, current, { most: 4 });
  assert.ok(found.status === 'ok');
  assert.deepEqual(
    [found.slices[0]?.slice, found.slices.at(-1)?.slice, found.slices.length],
    ['s7', 's9', 4],
  );
  assert.throws(() => sliceChange({ ...reference, values: [1] }, current), /as many slices as values/);
  assert.throws(() => sliceChange(reference, current, { most: 0 }), /`most` must be/);
});

test('a cost has an interval, and what is not known makes it unknown', () => {
  const errors = { before: { mean: 2, sd: 0.1 }, now: { mean: 3, sd: 0.2 }, forecasts: 1_000 };
  const found = errorCost({ ...errors, price: 5 });
  assert.ok(found.status === 'ok');
  assert.equal(found.cost, 5_000);
  const half = 1.96 * 5_000 * Math.hypot(0.1, 0.2);
  assert.ok(Math.abs(found.between[1] - 5_000 - half) < 1e-9 && found.isSure);
  const open = errorCost({ ...errors, price: 5, priceSd: 3 });
  assert.ok(open.status === 'ok' && !open.isSure);
  const because = (given: Partial<Parameters<typeof errorCost>[0]>) => {
    const one = errorCost({ ...errors, price: 5, ...given });
    return one.status === 'unknown' ? one.because : one.status;
  };
  assert.equal(because({ price: null }), 'no price is known');
  assert.equal(because({ price: Number.NaN }), 'the price is no amount');
  assert.equal(because({ forecasts: Number.NaN }), 'how many forecasts will be made is not known');
  assert.equal(because({ now: { mean: Number.NaN, sd: 1 } }), 'an error is not known');
  assert.equal(because({ price: 1e308 }), 'the cost is too large for a number');
});
