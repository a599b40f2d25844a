import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { definePipeline, pipelineFraction } from './pipeline.ts';

const run = async (): Promise<null> => null;

test('refuses a pipeline without steps, or with two of one name', () => {
  assert.throws(() => definePipeline({ name: 'empty', steps: [] }));
  const twice = [
    { name: 'fit', run },
    { name: 'fit', run },
  ];
  assert.throws(() => definePipeline({ name: 'twice', steps: twice }));
});

test('progress never goes back and ends at one, whatever the weights', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.1, max: 50, noNaN: true }), { minLength: 1 }), (weights) => {
      const pipeline = definePipeline({
        name: 'p',
        steps: weights.map((weight, i) => ({ name: `s${i}`, weight, run })),
      });
      let last = 0;
      for (const step of pipeline.steps) {
        for (const fraction of [0, 0.5, 1]) {
          const now = pipelineFraction(pipeline, step, fraction);
          assert.ok(now >= last - 1e-12 && now <= 1 + 1e-12);
          last = now;
        }
      }
      assert.ok(Math.abs(last - 1) < 1e-9);
    }),
  );
});

test('takes odd fractions as the nearest sensible one', () => {
  const pipeline = definePipeline({ name: 'p', steps: [{ name: 'a', run }] });
  const [step] = pipeline.steps;
  assert.ok(step !== undefined);
  assert.deepEqual(
    [-1, 7, Number.NaN].map((f) => pipelineFraction(pipeline, step, f)),
    [0, 1, 0],
  );
});
