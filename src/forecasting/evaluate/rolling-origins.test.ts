import assert from 'node:assert/strict';
import { test } from 'node:test';

import { originsFor, rollingOrigins, spanFor } from './rolling-origins.ts';

test('test windows end at the end of the history and do not overlap', () => {
  assert.deepEqual(rollingOrigins(100, { span: 12, originsMax: 3, season: 12 }), [88, 76, 64]);
});

test('an origin keeps half of the history and a season before it', () => {
  assert.deepEqual(rollingOrigins(48, { span: 18, originsMax: 5, season: 12 }), [30]);
  assert.deepEqual(rollingOrigins(20, { span: 6, originsMax: 5, season: 12 }), []);
});

test('a history without room for a cycle and a window is tested without the cycle', () => {
  assert.deepEqual(rollingOrigins(22, { span: 4, originsMax: 3, season: 52 }), [18, 14]);
  assert.deepEqual(rollingOrigins(57, { span: 8, originsMax: 3, season: 52 }), [49, 41, 33]);
  assert.deepEqual(rollingOrigins(58, { span: 3, originsMax: 3, season: 52 }), [55]);
  assert.equal(spanFor([22], { horizon: 13, season: 52 }), 11);
  assert.equal(spanFor([58], { horizon: 13, season: 52 }), 3);
});

test('a history too short for any fold has none', () => {
  assert.deepEqual(rollingOrigins(5, { span: 6, originsMax: 3, season: 1 }), []);
  assert.deepEqual(rollingOrigins(0, { span: 1, originsMax: 3, season: 1 }), []);
});

test('few series are given more origins, many are content with three', () => {
  assert.equal(originsFor(1), 12);
  assert.equal(originsFor(100), 6);
  assert.equal(originsFor(100_000), 3);
});

test('a backtest looks at as much of the horizon as the longest history allows', () => {
  assert.equal(spanFor([100, 3], { horizon: 12, season: 12 }), 12);
  assert.equal(spanFor([28, 20], { horizon: 28, season: 7 }), 14);
  assert.equal(rollingOrigins(28, { span: 14, originsMax: 3, season: 7 }).length, 1);
  assert.equal(spanFor([], { horizon: 5, season: 1 }), 1);
});
