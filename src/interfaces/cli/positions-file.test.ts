import assert from 'node:assert/strict';
import { test } from 'node:test';
import { projectLike } from '../../../test/fixtures/project.ts';
import { positionsOf } from './positions-file.ts';
import type { Sample } from './sample.ts';

const project = projectLike({ columns: { series: ['site', 'item'], time: 'date', target: 'units' } });

function sample(columns: readonly string[], ...rows: (readonly string[])[]): Sample {
  return { columns, rows, whole: true, ragged: 0 };
}

test('reads a position per series, several orders on their way, and terms of its own', () => {
  const table = sample(
    ['Site', 'item', 'on_hand', 'on order', 'due', 'lead-time', 'leadTimeSd', 'policy'],
    ['north', 'A-1', '40', '12', '2026-04-02', '5', '1', 's,S'],
    ['north', 'A-1', '40', '6', '', '5', '1', ''],
    ['south', 'A/2', '0', '', '', '', '', ''],
  );
  assert.deepEqual(positionsOf(table, project, 'stock.csv'), [
    {
      series: 'north/A-1',
      onHand: 40,
      leadTime: { mean: 5, sd: 1 },
      policy: 's,S',
      onOrder: [{ units: 12, due: '2026-04-02' }, { units: 6 }],
    },
    { series: 'south/A%2F2', onHand: 0, onOrder: [] },
  ]);
});

test('a column named series holds the ids as they are', () => {
  const [position] = positionsOf(sample(['series', 'onHand'], ['north/A-1', '3']), project, 'stock.csv');
  assert.equal(position?.series, 'north/A-1');
});

test('a table that cannot be read says what is wrong with it', () => {
  const of = (table: Sample) => () => positionsOf(table, project, 'stock.csv');
  assert.throws(of(sample(['series', 'stock'], ['a', '1'])), /no column onHand; it has series, stock/);
  assert.throws(
    of(sample(['series', 'onHand'], ['a', 'many'])),
    /data row 1: onHand is "many"; expected a number/,
  );
  assert.throws(
    of(sample(['series', 'onHand', 'policy'], ['a', '1', 'daily'])),
    /expected R,S or s,S or s,Q/,
  );
  assert.throws(
    of({ ...sample(['series', 'onHand'], ['a', '1']), ragged: 2 }),
    /2 rows with more or fewer cells/,
  );
});
