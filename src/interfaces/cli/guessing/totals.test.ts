import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Sample } from '../sample.ts';
import { guessProject } from './guess.ts';

const day = (i: number): string => new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10);

/** Twenty days of A and B, and what `more` says of each day or at the end. */
function sampleWith(
  more: (i: number, sum: number) => readonly string[][],
  atEnd: (sum: Readonly<Record<string, number>>) => readonly string[][] = () => [],
): Sample {
  const sums: Record<string, number> = { A: 0, B: 0 };
  const rows: string[][] = [];
  for (let i = 0; i < 20; i++) {
    const [a, b] = [3 + (i % 7), 10 + ((i * 3) % 11)];
    rows.push(['A', day(i), String(a)], ['B', day(i), String(b)], ...more(i, a + b));
    sums.A = (sums.A ?? 0) + a;
    sums.B = (sums.B ?? 0) + b;
  }
  return { columns: ['sku', 'date', 'units'], rows: [...rows, ...atEnd(sums)], whole: true, ragged: 0 };
}

const leaveOut = (sample: Sample): unknown => guessProject(sample).project.dialect?.leaveOut;

test('rows that are the sum of the others of their day are left out, with the sum as reason', () => {
  for (const word of ['Total', 'Gesamt', 'Summe', 'ALL', '']) {
    const sample = sampleWith((i, sum) => [[word, day(i), String(sum)]]);
    assert.deepEqual(leaveOut(sample), [{ column: 'sku', equals: word }], word);
    const { guesses, seriesCount } = guessProject(sample);
    assert.equal(seriesCount, 2);
    assert.match(
      guesses.find(({ setting }) => setting === 'dialect.leaveOut')?.reason ?? '',
      /20 of 20 such rows are the sums of others: 13 is what 2 rows of 2024-01-01 add up to/,
    );
  }
});

test('subtotals at the end of a block, and a grand total, are the sums of all days', () => {
  const sample = sampleWith(
    () => [],
    ({ A = 0, B = 0 }) => [
      ['A Total', day(19), String(A)],
      ['B Total', day(19), String(B)],
      ['Grand Total', day(19), String(A + B)],
      ['Summe A', '', String(A)],
    ],
  );
  assert.deepEqual(leaveOut(sample), [
    { column: 'sku', endsWith: 'Total' },
    { column: 'sku', startsWith: 'Summe' },
  ]);
});

test('what is called a total and is none stays, and is told', () => {
  const sample = sampleWith((i) => [['All', day(i), '5']]);
  const { project, notes, seriesCount } = guessProject(sample);
  assert.equal(project.dialect?.leaveOut, undefined);
  assert.equal(seriesCount, 3);
  assert.match(notes[0] ?? '', /20 rows whose sku is "All" are called totals and are not the sums/);
});
