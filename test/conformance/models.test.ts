// Every model of the catalog, and a pool, through every law of the model contract. A new model needs no test of its own here.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Rng } from '../../src/core/index.ts';
import {
  catalog,
  explained,
  type FitOptions,
  type Model,
  modelOf,
} from '../../src/forecasting/models/index.ts';

const horizon = 15;
const monthly: FitOptions = { seasons: [12], horizon };
const daily: FitOptions = { seasons: [7], horizon };
const hourly: FitOptions = { seasons: [4, 12], horizon };
const plain: FitOptions = { seasons: [], horizon };
const weekly: FitOptions = {
  seasons: [52],
  horizon,
  grid: { frequency: 'week', weekStart: 0 },
  start: 2_300,
};
const settings: readonly FitOptions[] = [plain, daily, monthly, hourly, weekly];

const models: readonly Model[] = [...catalog, modelOf('dotm+ets'), modelOf('dotm@4+tsb+snaive')];

/** Histories that models meet, each with why it is here. */
const histories: Readonly<Record<string, Float64Array>> = {
  seasonal: series(72, (t, rng) => 100 + t + 30 * Math.sin((t * Math.PI) / 6) + 5 * rng.normal()),
  'seasonal with zeros on closed days': series(160, (t) => (t % 70 === 40 ? 0 : 50 + 20 * ((t % 7) / 7))),
  trend: series(60, (t, rng) => 10 + 3 * t + rng.normal()),
  noise: series(50, (_t, rng) => 20 + 4 * rng.normal()),
  intermittent: series(90, (_t, rng) => (rng.uniform() < 0.2 ? 1 + rng.below(9) : 0)),
  'one demand': Float64Array.from({ length: 40 }, (_, t) => (t === 17 ? 6 : 0)),
  'died out': Float64Array.from({ length: 60 }, (_, t) => (t < 20 ? 5 + (t % 3) : 0)),
  'level shift': Float64Array.from({ length: 60 }, (_, t) => (t < 40 ? 10 : 1000) + (t % 5)),
  negative: series(48, (_t, rng) => -30 + 5 * rng.normal()),
  'both signs': series(48, (_t, rng) => 10 * rng.normal()),
  constant: new Float64Array(40).fill(7),
  'all zero': new Float64Array(40),
  one: Float64Array.of(3),
  two: Float64Array.of(3, 5),
  three: Float64Array.of(1, 2, 4),
  'two cycles': series(24, (t, rng) => 10 + (t % 12) + rng.uniform()),
  'one unknown': Float64Array.of(Number.NaN),
  'all unknown': new Float64Array(30).fill(Number.NaN),
  'unknown first': withHoles(
    series(60, (t) => 20 + (t % 12)),
    (t) => t < 9,
  ),
  'unknown last': withHoles(
    series(60, (t) => 20 + (t % 12)),
    (t) => t > 50,
  ),
  'unknown inside': withHoles(
    series(60, (t, rng) => 20 + (t % 12) + rng.uniform()),
    (t) => t % 5 === 2,
  ),
  'mostly unknown': withHoles(
    series(60, (t) => 20 + (t % 12)),
    (t) => t % 10 !== 3,
  ),
  infinite: Float64Array.of(4, 5, Number.POSITIVE_INFINITY, 6, 5, Number.NEGATIVE_INFINITY, 7, 6, 5),
  huge: series(50, (t, rng) => 1e12 * (3 + Math.sin(t / 2) + rng.uniform())),
  tiny: series(50, (t, rng) => 1e-9 * (3 + Math.sin(t / 2) + rng.uniform())),
  'one giant order': Float64Array.from({ length: 60 }, (_, t) => (t === 30 ? 8e4 : t % 4)),
  alternating: Float64Array.from({ length: 60 }, (_, t) => (t % 2 === 0 ? 100 : 1)),
  'weeks with a peak a year': series(230, (t, rng) => (t % 52 === 40 ? 300 : 100) + 8 * rng.normal()),
  'weeks with a season and negative': series(230, (t, rng) => 30 * Math.sin(t / 8.304) + 4 * rng.normal()),
  'weeks with a season and holes': withHoles(
    series(170, (t, rng) => 100 + 40 * Math.sin(t / 8.304) + 4 * rng.normal()),
    (t) => t < 8 || t % 9 === 2,
  ),
  'weeks with closed ones': series(230, (t) => (t % 52 === 11 ? 0 : 60 + 20 * Math.sin(t / 8.304))),
  exponential: Float64Array.from({ length: 60 }, (_, t) => 1.3 ** t),
};

