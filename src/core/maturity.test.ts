import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { maturity } from './maturity.ts';

const none = { serves: false, retrains: false, reacts: false, adapts: false };

test('each level needs those below it, and the next step is the first that is missing', () => {
  const of = (change: Partial<typeof none>) => {
    const { level, name, next } = maturity({ ...none, ...change });
    return [level, name, next];
  };
  assert.deepEqual(of({}), [0, 'baseline', 'nothing is trained: `almanac train`']);
  assert.deepEqual(of({ retrains: true, reacts: true, adapts: true })[0], 0);
  assert.deepEqual(of({ serves: true }).slice(0, 2), [1, 'by hand']);
  assert.match(String(of({ serves: true })[2]), /retrainEveryPeriods/);
  const two = of({ serves: true, retrains: true, adapts: true });
  assert.deepEqual(two, [2, 'by itself', 'name an event in `retrainOn`']);
  assert.deepEqual(of({ serves: true, retrains: true, reacts: true, adapts: true }), [
    3,
    'on evidence',
    null,
  ]);
});

test('whatever is switched on, a level is reached when all steps up to it are, and no further', () => {
  const facts = fc.record({
    serves: fc.boolean(),
    retrains: fc.boolean(),
    reacts: fc.boolean(),
    adapts: fc.boolean(),
  });
  fc.assert(
    fc.property(facts, (given) => {
      const { level, steps } = maturity(given);
      assert.ok(steps.slice(0, level).every(({ reached }) => reached));
      assert.ok(steps[level]?.reached !== true);
    }),
  );
});
