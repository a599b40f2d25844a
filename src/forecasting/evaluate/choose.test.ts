import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Rng } from '../../core/index.ts';
import { choose } from './choose.ts';
import { candidateLosses, type LossTable } from './losses.ts';
import { pretendTable } from './testing.ts';

const models = ['a', 'b', 'c'];
const candidates = models.map((name, m) => ({ name, members: [m] }));

/** Losses where the error of a model at a series and origin is |what `sizeOf` says|. */
function lossesOf(
  seriesCount: number,
  sizeOf: (model: number, series: number, origin: number) => number,
  originsMax = 3,
): LossTable {
  const table = pretendTable(
    { models, seriesCount, originsMax, horizon: 4 },
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

test('a few series: what is better at every origin is taken, by panels of 1, 2, 3 and 8', () => {
  const rng = new Rng(11);
  for (const seriesCount of [1, 2, 3, 8])
    for (const origins of [4, 6, 12])
      for (let trial = 0; trial < 200; trial++) {
        const sizes = [1, 0.6, 1.1];
        const losses = lossesOf(
          seriesCount,
          (model) => (sizes[model] ?? 1) + 0.2 * (rng.uniform() - 0.5),
          origins,
        );
        const { ofSeries } = choose(losses, 0);
        assert.ok(
          ofSeries.every((candidate) => candidate === 1),
          `${seriesCount} series, ${origins} origins`,
        );
      }
});

test('a few series: where none is better the default stays, nearly always', () => {
  const rng = new Rng(12);
  for (const seriesCount of [1, 2, 3, 7])
    for (const origins of [1, 2, 6, 12]) {
      let left = 0;
      for (let trial = 0; trial < 500; trial++) {
        const losses = lossesOf(seriesCount, () => Math.exp(0.3 * rng.normal()), origins);
        if (choose(losses, 0).ofSeries.some((candidate) => candidate !== 0)) left++;
      }
      assert.ok(
        left / 500 < 0.06,
        `${seriesCount} series, ${origins} origins: ${left} of 500 left the default`,
      );
    }
});

test('one of a few series leaves the common model when all its own origins say so', () => {
  const rng = new Rng(13);
  const losses = lossesOf(
    4,
    (model, series) => (model === (series === 0 ? 2 : 0) ? 0.5 : 1) + 0.1 * rng.uniform(),
    8,
  );
  assert.deepEqual([...choose(losses, 0).ofSeries], [2, 0, 0, 0]);
});

test('windows that overlap count for as many as fit beside each other', () => {
  const rng = new Rng(14);
  const losses = lossesOf(1, (model) => (model === 1 ? 0.72 : 1) + 0.05 * rng.uniform(), 8);
  assert.equal(choose(losses, 0).common, 1);
  assert.equal(choose({ ...losses, overlap: 7 }, 0).common, 0);
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
  const { ofSeries, without } = choose(losses, 0);
  assert.ok(ofSeries.every((candidate) => candidate === 1));
  assert.ok(
    without(0).every((candidate) => candidate === 1),
    'the common one rests on the panel',
  );
  const one = lossesOf(1, (model, _series, origin) => (model === 1 && origin === 0 ? 0 : 3));
  assert.deepEqual([...choose(one, 0).without(0)], [0]);
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
