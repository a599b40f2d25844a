import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type BatchShare, isConfirmed, jumpPeriodsMaxOf, jumpsOf, statePeriodsMax } from './far-ahead.ts';

const never = Number.NEGATIVE_INFINITY;
const share = (change: Partial<BatchShare>): BatchShare => ({
  rows: 1,
  series: 1,
  knownSeries: 0,
  rowsOfAll: 100,
  seriesOfAll: 10,
  ...change,
});

test('the distance allowed is four horizons or two seasons, at least 28, and what is set', () => {
  const of = (horizonSteps: number, seasons: number[], jumpPeriodsMax?: number): number =>
    jumpPeriodsMaxOf({
      horizonSteps,
      seasons,
      contract: { ...(jumpPeriodsMax === undefined ? {} : { jumpPeriodsMax }) } as never,
    });
  assert.deepEqual(
    [of(1, []), of(14, [7]), of(1, [24, 168]), of(9_000, []), of(14, [7], 5)],
    [28, 56, 336, statePeriodsMax, 5],
  );
});

test('a jump is a distance from what is known and from the periods before it, up to what the sender closes none', () => {
  const of = { known: 100, jumpPeriodsMax: 10, closedThrough: never };
  assert.deepEqual(jumpsOf([101, 110, 120], of), []);
  assert.deepEqual(jumpsOf([90, 111, 9e8], of), [
    { period: 111, after: 100 },
    { period: 9e8, after: 111 },
  ]);
  assert.deepEqual(jumpsOf([111, 200], { ...of, closedThrough: 150 }), [{ period: 200, after: 111 }]);
  assert.deepEqual(jumpsOf([5, 6, 50], { ...of, known: null }), [{ period: 50, after: 6 }]);
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 300 })),
      fc.integer({ min: 1, max: 50 }),
      (found, jumpPeriodsMax) => {
        const periods = found.sort((a, b) => a - b);
        for (const { period, after } of jumpsOf(periods, {
          known: 100,
          jumpPeriodsMax,
          closedThrough: never,
        })) {
          assert.ok(period - after > jumpPeriodsMax);
          assert.ok(after === 100 || periods.includes(after));
        }
        assert.deepEqual(jumpsOf(periods, { known: 100, jumpPeriodsMax, closedThrough: 300 }), []);
      },
    ),
  );
});

test('half of those who usually report confirm a jump; where periods do not pass with time never one alone, nor a very long one', () => {
  const jump = { period: 500, after: 100 };
  const day = { known: 100, reportersMin: 6, frequency: 'day' } as const;
  assert.equal(isConfirmed(jump, share({ knownSeries: 5 }), day), false);
  assert.equal(isConfirmed(jump, share({ knownSeries: 6 }), day), true);
  const lone = { ...day, reportersMin: 0.5 };
  assert.equal(isConfirmed(jump, share({ knownSeries: 1 }), lone), true);
  assert.equal(isConfirmed(jump, share({ series: 5, knownSeries: 0 }), lone), false);
  const step = { ...lone, frequency: 'step' } as const;
  assert.equal(isConfirmed(jump, share({ knownSeries: 1 }), step), false);
  assert.equal(isConfirmed(jump, share({ knownSeries: 2 }), step), true);
  const far = { period: 100 + statePeriodsMax + 1, after: 100 };
  assert.equal(isConfirmed(far, share({ knownSeries: 10 }), step), false);
  assert.equal(isConfirmed(far, share({ knownSeries: 10 }), day), true);
});

test('in a first batch a tenth of the rows, or half of the series, are no slip', () => {
  const first = { known: null, reportersMin: 0, frequency: 'step' } as const;
  const jump = { period: 9e8, after: 100 };
  assert.equal(isConfirmed(jump, share({ rows: 9 }), first), false);
  assert.equal(isConfirmed(jump, share({ rows: 10 }), first), true);
  assert.equal(isConfirmed(jump, share({ series: 5 }), first), true);
});
