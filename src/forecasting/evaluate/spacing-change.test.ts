import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { spacingChange } from './spacing-change.ts';

const every = (count: number, from: number, step: number): number[] =>
  Array.from({ length: count }, (_, i) => from + i * step);

test('totals of weeks before days, or after them, are found; a week may be missing', () => {
  const weeks = every(20, 0, 7).filter((period) => period !== 42);
  const days = every(30, 140, 1);
  const values = [...weeks.map(() => 700), ...days.map((_, i) => 90 + (i % 20))];
  assert.deepEqual(spacingChange([...weeks, ...days], values), { spacing: 7, at: 19, totals: 'first' });
  const later = every(10, 31, 7);
  assert.deepEqual(
    spacingChange([...every(31, 0, 1), ...later], [...every(31, 90, 1), ...later.map(() => 700)]),
    {
      spacing: 7,
      at: 31,
      totals: 'second',
    },
  );
});

test('so are months of days, months of weeks, days of hours, and weeks before days on which weekends are closed', () => {
  const dayMs = 86_400_000;
  const months = every(12, 0, 1).map((month) => Date.UTC(2023, month, 1) / dayMs);
  const days = every(20, Date.UTC(2024, 0, 1) / dayMs, 1);
  assert.equal(
    spacingChange([...months, ...days], [...months.map(() => 3000), ...days.map(() => 100)])?.at,
    12,
  );
  const weeks = [0, 4, 8, 13, 17, 22];
  const single = every(8, 26, 1);
  assert.equal(
    spacingChange([...weeks, ...single], [...weeks.map(() => 43), ...single.map(() => 10)])?.at,
    6,
  );
  const hours = [...every(9, 0, 24), ...every(48, 216, 1)];
  assert.equal(
    spacingChange(
      hours,
      hours.map((_, i) => (i < 9 ? 240 : 10)),
    )?.spacing,
    24,
  );
  const open = every(60, 70, 1).filter((period) => period % 7 < 5);
  assert.equal(
    spacingChange([...every(10, 0, 7), ...open], [...every(10, 500, 0), ...open.map(() => 100)])?.at,
    10,
  );
});

test('an item that sells once a week, then each day as much, has no totals; nor has a regular or a sparse one', () => {
  const periods = [...every(10, 0, 7), ...every(20, 70, 1)];
  assert.equal(
    spacingChange(
      periods,
      periods.map(() => 5),
    ),
    null,
  );
  assert.equal(spacingChange(every(50, 0, 1), every(50, 1, 1)), null);
  assert.equal(spacingChange(every(50, 0, 7), every(50, 1, 1)), null);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 8, maxLength: 60 }), (gaps) => {
      const sparse = [0];
      for (const gap of gaps) sparse.push((sparse.at(-1) ?? 0) + gap);
      return (
        spacingChange(
          sparse,
          sparse.map(() => 3),
        ) === null
      );
    }),
  );
});
