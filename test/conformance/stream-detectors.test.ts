// Every detector of streams through what all of them promise. A new one needs no test of its own here: it joins the catalog.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Rng } from '../../src/core/index.ts';
import { type ReadyDetector, type StreamState, streamDetectors } from '../../src/forecasting/drift/index.ts';

const hostile = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  Number.MIN_VALUE,
  1e-300,
  1e200,
  -1,
  2,
  0,
  -0,
  1,
];

describe('every detector of streams', () => {
  for (const detector of streamDetectors) {
    const name = `${detector.name} of ${detector.takes}`;
    test(`${name} finds no drift in a constant level`, () => {
      for (const value of detector.takes === 'numbers' ? [0.5, 0, 1, 1e12 / 3] : [0.5, 0, 1]) {
        // A level that was told is told rightly; the others have no level of their own.
        if (detector.name === 'cusum' && value !== 0.5) continue;
        assert.deepEqual(driftsOf(detector, new Array(5000).fill(value)), []);
      }
    });

    test(`${name} finds a level that rises, and one that falls where it promises to`, () => {
      const rng = new Rng(3);
      const bits = (rate: number) => Array.from({ length: 1000 }, () => Number(rng.uniform() < rate));
      const rises = driftsOf(detector, [...bits(0.5), ...bits(0.98)]);
      assert.ok(
        rises.some(([at, sign]) => at > 1000 && at < 1400 && sign === 1),
        JSON.stringify(rises),
      );
      if (!detector.findsFalls) return;
      const falls = driftsOf(detector, [...bits(0.5), ...bits(0.02)]);
      assert.ok(
        falls.some(([at, sign]) => at > 1000 && at < 1400 && sign === -1),
        JSON.stringify(falls),
      );
    });

    test(`${name} passes over what is no number, changes nothing by it, and counts it`, () => {
      const bits = Array.from({ length: 900 }, (_, i) => Number(i % 5 === 0 || (i > 600 && i % 2 === 0)));
      const holes = bits.flatMap((bit, i) =>
        i % 3 === 0 ? [Number.NaN, bit, Number.POSITIVE_INFINITY] : [bit],
      );
      const [plain, holed] = [stateAfter(detector, bits), stateAfter(detector, holes)];
      assert.equal(holed.skipped, 600);
      assert.deepEqual({ ...holed, skipped: 0 }, plain);
    });

    test(`${name} keeps a state that is plain data: written and read at any value, it goes on bit for bit`, () => {
      const value =
        detector.takes === 'shares'
          ? fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }))
          : fc.oneof(fc.constantFrom(...hostile, 0, 1, 0.2), fc.double({ min: -10, max: 10 }));
      fc.assert(
        fc.property(fc.array(value, { maxLength: 300 }), fc.nat(300), (values, cut) => {
          const whole = detector.start();
          let restored = detector.start();
          for (const [i, x] of values.entries()) {
            if (i === cut) restored = JSON.parse(JSON.stringify(restored)) as StreamState;
            assert.equal(detector.update(restored, x), detector.update(whole, x));
          }
          assert.deepEqual(JSON.parse(JSON.stringify(restored)), JSON.parse(JSON.stringify(whole)));
        }),
      );
    });

    test(`${name} never holds NaN or a value beyond numbers, whatever comes`, () => {
      fc.assert(
        fc.property(
          fc.array(fc.oneof(fc.constantFrom(...hostile), fc.double()), { maxLength: 400 }),
          (values) => {
            const state = stateAfter(detector, values);
            for (const number of numbersIn(state)) assert.ok(Number.isFinite(number), JSON.stringify(state));
          },
        ),
      );
    });

    test(`${name} begins anew after a drift`, () => {
      const rng = new Rng(8);
      const bits = Array.from({ length: 6000 }, (_, i) =>
        Number(rng.uniform() < (i % 2000 < 1000 ? 0.1 : 0.8)),
      );
      const drifts = driftsOf(detector, bits);
      assert.ok(drifts.length >= 2);
      const [first] = drifts[0] ?? [0];
      const state = stateAfter(detector, bits.slice(0, first + 1));
      detector.update(state, 0);
      assert.equal(state.seen, 1);
      assert.equal(state.changed, 0);
    });

    test(`${name} needs no more memory after 50,000 values than log n of them ask for`, () => {
      const rng = new Rng(2);
      const state = detector.start();
      for (let i = 0; i < 50_000; i++) detector.update(state, Number(rng.uniform() < 0.2));
      assert.ok(numbersIn(state).length < 300, `${numbersIn(state).length} numbers`);
    });
  }
});

/** Where drifts are found, with the sign of each. */
function driftsOf(detector: ReadyDetector, values: readonly number[]): [number, number][] {
  const state = detector.start();
  return values.flatMap((x, i): [number, number][] =>
    detector.update(state, x) === 'drift' ? [[i, state.changed]] : [],
  );
}

function stateAfter(detector: ReadyDetector, values: readonly number[]): StreamState {
  const state = detector.start();
  for (const x of values) detector.update(state, x);
  return state;
}

function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}