for (const model of models) {
  describe(`the model ${model.name}`, () => {
    test('forecasts finite numbers after any history and does not change its inputs', () => {
      each((name, history, options) => {
        const before = history.slice();
        const state = model.fit(history, options);
        assert.deepEqual(history, before, `${name}: the history was changed`);
        const kept = state.slice();
        const forecast = forecastOf(model, state);
        assert.ok(forecast.every(Number.isFinite), `${name}, seasons ${options.seasons}: ${forecast}`);
        assert.deepEqual(state, kept, `${name}: forecasting changed the state`);
      });
    });

    test('fits the same history to the same state', () => {
      each((name, history, options) => {
        assert.deepEqual(model.fit(history, options), model.fit(history.slice(), options), name);
      });
    });

    test('fitting is estimating once and running over the history', () => {
      each((name, history, options) => {
        const state = model.fit(history, options);
        assert.deepEqual(model.run(history, state), state, name);
      });
    });

    test('running a part and updating with the rest equals running the whole, through saved bytes', () => {
      each((name, history, options) => {
        const like = model.fit(history, options);
        const whole = model.run(history, like);
        for (const cut of [0, 1, Math.floor(history.length / 2), history.length - 1]) {
          const part = model.run(history.subarray(0, cut), like);
          const state = throughBytes(part);
          for (const value of history.subarray(cut)) model.update(state, value);
          assert.deepEqual(state, whole, `${name}, cut at ${cut}`);
        }
      });
    });

    test('running does not change the state it is modelled on', () => {
      each((_name, history, options) => {
        const like = model.fit(history, options);
        const kept = like.slice();
        model.run(history.subarray(1), like);
        assert.deepEqual(like, kept);
      });
    });

    test('keeps the length of its state whatever arrives', () => {
      each((name, history, options) => {
        const state = model.fit(history, options);
        for (const value of [0, 5, Number.NaN, 1e6, -3, Number.POSITIVE_INFINITY]) model.update(state, value);
        assert.ok(forecastOf(model, state).every(Number.isFinite), name);
      });
    });

    test('scaling the history scales the forecast', () => {
      for (const name of [
        'seasonal',
        'trend',
        'noise',
        'intermittent',
        'unknown inside',
        'both signs',
        'constant',
      ]) {
        const history = histories[name] as Float64Array;
        for (const options of settings) {
          const base = forecastOf(model, model.fit(history, options));
          const size = Math.max(...base.map(Math.abs), 1e-12);
          for (const factor of [1024, 1e-6, 3.7]) {
            const scaled = forecastOf(
              model,
              model.fit(
                history.map((value) => value * factor),
                options,
              ),
            );
            for (let h = 0; h < horizon; h++) {
              const gap = Math.abs(scaled[h]! / factor - base[h]!);
              assert.ok(gap <= 1e-4 * size, `${name} × ${factor}, step ${h + 1}: off by ${gap / size}`);
            }
          }
        }
      }
    });

    test('a constant history is forecast to go on, and a zero one to stay zero', () => {
      for (const options of settings) {
        const zeros = forecastOf(model, model.fit(histories['all zero'] as Float64Array, options));
        assert.deepEqual([...zeros].map(Math.abs), new Array(horizon).fill(0));
        if (model.name === 'zero') continue;
        const expected = model.name === 'sba' ? 7 * 0.95 : 7;
        for (const value of forecastOf(model, model.fit(histories.constant as Float64Array, options))) {
          assert.ok(Math.abs(value - expected) < 1e-6 * 7, `${value} after a history of sevens`);
        }
      }
    });

    test('what drives a forecast adds up to it, whatever the history, and the state is not changed', () => {
      each((name, history, options) => {
        const state = model.fit(history, options);
        const kept = state.slice();
        const forecast = forecastOf(model, state);
        // One that cannot say is served without an explanation.
        if (model.explain === undefined) return;
        const { drivers } = explained(model.explain(state, { horizon }));
        assert.deepEqual(state, kept, `${name}: explaining changed the state`);
        for (let h = 0; h < horizon; h++) {
          const parts = Object.values(drivers).map((units) => units[h]!);
          assert.ok(parts.every(Number.isFinite), `${name}, step ${h + 1}: ${parts}`);
          const gap = Math.abs(parts.reduce((sum, part) => sum + part, 0) - forecast[h]!);
          const size = Math.max(...parts.map(Math.abs), Math.abs(forecast[h]!));
          assert.ok(
            gap <= 1e-9 * size,
            `${name}, seasons ${options.seasons}, step ${h + 1}: off by ${gap} of ${size}`,
          );
        }
      });
    });

    test('any short history of any numbers gives finite forecasts', () => {
      const value = fc.oneof(
        { weight: 4, arbitrary: fc.integer({ min: 0, max: 20 }) },
        { weight: 2, arbitrary: fc.double({ min: -1e9, max: 1e9, noNaN: true }) },
        { weight: 1, arbitrary: fc.constant(Number.NaN) },
      );
      fc.assert(
        fc.property(
          fc.array(value, { minLength: 1, maxLength: 40 }),
          fc.constantFrom(...settings),
          (values, options) => {
            const state = model.fit(Float64Array.from(values), options);
            assert.ok(forecastOf(model, state).every(Number.isFinite));
          },
        ),
        { numRuns: 60, seed: 7 },
      );
    });
  });
}

