import assert from 'node:assert/strict';
import { test } from 'node:test';

import { projectLike } from '../../../../test/fixtures/project.ts';
import { defaultDialect } from '../../../core/index.ts';
import { checkBody } from './check-body.ts';
import type { CheckedBody } from './ingest-result.ts';
import { periodIn } from './wide-rows.ts';

const project = projectLike({
  grid: { frequency: 'month', weekStart: 1 },
  columns: { series: ['item'], time: 'period', target: 'units', static: ['group'] },
});

function check(text: string): CheckedBody {
  const bytes = new TextEncoder().encode(text);
  return checkBody(bytes, { project, format: 'csv', name: 'f', now: Date.UTC(2024, 5, 1), highs: new Map() });
}

test('a table with a column for each period is read cell by cell; an empty cell is unknown', () => {
  const wide = check('item,group,2024-01,2024-02,2024-03,Total\na,x,1,2,,3\nb,y,4,,6,10\n');
  const long = check(
    'item,group,period,units\na,x,2024-01,1\na,x,2024-02,2\na,x,2024-03,\nb,y,2024-01,4\nb,y,2024-02,\nb,y,2024-03,6\n',
  );
  assert.deepEqual(wide.observations, long.observations);
  assert.deepEqual(wide.attributes, long.attributes);
  assert.equal(wide.rows, 6);
});

test('names the cell that is refused, and a broken row once', () => {
  const { problems } = check('item,2024-01,2024-02\na,1,x\nb,2\nc,3,4\n');
  assert.deepEqual(
    problems.map(({ row, code }) => [row, code]),
    [
      [2, 'bad-number'],
      [3, 'bad-row'],
    ],
  );
  assert.deepEqual(problems[0]?.raw, { item: 'a', period: '2024-02', units: 'x' });
});

test('a table that has the time or the target, or no periods, is not wide', () => {
  assert.throws(() => check('item,2024-01,2024-02,units\na,1,2,3\n'), { code: 'data/missing-column' });
  assert.throws(() => check('item,jan,feb\na,1,2\n'), { code: 'data/missing-column' });
});

test('a column of a period that is in doubt is asked about, never left out without a word', () => {
  const weeks = Array.from({ length: 52 }, (_, i) => `2024-${String(i + 1).padStart(2, '0')}`);
  assert.throws(() => check(`item,${weeks.join(',')}\na,${weeks.map(() => 1).join(',')}\n`), {
    code: 'data/ambiguous-time',
  });
  const days = projectLike({
    grid: { frequency: 'day', weekStart: 1, workdays: [1, 2, 3, 4, 5] },
    columns: { series: ['item'], time: 'day', target: 'units' },
  });
  const found = checkBody(new TextEncoder().encode('item,2024-05-03,2024-05-04,2024-05-06\na,1,2,3\n'), {
    project: days,
    format: 'csv',
    name: 'f',
    now: Date.UTC(2024, 5, 1),
    highs: new Map(),
  });
  assert.deepEqual([found.accepted, found.quarantinedByCode], [2, { 'bad-time': 1 }]);
});

test('a second header of other periods is refused, the same one again is passed over', () => {
  const first = 'item,2024-01,2024-02\na,1,2\n';
  assert.throws(() => check(`${first}item,2025-01,2025-02\na,3,4\n`), { code: 'data/damaged-file' });
  const again = check(`${first}item,2024-01,2024-02\nb,3,4\n`);
  assert.equal(again.accepted, 4);
  assert.deepEqual(again.quarantinedByCode, { 'repeated-header': 1 });
});

test('of several columns for each period those of a pattern are read, and nothing else', () => {
  const dialect = { ...defaultDialect, periodColumns: '* units' };
  const bytes = new TextEncoder().encode(
    'item,2024-01 units,2024-01 revenue,2024-02 units,2024-02 revenue\na,1,10,2,20\nb,3,30,,\n',
  );
  const how = { format: 'csv' as const, name: 'f', now: Date.UTC(2024, 5, 1), highs: new Map() };
  const { observations } = checkBody(bytes, { ...how, project: { ...project, dialect } });
  const long = check('item,period,units\na,2024-01,1\na,2024-02,2\nb,2024-01,3\nb,2024-02,\n');
  assert.deepEqual(observations, long.observations);
  assert.throws(() => checkBody(bytes, { ...how, project }), { code: 'data/missing-column' });
  assert.deepEqual(
    ['units_2024-01', 'units_', 'Units_1', 'x'].map((name) => periodIn(name, 'units_*')),
    ['2024-01', null, null, null],
  );
});
