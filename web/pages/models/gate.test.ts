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
    checks: [],
  });
});

test('what each gate found is read, and what is no check is left out', () => {
  const good = { gate: 'slices', verdict: 'failed', reason: 'worse on store = s1', value: 1.4, bound: 1.1 };
  const odd = [null, 'x', { gate: 'size' }, { ...good, verdict: 'perhaps' }];
  const gate = { passed: false, reason: 'slices', checks: [good, ...odd] };
  const { value: _, bound: __, ...shown } = good;
  assert.deepEqual(gateOf({ gate })?.checks, [shown]);
  assert.deepEqual(gateOf({ gate: { ...gate, checks: 'none' } })?.checks, []);
});
