import assert from 'node:assert/strict';
import { test } from 'node:test';

import { originsAt } from './rolling-origins.ts';
import { isTest, windowDistances } from './test-windows.ts';

const known = (length: number): Float64Array => Float64Array.from({ length }, (_, t) => 10 + (t % 3));

/** Periods from … to (not in it) are unknown. */
function silent(history: Float64Array, from: number, to: number): Float64Array {
  return history.slice().fill(Number.NaN, from, to);
}

const windows = { span: 4, step: 4, originsMax: 6, season: 1 };

test('where everything is known windows lie one behind the other', () => {
  assert.deepEqual(windowDistances([known(100)], windows), [4, 8, 12, 16, 20, 24]);
  assert.deepEqual(windowDistances([known(100), known(7)], { ...windows, step: 2 }), [4, 6, 8, 10, 12, 14]);
  assert.deepEqual(windowDistances([known(20)], windows), [4, 8], 'an origin needs half of the history');
  assert.deepEqual(windowDistances([], windows), [4]);
});

test('windows in a long silence and right after it are passed over', () => {
  const history = silent(known(200), 120, 180);
  // 180 … 183 follows the silence.
  assert.deepEqual(windowDistances([history], windows), [4, 8, 12, 16, 84, 88]);
  assert.deepEqual(originsAt(200, [4, 8, 12, 16, 84, 88], 1), [196, 192, 188, 184, 116, 112]);
  assert.equal(isTest(history, { origin: 180, span: 4, season: 1 }), false);
  // Another series was there.
  assert.deepEqual(windowDistances([history, known(200)], windows), [4, 8, 12, 16, 20, 24]);
});

test('a short silence, and one that is usual for the series, is none', () => {
  for (const season of [1, 7])
    assert.equal(isTest(silent(known(200), 90, 98), { origin: 98, span: 1, season }), true);
  const rare = Float64Array.from({ length: 400 }, (_, t) => (t % 20 === 0 ? 5 : Number.NaN));
  assert.equal(isTest(rare, { origin: 200, span: 1, season: 1 }), true);
  assert.equal(isTest(silent(known(200), 90, 103), { origin: 103, span: 1, season: 1 }), false);
  assert.equal(
    isTest(silent(known(200), 90, 103), { origin: 103, span: 1, season: 7 }),
    true,
    'below two seasons',
  );
});
