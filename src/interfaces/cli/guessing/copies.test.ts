import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Sample } from '../sample.ts';
import { guessProject } from './guess.ts';

type Row = readonly (string | number)[];

const table = (columns: string, rows: readonly Row[]): Sample => ({
  columns: columns.split(','),
  rows: rows.map((row) => row.map(String)),
  whole: true,
  ragged: 0,
});
const date = (i: number): string => new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10);
const days = (make: (i: number) => Row[]): Row[] => Array.from({ length: 60 }, (_, i) => make(i)).flat();

test('a few rows that say in every column what another says were written twice: they are no single sales', () => {
  const rows = days((i) => {
    const row = [date(i), 1 + ((i * 7) % 5)];
    return i === 10 || i === 30 ? [row, row] : [row];
  });
  const { project, notes } = guessProject(table('date,units', rows));
  assert.deepEqual([project.conflicts, project.columns?.series], [undefined, []]);
  assert.match(
    notes.join('\n'),
    /2 rows of 62 .* counted once, as of an export that wrote them twice.*'sum'/,
  );
});

test('a file that was exported twice as a whole is counted once, by what chance would make alike', () => {
  const rows = ['A', 'B'].flatMap((item) => days((i) => [[item, date(i), 1 + ((i * 7) % 23)]]));
  const { project, notes } = guessProject(table('item,date,units', [...rows, ...rows]));
  assert.deepEqual([project.conflicts, project.columns?.series], [undefined, 'item']);
  assert.match(notes.join('\n'), /120 rows of 240 \(50.0 %\).*counted once/);
});

test('sales of one piece each are alike by chance: they are added up, and that is said', () => {
  const rows = days((i) => Array.from({ length: 1 + (i % 3) }, () => ['A', date(i), 1]));
  const { project, notes } = guessProject(table('item,date,qty', rows));
  assert.equal(project.conflicts, 'sum');
  assert.match(notes.join('\n'), /60 rows of 120 .* added up, as sales of their own/);
});

test('rows of one period that differ are added up, with the share of the periods that have several', () => {
  const rows = days((i) => [[date(i), 3 + (i % 7)], ...(i % 20 === 0 ? [[date(i), 50 + i]] : [])]);
  const { project, guesses, notes } = guessProject(table('date,units', rows));
  assert.equal(project.conflicts, 'sum');
  assert.match(guesses.find(({ setting }) => setting === 'conflicts')?.reason ?? '', /5.0 % of the periods/);
  assert.deepEqual(notes, []);
});
