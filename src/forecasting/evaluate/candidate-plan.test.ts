import assert from 'node:assert/strict';
import { test } from 'node:test';

import { modelOf } from '../models/index.ts';
import { autoPlan, namedPlan } from './candidate-plan.ts';

const seasonSets = [[], [1], [7], [12], [24, 168], [7, 364]];

test('every model of the automatic plans is in the catalog', () => {
  for (const seasons of seasonSets) {
    const plan = autoPlan(seasons, { frequency: 'day', lengthTypical: 2000 });
    for (const name of plan.models) assert.equal(modelOf(name).name, name);
  }
});

test('candidates only use models that are tried on their group, and the default is one of them', () => {
  for (const seasons of seasonSets) {
    const plan = autoPlan(seasons);
    for (const group of [plan.regular, plan.intermittent]) {
      assert.ok(group.candidates[group.fallback] !== undefined);
      for (const { name, members } of group.candidates) {
        assert.equal(name, members.map((m) => plan.models[m]).join('+'));
        assert.ok(members.every((m) => group.active[m]));
      }
    }
  }
});

test('sparse demand is not chosen by absolute errors', () => {
  assert.equal(autoPlan([7]).intermittent.loss, 'squared');
  assert.equal(namedPlan(['tsb'], [7]).intermittent.loss, 'squared');
});

test('named models are candidates in the order given, pools are split into members', () => {
  const plan = namedPlan(['dotm+ets', 'snaive', 'ets'], [12]);
  assert.deepEqual(plan.models, ['dotm', 'ets', 'snaive']);
  assert.deepEqual(
    plan.regular.candidates.map(({ members }) => members),
    [[0, 1], [2], [1]],
  );
  assert.equal(plan.regular.fallback, 0);
});
