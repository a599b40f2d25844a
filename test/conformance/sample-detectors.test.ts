// Every detector of two samples through every law. A new one needs no test of its own here: it is found in the catalog.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  compareCategories,
  compareNumbers,
  type Detected,
  type SampleDetector,
  sampleDetectors,
} from '../../src/forecasting/drift/index.ts';

const hostile = fc.oneof(
  fc.double(),
  fc.constantFrom(
    0,
    -0,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    1.7e308,
    -1.7e308,
    5e-324,
  ),
  fc.integer({ min: -3, max: 3 }),
);
const numbers = fc.array(hostile, { maxLength: 60 });
const categories = fc.oneof(
  fc.array(fc.option(fc.constantFrom('a', 'b', 'c', '', '__proto__', 'ä')), { maxLength: 40 }),
  fc
    .array(fc.tuple(fc.string({ maxLength: 3 }), fc.oneof(fc.integer({ min: -2, max: 400 }), fc.double())), {
      maxLength: 12,
    })
    .map((pairs) => new Map(pairs)),
);

function detect(detector: SampleDetector, reference: unknown, current: unknown): Detected {
  return (detector.detect as (reference: unknown, current: unknown) => Detected)(reference, current);
}

for (const detector of sampleDetectors) {
  const sample: fc.Arbitrary<unknown> = detector.takes === 'numbers' ? numbers : categories;
  describe(`the detector ${detector.name}`, () => {
    test('never throws and never says NaN, whatever it is given; a probability is one', () => {
      fc.assert(
        fc.property(sample, sample, (reference, current) => {
          const found = detect(detector, reference, current);
          assert.doesNotMatch(JSON.stringify(found), /NaN|Infinity/);
          for (const figure of [found.statistic, found.p])
            assert.ok(figure === null || Number.isFinite(figure), `${figure}`);
          if (found.p !== null) assert.ok(found.p >= 0 && found.p <= 1);
          if (found.status !== 'ok') assert.deepEqual([found.statistic, found.p], [null, null]);
        }),
        { numRuns: 60 },
      );
    });

    test('says the same of the same, and changes nothing it is given', () => {
      fc.assert(
        fc.property(sample, sample, (reference, current) => {
          const before = structuredClone([reference, current]);
          const found = detect(detector, reference, current);
          assert.deepEqual([reference, current], before);
          assert.deepEqual(detect(detector, reference, current), found);
        }),
        { numRuns: 20 },
      );
    });

    test('finds nothing in a sample beside itself, and sees one wholly elsewhere', () => {
      const [same, other]: [unknown, unknown] =
        detector.takes === 'numbers'
          ? [
              Array.from({ length: 80 }, (_, i) => i % 40),
              Array.from({ length: 80 }, (_, i) => 500 + (i % 40)),
            ]
          : [
              new Map([
                ['a', 60],
                ['b', 40],
              ]),
              new Map([
                ['a', 5],
                ['b', 95],
              ]),
            ];
      const still = detect(detector, same, same);
      assert.ok(still.p === null || still.p > 0.2, JSON.stringify(still));
      const moved = detect(detector, same, other);
      if (detector.name !== 'new-levels')
        assert.ok(moved.p === null || moved.p < 0.002, JSON.stringify(moved));
    });

    test('has nothing to say of an empty side', () => {
      const none: unknown = detector.takes === 'numbers' ? [Number.NaN] : [null];
      assert.equal(detect(detector, none, none).status, 'insufficient_data');
    });
  });
}

test('no report of two samples holds NaN, whatever they are', () => {
  fc.assert(
    fc.property(numbers, numbers, (reference, current) => {
      assertFinite(compareNumbers(reference, current));
    }),
  );
  fc.assert(
    fc.property(categories, categories, (reference, current) => {
      assertFinite(compareCategories(reference as string[], current as string[], { exchanges: 99 }));
    }),
  );
});

test('both sides one constant: nothing has changed, and a scale of zero is no number', () => {
  const found = compareNumbers([7, 7, 7, 7], [7, 7]);
  assert.ok(found.status === 'ok');
  assert.deepEqual([found.kolmogorovSmirnov.p, found.mannWhitney.p, found.wasserstein.perSd], [1, 1, null]);
});

function assertFinite(value: unknown): void {
  if (typeof value === 'number') assert.ok(Number.isFinite(value), `${value}`);
  else if (typeof value === 'object' && value !== null) Object.values(value).forEach(assertFinite);
}
