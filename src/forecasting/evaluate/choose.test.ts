import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Rng } from '../../core/index.ts';
import { choose, withoutOrigin } from './choose.ts';
import { candidateLosses, type LossTable } from './losses.ts';
import { pretendTable } from './testing.ts';

const models = ['a', 'b', 'c'];
const candidates = models.map((name, m) => ({ name, members: [m] }));

/** Losses where the error of a model at a series and origin is |what `sizeOf` says|. */
function lossesOf(
  seriesCount: number,
  sizeOf: (model: number, series: number, origin: number) => number,
): LossTable {
  const table = pretendTable(
    { models, seriesCount, originsMax: 3, horizon: 4 },
    () => 100,
    (model, series, origin) => 100 - sizeOf(model, series, origin),
  );
  return candidateLosses(table, { candidates, kind: 'absolute', isWanted: () => true });
}

test('the model that is better on average serves every series', () => {
  const rng = new Rng(1);
  const losses = lossesOf(60, (model) => (model === 1 ? 2 : 3) + rng.uniform());
  const { common, ofSeries } = choose(losses, 0);
  assert.equal(common, 1);
  assert.ok(ofSeries.every((candidate) => candidate === 1));
});

test('the default stays where differences are chance', () => {
  const rng = new Rng(2);
  const losses = lossesOf(40, () => 3 + rng.normal());
  assert.equal(choose(losses, 2).common, 2);
});

test('the default stays without any evidence', () => {
  const losses = lossesOf(5, () => 1);
  losses.values.fill(Number.NaN);
  const { common, ofSeries } = choose(losses, 2);
  assert.equal(common, 2);
  assert.deepEqual([...ofSeries], [2, 2, 2, 2, 2]);
});

test('a series leaves the common model when all its origins agree', () => {
  const rng = new Rng(3);
  const losses = lossesOf(80, (model, series) => {
    const best = series < 10 ? 2 : 0;
    return (model === best ? 2 : 5) + 0.5 * rng.uniform();
  });
  const { common, ofSeries } = choose(losses, 0);
  assert.equal(common, 0);
  assert.ok(ofSeries.subarray(0, 10).every((candidate) => candidate === 2));
  assert.ok(ofSeries.subarray(10).every((candidate) => candidate === 0));
});

test('one wild series does not decide for the others', () => {
  const rng = new Rng(4);
  const losses = lossesOf(60, (model, series) => {
    if (series === 0) return model === 0 ? 90 : 1;
    return (model === 0 ? 2 : 3) + 0.2 * rng.uniform();
  });
  assert.equal(choose(losses, 0).common, 0);
});

test('a choice without an origin does not see that origin', () => {
  const losses = lossesOf(30, (model, _series, origin) => (model === 1 && origin === 0 ? 0 : 3));
  assert.equal(choose(losses, 0).common, 1);
  assert.equal(choose(withoutOrigin(losses, 0), 0).common, 0);
});

test('squared loss with the bias part prefers the mean to the median on sparse demand', () => {
  // Demand 0 0 0 8: the median forecast 0 has the smaller absolute error, the mean 2 the smaller squared one.
  const sparse = [0, 0, 0, 8];
  const table = pretendTable(
    { models: ['zero', 'mean'], seriesCount: 20, originsMax: 2, horizon: 4 },
    (_series, _origin, lead) => sparse[lead] as number,
    (model) => (model === 0 ? 0 : 2),
  );
  const both = [
    { name: 'zero', members: [0] },
    { name: 'mean', members: [1] },
  ];
  const chosenBy = (kind: 'absolute' | 'squared'): number =>
    choose(candidateLosses(table, { candidates: both, kind, isWanted: () => true }), 0).common;
  assert.equal(chosenBy('absolute'), 0);
  assert.equal(chosenBy('squared'), 1);
});
