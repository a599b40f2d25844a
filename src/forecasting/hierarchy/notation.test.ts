import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isAppError } from '../../core/index.ts';
import { attributesOf, parseGroupings } from './notation.ts';

const names = (groupings: string[]): string[] => parseGroupings(groupings).map(({ name }) => name);

test('a path asks for every prefix of it', () => {
  assert.deepEqual(names(['country/state/city']), ['country', 'country/state', 'country/state/city']);
});

test('a crossing asks for both sides and every pair of their levels', () => {
  assert.deepEqual(names(['State/Region*Purpose']), [
    'State',
    'Purpose',
    'State/Region',
    'State*Purpose',
    'State/Region*Purpose',
  ]);
});

test('levels asked for twice are one, whatever the order', () => {
  assert.deepEqual(names(['State/Region', 'Purpose', 'State*Purpose', 'Purpose*State']), [
    'State',
    'Purpose',
    'State/Region',
    'State*Purpose',
  ]);
});

test('the twelve levels of M5 come from one grouping', () => {
  // The bottom, item × store, is the tenth level here and left out of the hierarchy as a repetition of the series.
  assert.equal(names(['state/store*category/department/item']).length, 11);
});

test('the attributes mentioned are listed once', () => {
  assert.deepEqual(attributesOf(['a/b*c', 'c', ' d ']), ['a', 'b', 'c', 'd']);
});

test('what is no grouping is refused with the notation', () => {
  for (const text of ['', 'a//b', 'a*', '/a']) {
    assert.throws(
      () => parseGroupings([text]),
      (error) => isAppError(error, 'hierarchy/bad-grouping') && /State\/Region\*Purpose/.test(error.message),
    );
  }
  const many = ['a/b/c/d', 'e/f/g/h', 'i/j/k/l'].join('*');
  assert.throws(() => parseGroupings([many]), /more than 64/);
});
