import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foldedSeriesId, keyShown, lookAlikes } from './look-alikes.ts';

test('keys that differ in case, blanks, unseen characters or stored accents look alike; others do not', () => {
  const composed = 'K\u00e4se';
  const decomposed = 'Ka\u0308se';
  assert.deepEqual(
    lookAlikes([composed, decomposed, 'A-17', 'a-17', 'A-17 ', 'A\u00a017', 'A 17', 'B\u200b1', 'B1', 'C']),
    [
      [composed, decomposed],
      ['A-17', 'a-17', 'A-17 '],
      ['A\u00a017', 'A 17'],
      ['B\u200b1', 'B1'],
    ],
  );
  assert.deepEqual(lookAlikes(['a1', 'a2', 'a10', 'b-1', 'b1']), []);
});

test('wide forms and other hyphens look alike, and are not folded into one', () => {
  assert.deepEqual(lookAlikes(['A-17', '\uff21-17', 'A\u201117']), [['A-17', '\uff21-17', 'A\u201117']]);
  assert.notEqual(foldedSeriesId('A\u201117', { keys: 'fold' }), foldedSeriesId('A-17', { keys: 'fold' }));
});

test('a new key is compared with those that are known, known ones among themselves are not', () => {
  assert.deepEqual(lookAlikes(['x', 'new'], ['X', 'y', 'Y']), [['x', 'X']]);
});

test('what cannot be seen is written out', () => {
  assert.equal(keyShown('A\u00a017'), '"A\\u{a0}17"');
  assert.equal(keyShown('B\u200b1'), '"B\\u{200b}1"');
  assert.notEqual(keyShown('K\u00e4se'), keyShown('Ka\u0308se'));
});
