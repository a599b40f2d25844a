import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bucketOf, latencyBounds, quantileOf } from './latency.ts';

test('a quantile lies in the bucket of the true one, rises with its level and is no more than the slowest', () => {
  const seconds = fc.array(fc.double({ min: 0, max: 30, noNaN: true }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(seconds, fc.double({ min: 0.01, max: 1, noNaN: true }), (durations, level) => {
      const counts = new Array<number>(latencyBounds.length + 1).fill(0);
      for (const one of durations) counts[bucketOf(one)] = (counts[bucketOf(one)] ?? 0) + 1;
      const slowest = Math.max(...durations);
      const found = quantileOf(counts, level, slowest) as number;
      const sorted = durations.toSorted((a, b) => a - b);
      const exact = sorted[Math.max(0, Math.ceil(level * sorted.length - 1e-9) - 1)] as number;
      const bucket = bucketOf(exact);
      assert.ok(found <= Math.max(slowest, latencyBounds[bucket - 1] ?? 0));
      assert.ok(found >= (latencyBounds[bucket - 1] ?? 0));
      assert.ok(found <= (latencyBounds[bucket] ?? slowest));
      assert.ok(found <= (quantileOf(counts, 1, slowest) as number));
    }),
  );
});

test('nothing counted has no quantile', () => {
  assert.equal(quantileOf(new Array(latencyBounds.length + 1).fill(0), 0.5, 0), null);
});
