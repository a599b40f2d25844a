import assert from 'node:assert/strict';
import { test } from 'node:test';

import { projectLike } from '../../../../test/fixtures/project.ts';
import { periodLabel } from '../../../core/index.ts';
import { checkBody } from './check-body.ts';

const hours = projectLike({
  grid: { frequency: 'hour', weekStart: 1 },
  timezone: 'Europe/Berlin',
  columns: { series: ['item'], time: 'at', target: 'units' },
});

/** `time=value` of each hour that is known, and what was set aside. */
function read(rows: readonly (readonly [at: string, units: number, item?: string])[], project = hours) {
  const text = `item,at,units\n${rows.map(([at, units, item = 'A']) => `${item},2024-10-27 ${at},${units}\n`).join('')}`;
  const found = checkBody(new TextEncoder().encode(text), {
    project,
    format: 'csv',
    name: 'a.csv',
    now: Date.UTC(2024, 11, 1),
    highs: new Map(),
  });
  const known = found.observations.flatMap(({ seriesId, period, value }) =>
    Number.isNaN(value) ? [] : [`${seriesId} ${periodLabel(project.grid, period).slice(11, 16)}=${value}`],
  );
  return { known, aside: found.quarantinedByCode, duplicates: found.duplicates };
}

const oneByOne = ['A 23:00=1', 'A 00:00=7', 'A 01:00=8', 'A 02:00=4'];

test('in the order of time the second 02:00 is the second hour, whether its value is the same or another', () => {
  assert.deepEqual(
    read([
      ['01:00', 1],
      ['02:00', 7],
      ['02:00', 8],
      ['03:00', 4],
    ]).known.sort(),
    [...oneByOne].sort(),
  );
  const equal = read([
    ['01:00', 1],
    ['02:00', 7],
    ['02:00', 7],
    ['03:00', 4],
  ]);
  assert.deepEqual([equal.known.length, equal.duplicates, equal.aside], [4, 0, {}]);
});

test('newest first the first 02:00 is the second hour', () => {
  assert.deepEqual(
    read([
      ['03:00', 4],
      ['02:00', 8],
      ['02:00', 7],
      ['01:00', 1],
    ]).known.sort(),
    [...oneByOne].sort(),
  );
});

test('series that take turns are told apart each by its own rows', () => {
  const { known } = read(
    ['01:00', '02:00', '02:00', '03:00'].flatMap((at, i) => [
      [at, i, 'A'] as const,
      [at, 10 + i, 'B'] as const,
    ]),
  );
  assert.deepEqual(
    known.filter((one) => one.startsWith('B')).sort(),
    ['B 00:00=11', 'B 01:00=12', 'B 02:00=13', 'B 23:00=10'].sort(),
  );
});

test('half-hours are added up in the hour that they are of, whole-hour readings too; single sales of a minute stay together', () => {
  const sums = projectLike({ ...hours, conflicts: 'sum' });
  const halves = read(
    ['01:00', '01:30', '02:00', '02:30', '02:00', '02:30', '03:00'].map((at, i) => [at, 1 << i] as const),
    sums,
  );
  assert.deepEqual(halves.known.sort(), ['A 00:00=12', 'A 01:00=48', 'A 02:00=64', 'A 23:00=3']);
  assert.deepEqual(
    read(
      [
        ['01:00', 1],
        ['02:00', 7],
        ['02:00', 8],
        ['03:00', 4],
      ],
      sums,
    ).known.sort(),
    [...oneByOne].sort(),
  );
  const sales = read(
    [
      ['01:48', 1],
      ['02:10', 2],
      ['02:10', 4],
      ['03:00', 8],
    ],
    sums,
  );
  assert.deepEqual(sales.known.sort(), ['A 00:00=6', 'A 02:00=8', 'A 23:00=1']);
});

test('where the rows before it do not say which it is, the row is set aside', () => {
  const starts = read([
    ['02:00', 7],
    ['02:00', 8],
    ['03:00', 4],
  ]);
  assert.deepEqual([starts.known.length, starts.aside], [2, { 'bad-time': 1 }]);
  const mixed = read([
    ['01:00', 1],
    ['02:00', 7],
    ['00:00', 2],
    ['02:00', 8],
    ['03:00', 4],
  ]);
  assert.deepEqual([mixed.known.length, mixed.aside], [4, { 'bad-time': 1 }]);
  const thrice = read([
    ['01:00', 1],
    ['02:00', 7],
    ['02:00', 8],
    ['02:00', 9],
  ]);
  assert.deepEqual([thrice.known.length, thrice.aside], [3, { 'bad-time': 1 }]);
});

test('an offset needs no order, and a zone of half an hour has its repeated hour as well', () => {
  const said = read([
    ['02:00+01:00', 8],
    ['02:00+02:00', 7],
  ]);
  assert.deepEqual(said.known.sort(), ['A 00:00=7', 'A 01:00=8']);
  const adelaide = projectLike({ ...hours, timezone: 'Australia/Adelaide', conflicts: 'sum' });
  const text = ['01:30', '02:00', '02:30', '02:00', '02:30', '03:00']
    .map((at, i) => `A,2024-04-07 ${at},${1 << i}\n`)
    .join('');
  const found = checkBody(new TextEncoder().encode(`item,at,units\n${text}`), {
    project: adelaide,
    format: 'csv',
    name: 'a.csv',
    now: Date.UTC(2024, 11, 1),
    highs: new Map(),
  });
  // 02:00 is 15:30Z and then 16:30Z; hours are those of UTC.
  assert.deepEqual(
    found.observations.map(({ value }) => value),
    [1 + 2, 4 + 8, 16 + 32],
  );
});
