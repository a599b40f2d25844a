import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prepare, zerosAreClosures } from './prepare.ts';

const nan = Number.NaN;

test('a few zeros among large values are closures; usual zeros, small counts and negative values are demand', () => {
  const busy = Float64Array.from({ length: 200 }, (_, t) => (t % 60 === 59 ? 0 : 80 + (t % 7)));
  assert.equal(zerosAreClosures(busy), true);
  assert.equal(zerosAreClosures(busy.map((value, t) => (t % 20 === 0 ? 0 : value))), false);
  assert.equal(zerosAreClosures(Float64Array.from({ length: 200 }, (_, t) => (t === 50 ? 0 : t % 9))), false);
  assert.equal(zerosAreClosures(busy.map((value, t) => (t === 3 ? -1 : value))), false);
  assert.equal(zerosAreClosures(new Float64Array(50)), false);
});

test('holes are filled from neighbouring cycles or along a line, in units of the mean size', () => {
  const line = prepare(Float64Array.of(nan, nan, 2, nan, 4, nan), 1);
  assert.equal(line.skipped, 2);
  assert.equal(line.scale, 3);
  assert.deepEqual([...line.values], [2 / 3, 1, 4 / 3, 4 / 3]);
  assert.equal(line.least, 2 / 3);
  const season = prepare(Float64Array.of(1, 9, 1, nan, 1, 9), 2);
  assert.equal(season.values[3]! * season.scale, 9);
});

test('nothing known leaves nothing to fit', () => {
  const empty = prepare(Float64Array.of(nan, nan), 4);
  assert.equal(empty.values.length, 0);
  assert.equal(empty.scale, 1);
});
