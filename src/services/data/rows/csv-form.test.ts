import assert from 'node:assert/strict';
import { test } from 'node:test';

import { csvSettings, findCsvForm } from './csv-form.ts';

const form = (text: string): ReturnType<typeof findCsvForm> => findCsvForm(Buffer.from(text));

test('finds the delimiter from many lines, outside quotes', () => {
  const { columns, delimiter } = form('\uFEFFa;"b,c,d,e";f\n1;2;3');
  assert.deepEqual([columns, delimiter], [['a', 'b,c,d,e', 'f'], ';']);
  assert.equal(form('a\tb\n').delimiter, '\t');
  assert.deepEqual(form('only').columns, ['only']);
  const commas = form('Artikel (Nr, Name, Farbe, Größe);Datum;Menge\nA;2024-01-01;1\nB;2024-01-01;2\n');
  assert.deepEqual([commas.delimiter, commas.columns.length], [';', 3]);
});

test('decimal commas in every row do not make the comma the delimiter', () => {
  const rows = Array.from({ length: 50 }, (_, i) => `A;2024-01-01;${i},5`);
  assert.equal(form(['Artikel;Datum;Menge', ...rows].join('\n')).delimiter, ';');
  const two = Array.from({ length: 50 }, (_, i) => `A;${i},5;${i},25`);
  assert.equal(form(['Artikel;Preis;Menge', ...two].join('\n')).delimiter, ';');
});

test('a first line sep= says the delimiter and is no row; a setting says it before that', () => {
  const { delimiter, columns, skipLines } = form('sep=|\r\na|b\r\n1|2\r\n');
  assert.deepEqual([delimiter, columns, skipLines], ['|', ['a', 'b'], 1]);
  const said = findCsvForm(Buffer.from('a,b:c\n1,2:3'), { ...csvSettings, delimiter: ':' });
  assert.deepEqual(said.columns, ['a,b', 'c']);
});

test('sees that rows end in a delimiter where the header does not', () => {
  assert.equal(form('a,b\n1,2,\n3,4,\n').trailing, 1);
  assert.equal(form('a,b\n1,2,\n3,4,5\n').trailing, 0);
  assert.equal(form('a,b,\n1,2,\n').trailing, 0);
});
