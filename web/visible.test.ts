import assert from 'node:assert/strict';
import { test } from 'node:test';
import { visible } from './visible.ts';

test('what cannot be seen is written out, all else stays', () => {
  assert.equal(visible('a\u202eb\u001b[31mc\n'), 'a\\u202eb\\u001b[31mc\n');
  assert.equal(visible('Süd/2 <b>日本</b> שלום'), 'Süd/2 <b>日本</b> שלום');
});
