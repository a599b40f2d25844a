import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { isAppError, Rng } from '../../core/index.ts';
import { buildHierarchy, firstLeaf, incoherence, pushDown, sumUp } from './hierarchy.ts';
import { denseSums, randomHierarchy, randomNodes } from './testing.ts';

const attributes = new Map([
  ['State', ['NSW', 'NSW', 'VIC', 'VIC', 'VIC']],
  ['Purpose', ['Holiday', 'Business', 'Holiday', 'Business', '']],
]);
const seriesIds = ['1', '2', '3', '4', '5'];

test('levels go from the total to the series, with a name for every node', () => {
  const { levels, names, nodeCount, leafCounts } = buildHierarchy({
    seriesIds,
    attributes,
    groupings: ['State', 'Purpose'],
  });
  assert.deepEqual(
    levels.map(({ name, first, count }) => [name, first, count]),
    [
      ['total', 0, 1],
      ['State', 1, 2],
      ['Purpose', 3, 3],
      ['bottom', 6, 5],
    ],
  );
  assert.deepEqual(names.slice(0, 6), [
    'total',
    'State=NSW',
    'State=VIC',
    'Purpose=Holiday',
    'Purpose=Business',
    'Purpose=(none)',
  ]);
  assert.equal(nodeCount, 11);
  assert.deepEqual([...leafCounts], [5, 2, 3, 2, 2, 1, 1, 1, 1, 1, 1]);
});

test('a level that repeats the series or the total is left out', () => {
  const same = new Map([...attributes, ['all', ['x', 'x', 'x', 'x', 'x']]]);
  const { levels } = buildHierarchy({ seriesIds, attributes: same, groupings: ['State*Purpose', 'all'] });
  assert.deepEqual(
    levels.map(({ name }) => name),
    ['total', 'State', 'Purpose', 'bottom'],
  );
});

test('a node of two attributes has both in its name, escaped like a series id', () => {
  const { names } = buildHierarchy({
    seriesIds: ['1', '2', '3'],
    attributes: new Map([
      ['a', ['x/y', 'x/y', 'z']],
      ['b', ['1', '1', '2']],
    ]),
    groupings: ['a*b'],
  });
  assert.ok(names.includes('a=x%2Fy/b=1'));
});

test('an attribute that no series has is refused by name', () => {
  assert.throws(
    () => buildHierarchy({ seriesIds, attributes, groupings: ['Region'] }),
    (error) => isAppError(error, 'hierarchy/unknown-attribute') && /State, Purpose/.test(error.message),
  );
});

test('summing up is S·x and pushing down is Sᵀ·x', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const rng = new Rng(seed);
      const hierarchy = randomHierarchy(rng);
      const sums = denseSums(hierarchy);
      const values = randomNodes(hierarchy, rng);
      const leaf = firstLeaf(hierarchy);
      const up = values.slice();
      sumUp(hierarchy, up);
      const down = values.slice();
      pushDown(hierarchy, down);
      for (const [i, row] of sums.entries()) {
        const want = row.reduce((sum, s, a) => sum + s * (values[leaf + a] as number), 0);
        assert.ok(Math.abs((up[i] as number) - want) < 1e-10);
      }
      for (let a = 0; a < hierarchy.leafCount; a++) {
        const want = sums.reduce((sum, row, i) => sum + (row[a] as number) * (values[i] as number), 0);
        assert.ok(Math.abs((down[leaf + a] as number) - want) < 1e-10);
      }
      assert.ok(incoherence(hierarchy, up) < 1e-14);
    }),
  );
});
