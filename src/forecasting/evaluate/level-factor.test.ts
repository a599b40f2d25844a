import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Rng } from '../../core/index.ts';
import { levelFactor } from './level-factor.ts';
import { pretendTable } from './testing.ts';

const shape = { models: ['a'], seriesCount: 40, originsMax: 4, horizon: 6 };

/** Actuals around `level(origin)` times a forecast of 100. */
function factorOf(level: (origin: number) => number): number {
  const rng = new Rng(5);
  const table = pretendTable(
    shape,
    (_, origin) => 100 * level(origin) * (0.9 + 0.2 * rng.uniform()),
    () => 100,
  );
  return levelFactor(table, 0);
}

test('a forecast that is always too low is lifted', () => {
  const factor = factorOf(() => 1.1);
  assert.ok(Math.abs(factor - 1.1) < 0.01, `${factor}`);
});

test('a forecast that is now too low and now too high is left alone', () => {
  assert.equal(
    factorOf((origin) => (origin % 2 === 0 ? 1.1 : 0.9)),
    1,
  );
});

test('two origins prove nothing', () => {
  const table = pretendTable(
    { ...shape, originsMax: 2 },
    () => 110,
    () => 100,
  );
  assert.equal(levelFactor(table, 0), 1);
});
