import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { leadTimeMoments, leadTimeShares, leadTimesOfPaths } from './lead-time.ts';

test('a number is that lead time; half a period is half of each neighbour', () => {
  assert.deepEqual(leadTimeShares(3), [{ periods: 3, probability: 1 }]);
  assert.deepEqual(leadTimeShares(2.5), [
    { periods: 2, probability: 0.5 },
    { periods: 3, probability: 0.5 },
  ]);
});

test('mean and deviation become whole periods with that mean', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1, max: 60, noNaN: true }),
      fc.double({ min: 0.5, max: 1, noNaN: true }),
      (mean, share) => {
        const sd = Math.min(mean / 2, 8) * share;
        const shares = leadTimeShares({ mean, sd });
        const moments = leadTimeMoments(shares);
        const total = shares.reduce((sum, { probability }) => sum + probability, 0);
        assert.ok(Math.abs(total - 1) < 1e-6);
        assert.ok(Math.abs(moments.mean - mean) < 1e-4);
        assert.ok(shares.every(({ periods }) => Number.isInteger(periods) && periods >= 0));
        if (sd >= 0.5) assert.ok(Math.abs(Math.sqrt(moments.variance) / sd - 1) < 0.2);
      },
    ),
  );
});

test('shares are put in order, joined and made to sum to one', () => {
  const shares = leadTimeShares([
    { periods: 4, probability: 1 },
    { periods: 2, probability: 2 },
    { periods: 4, probability: 1 },
    { periods: 9, probability: 0 },
  ]);
  assert.deepEqual(shares, [
    { periods: 2, probability: 0.5 },
    { periods: 4, probability: 0.5 },
  ]);
});

test('paths get lead times in the proportions of the shares', () => {
  const shares = leadTimeShares([
    { periods: 1, probability: 0.25 },
    { periods: 5, probability: 0.75 },
  ]);
  const leads = leadTimesOfPaths(shares, 1000, 1);
  assert.equal(leads.filter((lead) => lead === 1).length, 250);
  assert.equal(leads.filter((lead) => lead === 5).length, 750);
  assert.ok(leads.subarray(0, 250).includes(5), 'in no order');
});

test('a small deviation is kept to the digit, as is the mean', () => {
  for (const mean of [1, 2, 2.3, 4.5, 7.9])
    for (const sd of [0.05, 0.2, 0.35, 0.5, 0.7, 0.99]) {
      const moments = leadTimeMoments(leadTimeShares({ mean, sd }));
      const least = (mean - Math.floor(mean)) * (Math.floor(mean) + 1 - mean);
      assert.ok(Math.abs(moments.mean - mean) < 1e-9, `mean ${mean} ± ${sd}: ${moments.mean}`);
      const wanted = Math.max(sd * sd, least);
      assert.ok(Math.abs(moments.variance - wanted) < 1e-9, `${mean} ± ${sd}: variance ${moments.variance}`);
    }
});
