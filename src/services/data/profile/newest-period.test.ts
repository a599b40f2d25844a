import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reporter } from '../../../core/index.ts';
import { type NewestEvidence, newestPeriod } from './newest-period.ts';

const periods = Array.from({ length: 30 }, (_, i) => i);

/** Ten series that report every period and sell ten each, but for what a test changes of the newest. */
function evidence(
  given: {
    newest?: { demand: number; reported: number };
    stopped?: number;
    hours?: number | null;
    reach?: readonly number[];
  } = {},
): NewestEvidence {
  const { newest = { demand: 100, reported: 10 }, stopped = 0, hours = 5, reach } = given;
  const reporters = Array.from({ length: 10 + stopped }, (_, i): Reporter => {
    const last = i >= 10 ? 20 : i < newest.reported ? 29 : 28;
    return {
      first: 0,
      newest: last,
      closes: Number.NEGATIVE_INFINITY,
      reported: (period) => period <= last,
    };
  });
  return {
    newest: 29,
    counts: new Map(periods.map((p) => [p, p === 29 ? newest.reported : 10])),
    totals: new Map(periods.map((p) => [p, p === 29 ? newest.demand : 100 + (p % 7)])),
    reporters: () => reporters,
    knownFrom: 0,
    hoursSinceEnd: hours,
    reach: reach === undefined ? null : new Map(reach.map((share, i) => [29 - i, share])),
    label: (period) => `day ${period}`,
  };
}

test('a period like those before it is usual', () => {
  const { state, reasons, compared, usualSeries, reported } = newestPeriod(evidence());
  assert.deepEqual([state, reasons, compared, usualSeries, reported], ['usual', [], 28, 10, 10]);
});

test('a low period is one of which everybody has reported, an unfinished one is not', () => {
  const low = newestPeriod(evidence({ newest: { demand: 30, reported: 10 } }));
  assert.deepEqual(
    [low.state, low.reasons],
    ['low', ['everybody has reported, and it is the lowest of 29 periods']],
  );
  const unfinished = newestPeriod(evidence({ newest: { demand: 30, reported: 4 } }));
  assert.deepEqual(
    [unfinished.state, unfinished.reasons],
    ['unfinished', ['4 of 10 series that report as a rule have']],
  );
});

test('one straggler of ten, or a series that stopped long ago, makes nothing unfinished', () => {
  assert.equal(newestPeriod(evidence({ newest: { demand: 95, reported: 9 } })).state, 'usual');
  assert.equal(newestPeriod(evidence({ stopped: 6 })).state, 'usual');
});

test('where hardly anybody reports as a rule, it counts how many do at all', () => {
  const sparse = (own: number) => {
    const counts = new Map(periods.map((p) => [p, p === 29 ? own : 80 + (p % 9)]));
    return newestPeriod({ ...evidence({ newest: { demand: 95, reported: 9 } }), counts });
  };
  assert.deepEqual([sparse(70).state, sparse(70).reasons], ['usual', []]);
  assert.deepEqual(
    [sparse(39).state, sparse(39).reasons],
    ['unfinished', ['39 series have a row in it, in earlier periods at least 80 have']],
  );
});

test('what is not over by the clock, or reaches less far than those before, is unfinished', () => {
  assert.deepEqual(newestPeriod(evidence({ hours: -3 })).reasons, ['it is not over yet']);
  const reach = [0.45, ...Array(28).fill(0.97)];
  assert.deepEqual(newestPeriod(evidence({ hours: null, reach })).reasons, [
    'its last row lies 45 % into it, those of earlier periods at least 97 %',
  ]);
  assert.equal(newestPeriod(evidence({ reach: [0.93, ...Array(28).fill(0.97)] })).state, 'usual');
});

test('of the first periods nothing can be said', () => {
  const counts = new Map([
    [28, 10],
    [29, 3],
  ]);
  const { state, usualSeries } = newestPeriod({ ...evidence(), counts });
  assert.deepEqual([state, usualSeries], ['unknown', 0]);
});
