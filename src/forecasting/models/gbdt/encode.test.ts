import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAppError } from '../../../core/index.ts';
import { decodeBooster, encodeBooster } from './encode.ts';
import { withQuantiles } from './quantiles.ts';
import { bitsOf, forecasts, mixedSet } from './testing.ts';
import { trainBooster } from './train.ts';

const set = mixedSet(400);
const mean = trainBooster(set, { trees: 5 });
const quantiles = withQuantiles(mean, set, { levels: [0.1, 0.5, 0.9] });

test('what is loaded is what was saved', () => {
  for (const booster of [mean, quantiles]) {
    const { header, numbers } = encodeBooster(booster);
    const loaded = decodeBooster(JSON.parse(JSON.stringify(header)), numbers);
    assert.deepEqual(loaded, booster);
    assert.equal(bitsOf(loaded), bitsOf(booster));
    assert.deepEqual(forecasts(loaded, set.matrix), forecasts(booster, set.matrix));
  }
});

test('refuses numbers that are not those of the header, and trees that lead in circles', () => {
  const { header, numbers } = encodeBooster(mean);
  const refused = (error: unknown): boolean => isAppError(error, 'models/corrupt-state');
  assert.throws(() => decodeBooster(header, numbers.subarray(1)), refused);
  assert.throws(() => decodeBooster({ ...header, format: 99 }, numbers), refused);
  const circle = numbers.slice();
  const firstNode = header.outputs + 2 * (header.trees + 1);
  circle[firstNode] = 1; // column 0, left child 0: itself
  assert.throws(() => decodeBooster(header, circle), refused);
});
