import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gateOf } from './gate.ts';

test('what a gate said is read as far as it can be', () => {
  assert.equal(gateOf({ gate: null }), undefined);
  assert.equal(gateOf({ gate: { verdict: 'of another version' } }), undefined);
  const gate = gateOf({
    gate: {
      passed: true,
      reason: 'better',
      folds: 642,
      challenger: { loss: 0.8, wape: null },
      opponent: 'x',
    },
  });
  assert.deepEqual(gate, {
    passed: true,
    reason: 'better',
    against: '',
    margin: undefined,
    folds: 642,
    challenger: { loss: 0.8 },
    opponent: {},
  });
});
