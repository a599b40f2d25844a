// A pattern such as yyyy-dd-MM has the form of ISO dates: what does not fit it was read as one, day and month in each other's place.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { defaultDialect } from '../../src/core/index.ts';
import { checkBody } from '../../src/services/data/index.ts';
import { projectLike } from '../fixtures/project.ts';

const project = projectLike({
  columns: { series: ['item'], time: 'date', target: 'units' },
  dialect: { ...defaultDialect, dateFormat: 'yyyy-dd-MM' },
});
const options = {
  project,
  format: 'csv',
  name: 'a.csv',
  now: Date.UTC(2024, 5, 1),
  highs: new Map(),
} as const;
const body = (...dates: string[]): Uint8Array =>
  new TextEncoder().encode(`item,date,units\n${dates.map((date) => `A,${date},1`).join('\n')}\n`);

test('a date that fits a pattern only with day and month swapped is no ISO date', () => {
  const { observations } = checkBody(body('2024-31-01', '2024-02-03'), options);
  const read = observations.map(({ period }) => new Date(period * 86_400_000).toISOString().slice(0, 10));
  assert.deepEqual(read, ['2024-01-31', '2024-03-02']);
  assert.throws(() => checkBody(body('2024-02-03', '2024-01-31'), options), { code: 'data/ambiguous-time' });
});
