import assert from 'node:assert/strict';
import { test } from 'node:test';
import { projectLike } from '../../test/fixtures/project.ts';
import { changedSettings, frozenChange } from './project-change.ts';

const shop = projectLike({ contract: { maxValue: 9 } });

test('settings that give stored rows their meaning are frozen, others are not', () => {
  const { columns, grid } = shop;
  assert.equal(frozenChange(shop, { ...shop, grid: { ...grid, frequency: 'week' } })?.setting, 'frequency');
  assert.equal(frozenChange(shop, { ...shop, grid: { ...grid, weekStart: 0 } })?.setting, 'weekStart');
  assert.equal(frozenChange(shop, { ...shop, timezone: 'Asia/Tokyo' })?.setting, 'timezone');
  assert.equal(frozenChange(shop, { ...shop, gaps: 'missing' })?.setting, 'gaps');
  const renamed = { ...columns, series: ['sku'] };
  assert.equal(frozenChange(shop, { ...shop, columns: renamed })?.setting, 'columns.series');
  const free = { horizonSteps: 28, levels: [0.5], retrainSchedule: '30 2 * * 1', conflicts: 'last' } as const;
  assert.equal(
    frozenChange(shop, { ...shop, ...free, columns: { ...columns, time: 'day', known: ['price'] } }),
    undefined,
  );
});

test('names the settings that differ, by their paths', () => {
  assert.deepEqual(changedSettings(shop, shop), []);
  const { maxValue: _, ...contract } = shop.contract;
  const after = {
    ...shop,
    horizonSteps: 9,
    retrainSchedule: '0 2 * * *',
    contract: { ...contract, maxValue: null },
  };
  assert.deepEqual(changedSettings(shop, after), ['contract.maxValue', 'horizonSteps', 'retrainSchedule']);
});
