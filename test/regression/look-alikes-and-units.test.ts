// Ten spellings of one key were ten series without a word, subtotals of a report were series, and a source that began to send cases for pieces was "good".

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { projectLike } from '../fixtures/project.ts';
import { type DataFixture, openDataFixture } from '../hostile/data-fixture.ts';

const shop = projectLike({ columns: { series: ['sku'], time: 'date', target: 'units' } });
let fixture: DataFixture;
before(async () => {
  fixture = await openDataFixture();
  await fixture.store.putProject(shop, 0);
});
after(() => fixture.close());

const day = (i: number): string => new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10);

test('series ids that look alike are named when a file is checked and when it is taken in, also beside known ones', async () => {
  const keys = ['A-17', 'a-17', 'A-17\u00a0', 'K\u00e4se', 'Ka\u0308se', 'B'];
  const path = await fixture.file(
    'alike.csv',
    `sku,date,units\n${keys.map((key) => `"${key}",${day(0)},1`).join('\n')}\n`,
  );
  const said = ({ findings }: { findings?: readonly { kind: string; message: string }[] }): string[] =>
    (findings ?? []).filter(({ kind }) => kind === 'look-alike').map(({ message }) => message);
  const expected = [
    '"A-17", "a-17", "A-17\\u{a0}" look alike and are 3 series',
    '"K\\u{e4}se", "Ka\\u{308}se" look alike and are 2 series',
  ];
  assert.deepEqual(said(await fixture.data.validateFile(shop, path)), expected);
  assert.deepEqual(said(await fixture.data.ingestFile(shop, path)), expected);
  const later = await fixture.file('later.csv', `sku,date,units\nb,${day(1)},1\n`);
  assert.deepEqual(said(await fixture.data.ingestFile(shop, later)), [
    '"b", "B" look alike and are 2 series',
  ]);
});

test('rows that are called totals are named, as they count beside what they add up', async () => {
  const rows = ['A,1', 'B,2', 'A Total,1', 'Grand Total,3'].map((row) => row.replace(',', `,${day(0)},`));
  const path = await fixture.file('totals.csv', `sku,date,units\n${rows.join('\n')}\n`);
  const said = ({ findings }: { findings?: readonly { kind: string; message: string }[] }): string[] =>
    (findings ?? []).filter(({ kind }) => kind === 'total').map(({ message }) => message);
  const expected = [
    '"A Total", "Grand Total" are called totals and would count beside what they add up: dialect.leaveOut leaves such rows out',
  ];
  assert.deepEqual(said(await fixture.data.validateFile(shop, path)), expected);
  assert.deepEqual(said(await fixture.data.ingestFile(shop, path)), expected);
});

test('a series that sells twelve times as much from a day on, or a twelfth, is named with factor and day', async () => {
  const lines = Array.from({ length: 70 }, (_, i) => {
    const pieces = 20 + (i % 7);
    return [
      `up,${day(i)},${i < 60 ? pieces : 12 * pieces}`,
      `down,${day(i)},${i < 60 ? 12 * pieces : pieces}`,
      `still,${day(i)},${pieces}`,
      `week,${day(i)},${i >= 50 && i < 56 ? pieces : 10 * pieces}`,
    ];
  });
  const path = await fixture.file('cases.csv', `sku,date,units\n${lines.flat().join('\n')}\n`);
  const { findings, histories } = await fixture.data.validateFile(shop, path);
  assert.deepEqual(
    findings.filter(({ kind }) => kind === 'unit-change').map(({ message }) => message),
    [
      '1 of 4 series ("down") sell 1/12 as much from 2024-03-01 on: was it another unit?',
      '1 of 4 series ("up") sell 12 times as much from 2024-03-01 on: was it another unit?',
      '1 of 4 series ("week") sell 1/10 as much from 2024-02-20 to 2024-02-25: was it another unit?',
    ],
  );
  assert.equal(histories.observed, 280);
});
