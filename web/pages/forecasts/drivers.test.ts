import assert from 'node:assert/strict';
import { test } from 'node:test';
import type * as api from '../../api.ts';
import { driversOf } from './drivers.ts';

const none = { level: 0, trend: 0, season: 0, price: 0, promotion: 0, calendar: 0, attributes: 0, other: 0 };
const step = (
  drivers: api.SeriesExplanation['steps'][number]['drivers'],
): api.SeriesExplanation['steps'][number] => ({
  timestamp: 'd',
  mean: 1,
  drivers,
  columns: [],
});

test('drivers without a part are left out, and what goes up and down counts by how far', () => {
  const steps = [step({ ...none, level: 10, season: 30 }), step({ ...none, level: 10, season: -30 })];
  const drivers = driversOf({ steps, total: { mean: 20, drivers: { ...none, level: 20 } } });
  assert.deepEqual(drivers, [
    { driver: 'season', values: [30, -30], total: 0 },
    { driver: 'level', values: [10, 10], total: 20 },
  ]);
});

test('a model that has no drivers has none', () => {
  assert.equal(driversOf({ steps: [step(null)], total: { mean: 1, drivers: null } }), undefined);
});
