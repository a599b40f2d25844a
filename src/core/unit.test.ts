import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isUnit } from './unit.ts';

test('a unit is a text of 1 to 256 characters without control characters', () => {
  for (const unit of ['store 7', 'Größe 🙂', 'x'.repeat(256)]) assert.ok(isUnit(unit), unit);
  for (const unit of ['', 'x'.repeat(257), 'a\0b', 'a\nb', '\u001b[2J', 7, null]) assert.ok(!isUnit(unit));
});
