import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Sample } from '../sample.ts';
import { guessProject } from './guess.ts';

const date = (i: number): string => new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10);
const guessed = (name: string, cell: (i: number) => string) => {
  const rows = ['A', 'B'].flatMap((item) =>
    Array.from({ length: 40 }, (_, i) => [item, date(i), String(1 + ((i * 7) % 5)), cell(i)]),
  );
  const sample: Sample = { columns: ['item', 'date', 'units', name], rows, whole: true, ragged: 0 };
  return guessProject(sample).project;
};

test('a stock-out is known by the names that systems of several languages have for it', () => {
  for (const name of [
    'stockout',
    'out_of_stock',
    'sold_out',
    'SoldOut',
    'oos',
    'oos_flag',
    'ausverkauft',
    'Ausverkauft?',
    'nicht lieferbar',
    'rupture',
    'rupture_stock',
    'agotado',
    'esaurito',
    'uitverkocht',
  ])
    assert.equal(guessed(name, (i) => (i % 9 === 0 ? '1' : '0')).columns?.stockout, name);
  for (const name of ['stock', 'oosten', 'price'])
    assert.equal(guessed(name, (i) => (i % 9 === 0 ? '1' : '0')).columns?.stockout, undefined);
});

test('its words for yes and no are said, and one that counts is none', () => {
  const german = guessed('ausverkauft', (i) => (i % 9 === 0 ? 'Ja' : 'Nein'));
  assert.deepEqual(
    [german.columns?.stockout, german.dialect],
    ['ausverkauft', { trueWords: ['ja'], falseWords: ['nein'] }],
  );
  const marked = guessed('vergriffen', (i) => (i % 9 === 0 ? 'X' : ''));
  assert.deepEqual([marked.columns?.stockout, marked.dialect], ['vergriffen', { trueWords: ['x'] }]);
  assert.equal(guessed('stockout_hours', (i) => String(i % 6)).columns?.stockout, undefined);
  assert.equal(
    guessed('ausverkauft', (i) => ['seit gestern', 'bald', ''][i % 3] ?? '').columns?.stockout,
    undefined,
  );
  assert.equal(guessed('oos', () => '').columns?.stockout, undefined);
});

test('a till that is the same in every row names the series, as other files are of others; what else is the same is said', () => {
  assert.deepEqual(guessed('kasse', () => '1').columns?.series, ['item', 'kasse']);
  const rows = Array.from({ length: 40 }, (_, i) => ['A', date(i), String(1 + ((i * 7) % 5)), 'EUR']);
  const { project, notes } = guessProject({
    columns: ['item', 'date', 'units', 'waehrung'],
    rows,
    whole: true,
    ragged: 0,
  });
  assert.deepEqual(project.columns?.series, 'item');
  assert.match(notes.join('\n'), /waehrung is the same in every row.*columns\.series/);
});
