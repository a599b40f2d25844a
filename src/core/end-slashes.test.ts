import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutEndSlashes } from './end-slashes.ts';

test('slashes at the end are taken off, and no others', () => {
  for (const [address, without] of [
    ['https://a.example/b', 'https://a.example/b'],
    ['https://a.example//b//', 'https://a.example//b'],
    ['///', ''],
    ['', ''],
  ] as const)
    assert.equal(withoutEndSlashes(address), without);
});
