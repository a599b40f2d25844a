import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { aroundMean, correctedQuantiles } from './forecaster.ts';
import type { IntervalTable } from './intervals.ts';

const levels = [0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975];
const horizon = 3;
const cells = levels.length * horizon;
const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });

test('corrected quantiles never cross and never lie below the floor, whatever the offsets and the quantiles', () => {
  fc.assert(
    fc.property(
      fc.record({
        offsets: fc.array(number, { minLength: 2 * cells, maxLength: 2 * cells }),
        own: fc.array(number, { minLength: cells, maxLength: cells }),
        mean: fc.array(number, { minLength: horizon, maxLength: horizon }),
        stratum: fc.integer({ min: 0, max: 1 }),
        scale: fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        // Past the table's last lead spreads grow.
        leads: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: horizon, maxLength: horizon }),
        asked: fc.uniqueArray(fc.double({ min: 0.001, max: 0.999, noNaN: true }), { minLength: 2 }),
        floor: fc.constantFrom(0, Number.NEGATIVE_INFINITY),
      }),
      ({ offsets, own, mean, stratum, scale, leads, asked, floor }) => {
        const table: IntervalTable = {
          levels,
          strata: ['a', 'b'],
          horizon,
          offsets: Float64Array.from(offsets),
          ownFrom: 0,
        };
        const wanted = [...asked, ...levels].sort((a, b) => a - b);
        const rows = correctedQuantiles(
          table,
          { mean: Float64Array.from(mean), quantiles: Float64Array.from(own) },
          { stratum, scale, leads, levels: wanted, floor },
        );
        for (let k = 0; k < horizon; k++) {
          for (const [i, row] of rows.entries()) {
            const value = row[k] as number;
            assert.ok(Number.isFinite(value) && value >= floor);
            const below = i === 0 ? value : (rows[i - 1]?.[k] as number);
            assert.ok(value >= below, `${below} at ${wanted[i - 1]}, ${value} at ${wanted[i]}`);
          }
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('an offset moves the quantile of its level, and crossing ones change places', () => {
  const table = {
    levels: [0.1, 0.5, 0.9],
    strata: ['all'],
    horizon: 1,
    offsets: Float64Array.of(-1, 0, 2),
    ownFrom: 0,
  };
  const place = { stratum: 0, scale: 3, leads: [1], levels: [0.1, 0.5, 0.9], floor: 0 };
  const own = { mean: Float64Array.of(10), quantiles: Float64Array.of(8, 10, 13) };
  assert.deepEqual(
    correctedQuantiles(table, own, place).map(([value]) => value),
    [5, 10, 19],
  );
  const crossing = { ...table, offsets: Float64Array.of(3, 0, -2) };
  assert.deepEqual(
    correctedQuantiles(crossing, own, place).map(([value]) => value),
    [7, 10, 17],
  );
});

test('beyond the levels of the table quantiles go on, keep their order, and stay at the floor where demand is mostly zero', () => {
  const zeros = {
    levels: [0.1, 0.5, 0.9],
    strata: ['sparse'],
    horizon: 1,
    offsets: Float64Array.of(-1e3, -1e3, 2),
  };
  const place = { stratum: 0, scale: 1, leads: [1], levels: [0.01, 0.1, 0.5, 0.9, 0.975], floor: 0 };
  const values = aroundMean(zeros, Float64Array.of(1), place).map(([value]) => value as number);
  assert.deepEqual(values.slice(0, 4), [0, 0, 0, 3]);
  // From 0 at the median to 3 at 90 %: (3 ÷ ln 5) · ln 4 more, whatever the offset says that makes the zero.
  assert.ok(Math.abs((values[4] as number) - 3 - (3 * Math.log(4)) / Math.log(5)) < 1e-9);
  const regular = { ...zeros, offsets: Float64Array.of(-2, 0, 2) };
  const spread = aroundMean(regular, Float64Array.of(10), place).map(([value]) => value as number);
  assert.ok((spread[0] as number) < 8 && (spread[4] as number) > 12);
});
