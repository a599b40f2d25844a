// The ONNX format: what is written is read again, and no bytes from anybody do more than be refused.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { floats, onnxFile, strangeFile, stumpFile, timesFile } from '../../../test/fixtures/onnx-files.ts';
import { isAppError } from '../../core/index.ts';
import { operatorsOf, readOnnx } from './read.ts';
import { runTreePlan, treePlan } from './tree-graph.ts';
import { WireWriter } from './wire-writer.ts';
import { withoutZipMaps } from './without-zip-maps.ts';

test('reads what it writes', () => {
  const file = onnxFile({
    nodes: [
      {
        op: 'Strange',
        domain: 'here',
        inputs: ['x', 'by'],
        outputs: ['y'],
        attributes: {
          f: { float: 0.5 },
          i: { integer: -3 },
          s: { text: 'naïve' },
          fs: { floats: [1, -2.5] },
          is: { integers: [0, -1, 2 ** 40, 300] },
          ss: { texts: ['a', ''] },
          none: { floats: [] },
        },
      },
    ],
    constants: [
      { name: 'by', dims: [2], data: Float32Array.of(1, 2) },
      { name: 'n', dims: [], data: BigInt64Array.of(-7n) },
    ],
  });
  const { graph, opsets, producer } = readOnnx(file);
  assert.deepEqual(opsets[0], { domain: '', version: 15 });
  assert.equal(producer, 'almanac');
  assert.deepEqual(graph.inputs, [floats('x', ['rows', 2])]);
  const [node] = graph.nodes;
  assert.deepEqual(Object.fromEntries(node?.attributes ?? []), {
    f: { float: 0.5 },
    i: { integer: -3 },
    s: { text: 'naïve' },
    fs: { floats: [1, -2.5] },
    is: { integers: [0, -1, 2 ** 40, 300] },
    ss: { texts: ['a', ''] },
    none: { floats: [] },
  });
  assert.deepEqual(Array.from(graph.initializers[0]?.values ?? []), [1, 2]);
  assert.deepEqual(graph.initializers[1]?.values, [-7]);
  assert.deepEqual([...operatorsOf(graph)], ['here:Strange']);
});

test('reads whole numbers of every size, packed or not', () => {
  fc.assert(
    fc.property(fc.array(fc.maxSafeInteger()), (integers) => {
      const file = onnxFile({
        nodes: [{ op: 'X', inputs: [], outputs: [], attributes: { is: { integers } } }],
      });
      const read = readOnnx(file).graph.nodes[0]?.attributes.get('is')?.integers;
      assert.deepEqual(read, integers);
    }),
  );
});

test('bytes cut, changed or made up are refused, or read as something', () => {
  const files = [timesFile(2), stumpFile(), strangeFile()];
  const attempt = (bytes: Uint8Array): void => {
    try {
      const plan = treePlan(readOnnx(withoutZipMaps(bytes).bytes));
      if (plan !== undefined)
        runTreePlan(plan, new Float32Array(2 * plan.ensemble.columns), {
          rows: 2,
          stride: plan.ensemble.columns,
        });
    } catch (error) {
      assert.ok(isAppError(error, 'onnx/not-a-model'), String(error));
    }
  };
  fc.assert(
    fc.property(fc.constantFrom(...files), fc.nat(), fc.nat(255), (file, at, byte) => {
      const changed = file.slice();
      changed[at % file.length] = byte;
      attempt(changed);
      attempt(file.subarray(0, at % file.length));
    }),
    { numRuns: 2000 },
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), attempt), { numRuns: 2000 });
});

test('refuses graphs nested without end', () => {
  let graph = new WireWriter();
  for (let depth = 0; depth < 100; depth++) {
    const attribute = new WireWriter().text(1, 'body').bytes(6, graph);
    graph = new WireWriter().bytes(1, new WireWriter().text(4, 'If').bytes(5, attribute));
  }
  const file = new WireWriter().integer(1, 8).bytes(7, graph).finish();
  assert.throws(() => readOnnx(file), /nests graphs more than 16 deep/);
});

test('sends what is missing where the tree says', () => {
  const row = Float32Array.of(Number.NaN, 0);
  for (const [missingLow, expected] of [
    [false, 20],
    [true, 10],
  ] as const) {
    const plan = treePlan(readOnnx(stumpFile({ missingLow })));
    assert.ok(plan !== undefined);
    const [output] = runTreePlan(plan, row, { rows: 1, stride: 2 });
    assert.deepEqual(Array.from(output?.data as Float32Array), [expected]);
  }
});

test('does not take for trees what it would compute wrongly', () => {
  const { graph, ...model } = readOnnx(stumpFile());
  const [node] = graph.nodes;
  assert.ok(node !== undefined);
  const withAttribute = (name: string, value: object) =>
    treePlan({
      ...model,
      graph: { ...graph, nodes: [{ ...node, attributes: new Map([...node.attributes, [name, value]]) }] },
    });
  assert.ok(withAttribute('aggregate_function', { text: 'AVERAGE' }) !== undefined);
  assert.equal(withAttribute('aggregate_function', { text: 'MIN' }), undefined);
  assert.equal(withAttribute('post_transform', { text: 'PROBIT' }), undefined);
  assert.equal(withAttribute('nodes_truenodeids', { integers: [0, 0, 0] }), undefined, 'a tree that loops');
  assert.equal(withAttribute('nodes_falsenodeids', { integers: [1, 0, 0] }), undefined, 'one child twice');
  assert.equal(withAttribute('nodes_modes', { texts: ['BRANCH_MEMBER', 'LEAF', 'LEAF'] }), undefined);
  assert.equal(withAttribute('target_ids', { integers: [0, 5] }), undefined);
});

test('a table takes the place of a list of dictionaries, under the same name', () => {
  const zipped = onnxFile({
    nodes: [
      { op: 'Softmax', inputs: ['x'], outputs: ['table'] },
      {
        op: 'ZipMap',
        domain: 'ai.onnx.ml',
        inputs: ['table'],
        outputs: ['y'],
        attributes: { classlabels_strings: { texts: ['no', 'yes'] } },
      },
    ],
  });
  const { bytes, classes } = withoutZipMaps(zipped);
  assert.deepEqual(classes, { y: ['no', 'yes'] });
  const { graph } = readOnnx(bytes);
  assert.deepEqual(
    graph.nodes.map(({ op, inputs, outputs }) => [op, inputs[0], outputs[0]]),
    [
      ['Softmax', 'x', 'table'],
      ['Identity', 'table', 'y'],
    ],
  );
  assert.deepEqual(graph.outputs, [floats('y', ['', 2])]);
});