// Source of the vectors and the property: statsforecast tests/test_models.py, `test_fitted_sparse`.
describe('intermittent models', () => {
  const vectors = [
    [2, 5, 0, 1, 3, 0, 1, 1, 0],
    [0, 0, 1, 0, 0, 7, 1, 0, 1],
    [0, 0, 1, 0, 0, 7, 1, 0, 0],
    [0, 0, 0, 0, 0, 0, 0, 0, 0],
  ];
  for (const name of ['croston', 'sba', 'tsb', 'adida', 'imapa']) {
    test(`${name}: the one-step forecast at i depends on the values before i alone`, () => {
      const model = modelOf(name);
      for (const vector of vectors) {
        const history = Float64Array.from(vector);
        const like = model.fit(history, plain);
        const state = model.run(new Float64Array(0), like);
        for (let i = 0; i < history.length; i++) {
          const fitted = forecastOf(model, state)[0];
          assert.equal(fitted, forecastOf(model, model.run(history.slice(0, i), like))[0]);
          model.update(state, history[i] as number);
        }
      }
    });
  }
});

function each(check: (name: string, history: Float64Array, options: FitOptions) => void): void {
  for (const [name, history] of Object.entries(histories)) {
    for (const options of settings) check(name, history, options);
  }
}

function forecastOf(model: Model, state: Float64Array): Float64Array {
  const out = new Float64Array(horizon).fill(Number.NaN);
  model.forecast(state, out);
  return out;
}

function throughBytes(state: Float64Array): Float64Array {
  const bytes = new Uint8Array(state.buffer, state.byteOffset, state.byteLength).slice();
  return new Float64Array(bytes.buffer);
}

function series(n: number, at: (t: number, rng: Rng) => number): Float64Array {
  const rng = new Rng(42);
  return Float64Array.from({ length: n }, (_, t) => at(t, rng));
}

function withHoles(values: Float64Array, isUnknown: (t: number) => boolean): Float64Array {
  return values.map((value, t) => (isUnknown(t) ? Number.NaN : value));
}
