// Every detector of two samples of vectors through every law. A new one needs no test of its own here: it is found in the catalog.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Rng } from '../../src/core/index.ts';
import { type VectorDetector, vectorDetectors } from '../../src/forecasting/drift/index.ts';

const entry = fc.oneof(
  fc.double(),
  fc.constantFrom(0, -0, 1, Number.NaN, Number.POSITIVE_INFINITY, 1.7e308, -1.7e308, 5e-324),
);
const vectors = fc.array(fc.array(entry, { minLength: 3, maxLength: 3 }), { maxLength: 40 });

function normal(seed: number, rows: number, by: { width?: number; shift?: number } = {}): Float64Array[] {
  const rng = new Rng(seed);
  return Array.from({ length: rows }, () =>
    Float64Array.from({ length: by.width ?? 4 }, () => 1 + rng.normal() + (by.shift ?? 0)),
  );
}

function told(
  detector: VectorDetector,
  reference: readonly ArrayLike<number>[],
  current: readonly ArrayLike<number>[],
) {
  const found = detector.detect(reference, current);
  assert.doesNotMatch(JSON.stringify(found), /NaN|Infinity/);
  for (const figure of [found.statistic, found.p])
    assert.ok(figure === null || Number.isFinite(figure), `${figure}`);
  if (found.p !== null) assert.ok(found.p > 0 && found.p <= 1, String(found.p));
  if (found.status !== 'ok') assert.deepEqual([found.statistic, found.p], [null, null]);
  return found;
}

for (const detector of vectorDetectors) {
  describe(`the detector ${detector.name} of vectors`, () => {
    test('never throws and never says NaN, whatever it is given', () => {
      fc.assert(
        fc.property(vectors, vectors, (reference, current) => {
          told(detector, reference, current);
        }),
        { numRuns: 40 },
      );
      told(detector, [], []);
      told(detector, new Array(50).fill([]), new Array(50).fill([]));
      told(detector, new Array(60).fill([7, 7]), new Array(60).fill([7, 7]));
      told(detector, new Array(60).fill([7, 7]), new Array(60).fill([8, 7]));
    });

    test('says the same of the same, and changes nothing it is given', () => {
      const [reference, current] = [normal(1, 60), normal(2, 40)];
      const before = structuredClone([reference, current]);
      const found = told(detector, reference, current);
      assert.deepEqual([reference, current], before);
      assert.deepEqual(told(detector, reference, current), found);
    });

    test('finds nothing where nothing has changed, and sees what lies elsewhere', () => {
      const still = told(detector, normal(3, 150), normal(4, 100));
      assert.ok(still.p === null || still.p > 0.02, JSON.stringify(still));
      // Columns that went together and no longer do are seen by those that look at more than one.
      const moved = told(
        detector,
        normal(5, 150).map(([a = 0, b = 0]) => [a, a + 0.1 * b, b]),
        normal(6, 100).map(([a = 0, b = 0, c = 0]) => [a, -a - 3 + 0.1 * b, c]),
      );
      assert.ok(moved.p === null ? (moved.statistic ?? 0) > 0.1 : moved.p <= 0.005, JSON.stringify(moved));
    });

    test('refuses vectors of several widths, and nothing else', () => {
      assert.throws(
        () => detector.detect([[1, 2], [1]], normal(1, 30, { width: 2 })),
        (error: Error & { code?: string }) => error.code === 'drift/bad-option',
      );
    });

    test('takes in more rows than it holds within a bound of time', () => {
      const began = process.cpuUsage().user;
      told(detector, normal(7, 20_000, { width: 6 }), normal(8, 20_000, { width: 6, shift: 0.5 }));
      assert.ok(process.cpuUsage().user - began < 15e6);
    });
  });
}
