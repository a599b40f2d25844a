import assert from 'node:assert/strict';
import { test } from 'node:test';

import { projectLike } from '../../../../test/fixtures/project.ts';
import { defaultDialect, periodLabel } from '../../../core/index.ts';
import { checkBody } from './check-body.ts';
import { joinHeaders } from './header-rows.ts';

test('a cell above stands for those that follow, up to the next; a name without one below is its own', () => {
  assert.deepEqual(joinHeaders(['', '2023', '', '2024', ''], ['sku', 'Nov', 'Dec', 'Jan', 'Feb']), [
    'sku',
    '2023 Nov',
    '2023 Dec',
    '2024 Jan',
    '2024 Feb',
  ]);
  assert.deepEqual(joinHeaders(['sku', 'note', '2024'], ['', '', 'Jan']), ['sku', 'note', '2024 Jan']);
});

test('a table with two header rows is read by both, and not at all by one', () => {
  const project = projectLike({
    grid: { frequency: 'month', weekStart: 1 },
    columns: { series: ['sku'], time: 'period', target: 'units' },
    dialect: { ...defaultDialect, headerRows: 2 },
  });
  const bytes = new TextEncoder().encode(';2023;;2024\nsku;Nov;Dec;Jan\nA;1;2;3\nB;4;5;6\n');
  const options = { format: 'csv', name: 'a.csv', now: Date.UTC(2024, 5, 1), highs: new Map() } as const;
  const { observations } = checkBody(bytes, { project, ...options });
  assert.deepEqual(
    observations.map(({ seriesId, period, value }) => [seriesId, periodLabel(project.grid, period), value]),
    ['A', 'B'].flatMap((id, k) =>
      ['2023-11-01', '2023-12-01', '2024-01-01'].map((label, i) => [id, label, 3 * k + i + 1]),
    ),
  );
  const { dialect: _, ...plain } = project;
  assert.throws(() => checkBody(bytes, { project: plain, ...options }), { code: 'data/missing-column' });
});
