import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MinuteRing } from './minute-ring.ts';

const minuteMs = 60_000;

test('sums and maxima equal those of a list of everything that happened', () => {
  const happening = fc.record({ gapMs: fc.integer({ min: 0, max: 200_000 }), amount: fc.nat(100) });
  fc.assert(
    fc.property(
      fc.array(happening, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 12 }),
      (happenings, minutes) => {
        const ring = new MinuteRing<'sum' | 'most'>(['sum', 'most'], { minutes: 10, sinceMs: 0 });
        const seen: { atMs: number; amount: number }[] = [];
        let atMs = 0;
        for (const { gapMs, amount } of happenings) {
          atMs += gapMs;
          ring.add(atMs, 'sum', amount);
          ring.raise(atMs, 'most', amount);
          seen.push({ atMs, amount });
        }
        const window = ring.window(atMs, minutes);
        const within = seen.filter((one) => one.atMs >= window.fromMs).map((one) => one.amount);
        assert.equal(
          ring.sum('sum', window),
          within.reduce((a, b) => a + b, 0),
        );
        assert.equal(ring.max('most', window), Math.max(0, ...within));
      },
    ),
  );
});

test('a window is no longer than the ring and never begins before counting did', () => {
  const sinceMs = 90_000;
  const ring = new MinuteRing(['n'], { minutes: 5, sinceMs });
  assert.deepEqual(ring.window(100_000, 60), { fromMs: 90_000, toMs: 100_000 });
  assert.deepEqual(ring.window(sinceMs, 1), { fromMs: sinceMs, toMs: sinceMs });
  const later = 100 * minuteMs + 1;
  assert.deepEqual(ring.window(later, 60), { fromMs: 96 * minuteMs, toMs: later });
});

test('a minute that comes round again begins at zero, and a clock set back disturbs nothing', () => {
  const ring = new MinuteRing(['n'], { minutes: 3, sinceMs: 0 });
  ring.add(0, 'n', 7);
  ring.add(3 * minuteMs, 'n', 1);
  ring.add(0, 'n', 5);
  assert.equal(ring.sum('n', ring.window(3 * minuteMs, 3)), 1);
});
