import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { attacksOn } from '../../../test/fixtures/regex-attacks.ts';
import { safePattern } from './safe-pattern.ts';
import { valueTest } from './value-rule.ts';

test('what leaves many ways to divide a text is not tried', () => {
  for (const pattern of [
    '(a+)+$',
    '^[a-zA-Z0-9](([-.]|_+)?([a-zA-Z0-9]+))*@shop$',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
    '^(?:a|aa)+$',
    '^(a?){30}b$',
    '^\\s*\\s*\\s*x$',
    `^${'a?'.repeat(30)}${'a'.repeat(30)}$`,
    '^(a)\\1$',
    '(',
  ])
    assert.notEqual(safePattern(pattern), null, pattern);
});

test('what contracts usually say is tried', () => {
  for (const pattern of [
    '^[A-Z]{2}-\\d{4,6}$',
    '^[^@ ]+@[^@ ]+$',
    '^(north|south|east|west)$',
    '^(?<shop>\\d+)/[a-z(){}+*?|]+$',
    '^\\(\\d+\\)$',
    '^([A-Z]\\d){3}$',
    '^SKU[0-9]{3}(-[0-9]{2})?$',
  ])
    assert.equal(safePattern(pattern), null, pattern);
});

test('every pattern that is tried ends soon, whatever the value', () => {
  const piece = fc.constantFrom(
    'a',
    '[ab]',
    '\\d',
    '.',
    '(',
    '(?:',
    ')',
    '|',
    '*',
    '+',
    '?',
    '{2}',
    '{1,3}',
    '{2,}',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const pattern = pieces.join('');
      if (safePattern(pattern) !== null) return;
      const keeps = valueTest({ pattern: `^${pattern}$` });
      const msOf = (text: string): number => {
        const began = performance.now();
        keeps(text);
        return performance.now() - began;
      };
      for (const { prefix, pump, suffix } of attacksOn(`^${pattern}$`, 'u')) {
        const text = (prefix + pump.repeat(256)).slice(0, 255 - suffix.length) + suffix;
        // Twice before it is believed: the machine may have been busy.
        assert.ok(Math.min(msOf(text), msOf(text)) < 250, pattern);
      }
    }),
    { numRuns: 300 },
  );
});
