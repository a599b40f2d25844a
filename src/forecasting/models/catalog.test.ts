import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAppError } from '../../core/index.ts';
import { catalog, modelOf } from './catalog.ts';

test('names are unique and made of lower case letters, digits and hyphens', () => {
  const names = catalog.map((model) => model.name);
  assert.equal(new Set(names).size, names.length);
  for (const name of names) assert.match(name, /^[a-z][a-z0-9-]*$/);
});

test('a pool forecasts the mean of its members', () => {
  const history = Float64Array.from({ length: 40 }, (_, t) => 10 + t + (t % 4));
  const options = { seasons: [4], horizon: 6 };
  const forecast = (name: string): Float64Array => {
    const out = new Float64Array(6);
    const model = modelOf(name);
    model.forecast(model.fit(history, options), out);
    return out;
  };
  const [a, b, both] = [forecast('naive'), forecast('snaive'), forecast('naive+snaive')];
  for (let h = 0; h < 6; h++) assert.ok(Math.abs(both[h]! - (a[h]! + b[h]!) / 2) < 1e-9);
});

test('a season after the name replaces the seasons given', () => {
  const history = Float64Array.from({ length: 24 }, (_, t) => t % 6);
  const out = new Float64Array(6);
  const model = modelOf('snaive@6');
  model.forecast(model.fit(history, { seasons: [4], horizon: 6 }), out);
  assert.deepEqual([...out], [0, 1, 2, 3, 4, 5]);
});

test('an unknown name is refused with the names that exist', () => {
  for (const name of [
    'arima',
    'dotm@',
    'dotm@x',
    'dotm@1.5',
    '+',
    '',
    'dotm+nope',
    Array(9).fill('ses').join('+'),
  ]) {
    assert.throws(
      () => modelOf(name),
      (error) => isAppError(error, 'models/unknown-model') && error.message.includes('dotm'),
    );
  }
});
