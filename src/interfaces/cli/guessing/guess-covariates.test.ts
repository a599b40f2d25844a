import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Sample } from '../sample.ts';
import { guessProject } from './guess.ts';

const day = (i: number): string => new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10);

/** Four items on sixty days, and one column beside the demand. */
function beside(name: string, of: (day: number, item: number) => string | number): Sample {
  const rows = ['a', 'b', 'c', 'd'].flatMap((item, k) =>
    Array.from({ length: 60 }, (_, i) => [day(i), item, String(of(i, k)), String(5 + ((i * 7 + k) % 11))]),
  );
  return { columns: ['date', 'item', name, 'units'], rows, whole: true, ragged: 0 };
}

const known: readonly [name: string, of: (day: number, item: number) => string | number][] = [
  ['price', (i) => 2 + (i % 3) / 4],
  ['holiday', (i) => (i % 9 === 0 ? '1.0' : '0.0')],
  ['display', (i, k) => ((i + k) % 5) / 4],
  ['easter_day', (i) => (i === 40 ? 1 : 0)],
  ['open', (i) => (i % 7 === 6 ? 'false' : 'true')],
];
for (const [name, of] of known)
  test(`${name} is taken for known ahead`, () => {
    assert.deepEqual(guessProject(beside(name, of)).project.columns?.known, [name]);
  });

const left: readonly [name: string, of: (day: number, item: number) => string | number][] = [
  ['fuel_price', (i) => 2 + (i % 3) / 4],
  ['avg_price', (i) => 2 + (i % 3) / 4],
  ['competitor_price', (i) => 2 + (i % 3) / 4],
  ['promo_units', (i) => (i % 9 === 0 ? 1 : 0)],
  ['visitors', (i) => 100 + i],
];
for (const [name, of] of left)
  test(`${name} is known only afterwards, or set by others: left out and said`, () => {
    const { project, notes } = guessProject(beside(name, of));
    assert.equal(project.columns?.known, undefined);
    assert.match(notes.join(' '), new RegExp(`Not used: ${name}\\.`));
  });

test('a planned column of texts is a category, though most of its cells are 0', () => {
  const sample = beside('state_holiday', (i) => (i % 20 === 0 ? 'a' : i % 33 === 0 ? 'b' : 0));
  const { columns } = guessProject(sample).project;
  assert.deepEqual([columns?.known, columns?.categories], [['state_holiday'], ['state_holiday']]);
});

test('words for yes and no of another language are said in the dialect', () => {
  const { project } = guessProject(beside('Aktion', (i) => (i % 9 === 0 ? 'Ja' : 'Nein')));
  assert.deepEqual(project.columns?.known, ['Aktion']);
  assert.deepEqual(project.dialect, { trueWords: ['ja'], falseWords: ['nein'] });
});

test('what stands beside single sales is of the sale, and no plan', () => {
  const rows = Array.from({ length: 300 }, (_, i) => [
    `I${i}`,
    day(Math.floor(i / 10)),
    `S${i % 2}`,
    String(2 + (i % 3) / 4),
    String(1 + (i % 4)),
  ]);
  const columns = ['invoice', 'date', 'sku', 'price', 'quantity'];
  const { project } = guessProject({ columns, rows, whole: true, ragged: 0 });
  assert.deepEqual(project.columns, { series: 'sku', time: 'date', target: 'quantity' });
  assert.equal(project.conflicts, 'sum');
});

test('a price that changes lowers demand when it rises; of several some are those of others, and nothing is supposed', () => {
  assert.deepEqual(guessProject(beside('price', (i) => 2 + (i % 3) / 4)).project.gbdt, {
    priceEffect: 'falling',
  });
  assert.equal(guessProject(beside('fuel_price', (i) => 2 + (i % 3) / 4)).project.gbdt, undefined);
  const sample = beside('price', (i) => 2 + (i % 3) / 4);
  const columns = [...sample.columns, 'price_of_brand_2'];
  const rows = sample.rows.map((row, i) => [...row, String(3 + (i % 5) / 4)]);
  const { project } = guessProject({ ...sample, columns, rows });
  assert.deepEqual(project.columns?.known, ['price', 'price_of_brand_2']);
  assert.equal(project.gbdt, undefined);
});
