import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { airPassengers } from '../../../test/fixtures/air-passengers.ts';
import { mstl, stl } from './stl.ts';

// Golden values: statsmodels 0.15.0, STL(y, period=12, seasonal=7, robust=…).fit(inner_iter=2, outer_iter=0 or 15), at these
// places. Tolerance 1e-8: same windows and degrees, other order of summation.
const places = [0, 1, 7, 40, 71, 72, 110, 132, 143];
const golden = {
  plain: {
    seasonal: [
      -10.332962942, -2.3042115971, 19.4053610152, -1.2148047026, -28.0488490192, -23.8031246838,
      -12.5256836252, -42.4888511325, -60.2459713812,
    ],
    trend: [
      122.2568560353, 123.0144954215, 127.5929363584, 193.1572102982, 258.587748618, 262.279561549,
      378.0714753578, 455.6448658438, 495.1578454057,
    ],
  },
  robust: {
    seasonal: [
      -11.1485773926, -4.3548447854, 19.6350125233, -9.2229044356, -27.8321464599, -23.044158057,
      -20.9584676415, -41.2214945122, -68.6821911323,
    ],
    trend: [
      122.5517377889, 123.2752433416, 127.7595622377, 193.1666042499, 258.6285889502, 262.2028009939,
      380.9920747918, 454.5988912047, 500.7108125585,
    ],
  },
};

for (const [name, outer] of [
  ['plain', 0],
  ['robust', 15],
] as const) {
  test(`STL, ${name}, agrees with statsmodels on the airline passengers`, () => {
    const { seasonal, trend, remainder } = stl(airPassengers, { period: 12, seasonalWindow: 7, outer });
    for (const [i, place] of places.entries()) {
      assert.ok(Math.abs(seasonal[place]! - golden[name].seasonal[i]!) < 1e-8);
      assert.ok(Math.abs(trend[place]! - golden[name].trend[i]!) < 1e-8);
      assert.ok(
        Math.abs(seasonal[place]! + trend[place]! + remainder[place]! - airPassengers[place]!) < 1e-10,
      );
    }
  });
}

test('MSTL agrees with statsmodels on two seasons', () => {
  // statsmodels 0.15.0, MSTL(z, periods=(5, 35), windows=(7, 11), iterate=2, stl_kwargs inner_iter=2 outer_iter=0).
  const z = Float64Array.from(
    { length: 150 },
    (_, t) =>
      10 +
      0.05 * t +
      2 * Math.sin((2 * Math.PI * t) / 5) +
      3 * Math.cos((2 * Math.PI * t) / 35) +
      Math.sin(t * t),
  );
  const { seasonals, trend } = mstl(z, [
    { period: 5, seasonalWindow: 7 },
    { period: 35, seasonalWindow: 11 },
  ]);
  const expected = [
    [0, -0.11583098938550358, 2.930500876467145, 9.923771794363667],
    [34, -1.7869097307054456, 2.5293677215042054, 11.63838571013398],
    [75, -0.2857941631453792, 2.000127840764931, 13.913075697537423],
    [149, -2.091768051933739, 0.8302849533371215, 17.5971044973159],
  ] as const;
  for (const [place, short, long, level] of expected) {
    assert.ok(Math.abs(seasonals[0]![place]! - short) < 1e-8);
    assert.ok(Math.abs(seasonals[1]![place]! - long) < 1e-8);
    assert.ok(Math.abs(trend[place]! - level) < 1e-8);
  }
});

test('the parts add up to the values, for any values and any jump', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 14, maxLength: 60 }),
      fc.integer({ min: 2, max: 7 }),
      fc.integer({ min: 1, max: 9 }),
      (values, period, jump) => {
        const y = Float64Array.from(values);
        const { seasonal, trend, remainder } = stl(y, { period, seasonalWindow: 7, jump, outer: 1 });
        for (let t = 0; t < y.length; t++) {
          assert.ok(Math.abs(seasonal[t]! + trend[t]! + remainder[t]! - y[t]!) < 1e-9);
        }
      },
    ),
    { seed: 1, numRuns: 100 },
  );
});

test('a season longer than half the history is left out', () => {
  const { seasonals } = mstl(airPassengers.subarray(0, 20), [{ period: 12, seasonalWindow: 7 }]);
  assert.ok(seasonals[0]!.every((effect) => effect === 0));
});
