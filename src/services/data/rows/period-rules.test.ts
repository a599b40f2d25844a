import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ObservationStatus } from '../../../core/index.ts';
import { PeriodRules } from './period-rules.ts';

/** Feeds `[period, value]` rows of one series and returns what was refused, by row number and code. */
function refusals(
  rows: readonly (readonly [number, number])[],
  conflicts: 'quarantine' | 'sum' = 'quarantine',
): string[] {
  const refused: string[] = [];
  const rules = new PeriodRules({
    conflicts,
    unitJumpFactor: 100,
    highOf: () => undefined,
    onAccept: () => {},
    onRefuse: (row, code) => refused.push(`${row} ${code}`),
  });
  for (const [row, [period, value]] of rows.entries())
    rules.push({ series: 0, period, row, instant: period, value, status: ObservationStatus.observed });
  rules.end();
  return refused;
}

const days = (count: number, from = 0): [number, number][] =>
  Array.from({ length: count }, (_, i) => [from + i, 5]);

test('a value far above the usual is a suspected change of unit', () => {
  assert.deepEqual(refusals([...days(10), [10, 5000]]), ['10 unit-jump']);
});

test('a value refused for a contradiction says nothing about what is usual', () => {
  // Rows 3 and 4 contradict each other; the 500,000 among them must not hide the slip of unit in row 13.
  const rows: [number, number][] = [...days(3), [3, 500_000], [3, 5], ...days(8, 4), [12, 5000]];
  assert.deepEqual(refusals(rows), ['3 conflict', '4 conflict', '13 unit-jump']);
});

test('three periods in a row above the limit are a new level', () => {
  assert.deepEqual(refusals([...days(10), [10, 5000], [11, 5000], [12, 5000], [13, 5000]]), [
    '10 unit-jump',
    '11 unit-jump',
    '12 unit-jump',
  ]);
});
