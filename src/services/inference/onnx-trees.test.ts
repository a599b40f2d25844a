// Our own trees against onnxruntime: the same answers for any ensemble that is taken for one.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import * as ort from 'onnxruntime-web';
import { floats, onnxFile } from '../../../test/fixtures/onnx-files.ts';
import { elementTypes, readOnnx, runTreePlan, treePlan } from '../../forecasting/onnx/index.ts';

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'fatal';

const columns = 3;
const modes = ['BRANCH_LEQ', 'BRANCH_LT', 'BRANCH_GTE', 'BRANCH_GT', 'BRANCH_EQ', 'BRANCH_NEQ'];
/** Coarse, so that inputs and thresholds are often equal. */
const coarse = fc.integer({ min: -4, max: 4 }).map((n) => n / 4);
const input = fc.oneof(
  { weight: 8, arbitrary: coarse },
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);

interface Split {
  readonly mode: string;
  readonly feature: number;
  readonly value: number;
  readonly missing: number;
}

const split: fc.Arbitrary<Split> = fc.record({
  mode: fc.oneof({ weight: 6, arbitrary: fc.constant('BRANCH_LEQ') }, fc.constantFrom(...modes)),
  feature: fc.nat(columns - 1),
  value: coarse,
  missing: fc.nat(1),
});
/** Complete trees of depth 2: three splits, four leaves. */
const tree = fc.record({
  splits: fc.array(split, { minLength: 3, maxLength: 3 }),
  weights: fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 4, maxLength: 4 }),
});
type Tree = typeof tree extends fc.Arbitrary<infer T> ? T : never;

/** @param outputOf which output the leaves of a tree add to */
function ensembleAttributes(trees: readonly Tree[], prefix: string, outputOf: (tree: number) => number) {
  const ids = trees.flatMap((_, t) => Array.from({ length: 7 }, () => t));
  const nodes = trees.flatMap(() => [0, 1, 2, 3, 4, 5, 6]);
  const at = <T>(pick: (split: Split) => T, leaf: T): T[] =>
    trees.flatMap(({ splits }) => [...splits.map(pick), leaf, leaf, leaf, leaf]);
  return {
    nodes_treeids: { integers: ids },
    nodes_nodeids: { integers: nodes },
    nodes_featureids: { integers: at((s) => s.feature, 0) },
    nodes_values: { floats: at((s) => s.value, 0) },
    nodes_modes: { texts: at((s) => s.mode, 'LEAF') },
    nodes_missing_value_tracks_true: { integers: at((s) => s.missing, 0) },
    nodes_truenodeids: { integers: trees.flatMap(() => [1, 3, 5, 0, 0, 0, 0]) },
    nodes_falsenodeids: { integers: trees.flatMap(() => [2, 4, 6, 0, 0, 0, 0]) },
    [`${prefix}_treeids`]: { integers: trees.flatMap((_, t) => [t, t, t, t]) },
    [`${prefix}_nodeids`]: { integers: trees.flatMap(() => [3, 4, 5, 6]) },
    [`${prefix}_ids`]: { integers: trees.flatMap((_, t) => Array(4).fill(outputOf(t))) },
    [`${prefix}_weights`]: { floats: trees.flatMap(({ weights }) => weights) },
  };
}

async function assertSame(file: Uint8Array, x: Float32Array): Promise<void> {
  const rows = x.length / columns;
  const plan = treePlan(readOnnx(file));
  assert.ok(plan !== undefined, 'it is taken for trees');
  const ours = runTreePlan(plan, x, { rows, stride: columns });
  const session = await ort.InferenceSession.create(file);
  try {
    const theirs = await session.run({ x: new ort.Tensor('float32', x, [rows, columns]) });
    for (const { name, data } of ours) {
      const expected = theirs[name]?.data as Float32Array;
      assert.equal(data.length, expected.length);
      for (let i = 0; i < expected.length; i++) {
        const error = Math.abs(Number(data[i]) - Number(expected[i]));
        assert.ok(error <= 1e-5 || data[i] === expected[i], `${name}[${i}] ${data[i]}, is ${expected[i]}`);
      }
    }
  } finally {
    await session.release();
  }
}

const trees = fc.array(tree, { minLength: 1, maxLength: 6 });
const inputs = fc
  .array(fc.array(input, { minLength: columns, maxLength: columns }), { minLength: 1, maxLength: 20 })
  .map((rows) => Float32Array.from(rows.flat()));

test('regressors: sums and averages, base values, one target or several', async () => {
  await fc.assert(
    fc.asyncProperty(
      trees,
      inputs,
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom('SUM', 'AVERAGE'),
      fc.boolean(),
      async (ensemble, x, targets, aggregate, hasBase) => {
        const file = onnxFile({
          inputs: [floats('x', ['n', columns])],
          outputs: [floats('y', ['n', targets])],
          nodes: [
            {
              op: 'TreeEnsembleRegressor',
              domain: 'ai.onnx.ml',
              inputs: ['x'],
              outputs: ['y'],
              attributes: {
                ...ensembleAttributes(ensemble, 'target', (t) => t % targets),
                n_targets: { integer: targets },
                aggregate_function: { text: aggregate },
                ...(hasBase ? { base_values: { floats: Array(targets).fill(0.375) } } : {}),
              },
            },
          ],
        });
        await assertSame(file, x);
      },
    ),
    { numRuns: 60 },
  );
});

test('classifiers: two classes by the weights of one, or several by their own', async () => {
  await fc.assert(
    fc.asyncProperty(
      trees,
      inputs,
      fc.integer({ min: 2, max: 4 }),
      fc.constantFrom('NONE', 'LOGISTIC', 'SOFTMAX'),
      fc.boolean(),
      async (ensemble, x, classes, transform, hasBase) => {
        const oneSided = classes === 2;
        const file = onnxFile({
          inputs: [floats('x', ['n', columns])],
          outputs: [
            { ...floats('label', ['n']), elementType: elementTypes.INT64 },
            floats('probabilities', ['n', classes]),
          ],
          nodes: [
            {
              op: 'TreeEnsembleClassifier',
              domain: 'ai.onnx.ml',
              inputs: ['x'],
              outputs: ['label', 'probabilities'],
              attributes: {
                ...ensembleAttributes(ensemble, 'class', (t) => (oneSided ? 0 : t % classes)),
                classlabels_int64s: { integers: Array.from({ length: classes }, (_, k) => 10 + k) },
                post_transform: { text: oneSided && transform === 'SOFTMAX' ? 'LOGISTIC' : transform },
                ...(hasBase ? { base_values: { floats: Array(oneSided ? 1 : classes).fill(-0.25) } } : {}),
              },
            },
          ],
        });
        await assertSame(file, x);
      },
    ),
    { numRuns: 80 },
  );
});
