import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainText } from './plain-text.ts';

test('digits of other scripts are digits, and what is not seen is gone', () => {
  for (const [text, plain] of [
    ['٢٠٢٤/٠١/٠٥', '2024/01/05'],
    ['१२३', '123'],
    ['\u200e12\u200f', '12'],
    ['\ufeff2024-01-05', '2024-01-05'],
    ['12', '12'],
  ] as const)
    assert.equal(plainText(text), plain);
  // Other characters stay: what they mean is not for this to say.
  for (const text of ['12 €', '1\u202f234', 'Größe', '１２']) assert.equal(plainText(text), text);
});
