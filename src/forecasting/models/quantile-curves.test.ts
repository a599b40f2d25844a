import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { IntervalTable } from './intervals.ts';
import { aroundMean, correctedQuantiles } from './quantile-curves.ts';

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

/** Mean of the quantiles in the middle of many equal parts. */
const parts = 4000;
const dense = Array.from({ length: parts }, (_, i) => (i + 0.5) / parts);
const meanOf = (rows: readonly Float64Array[]): number =>
  rows.reduce((sum, row) => sum + (row[0] as number), 0) / parts;

test('the mean of a joint table is that of the quantiles, around a mean and of a model that has its own', () => {
  const rise = fc.double({ min: 0, max: 20, noNaN: true });
  fc.assert(
    fc.property(
      fc.record({
        from: fc.constantFrom(-1000, -30, -3, 0, 2),
        rises: fc.array(rise, { minLength: levels.length, maxLength: levels.length }),
        centre: fc.double({ min: 0, max: 50, noNaN: true }),
        floor: fc.constantFrom(0, Number.NEGATIVE_INFINITY),
        isMeanFree: fc.boolean(),
      }),
      ({ from, rises, centre, floor, isMeanFree }) => {
        let at = from;
        const offsets = Float64Array.from(rises, (one) => {
          at += one;
          return at;
        });
        const table: IntervalTable = { levels, strata: ['all'], horizon: 1, offsets, joint: true };
        const place = { stratum: 0, scale: 1, leads: [1], levels: dense, floor, isMeanFree };
        const around = Float64Array.of(centre);
        const own = { mean: Float64Array.of(centre), quantiles: offsets.map((offset) => offset + centre) };
        const unmoved = { ...table, offsets: new Float64Array(levels.length), ownFrom: 0 };
        for (const [mean, rows] of [
          [around, aroundMean(table, around, place)],
          [own.mean, correctedQuantiles(unmoved, own, place)],
        ] as const) {
          const implied = meanOf(rows);
          const spread = (rows[parts - 1]?.[0] as number) - (rows[0]?.[0] as number);
          assert.ok(
            Math.abs(implied - (mean[0] as number)) <= 1e-3 * spread + 1e-9,
            `${implied} by the quantiles, ${mean[0]}`,
          );
        }
      },
    ),
    { numRuns: 300, seed: 4 },
  );
});

test('a mean gives way only where it is far from all that was seen', () => {
  const table: IntervalTable = {
    levels: [0.1, 0.5, 0.9],
    strata: ['sparse'],
    horizon: 1,
    offsets: Float64Array.of(-1000, -1000, 4),
    joint: true,
  };
  const place = { stratum: 0, scale: 1, leads: [1], levels: [0.9], floor: 0 };
  const near = Float64Array.of(1);
  const [row] = aroundMean(table, near, place);
  assert.equal(near[0], 1);
  assert.ok((row?.[0] as number) < 5, 'quantiles that say more than the mean are scaled down');
  const nothing = Float64Array.of(0);
  aroundMean(table, nothing, place);
  assert.ok((nothing[0] as number) > 0 && (nothing[0] as number) < 0.2);
});
