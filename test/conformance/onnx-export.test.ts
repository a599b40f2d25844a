// Models written as ONNX files forecast what they forecast here, by onnxruntime.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as ort from 'onnxruntime-web';
import { Rng, type TimeGrid } from '../../src/core/index.ts';
import {
  type Booster,
  catalog,
  type FeatureMatrix,
  type GlobalParts,
  modelOf,
  plainState,
  predictMatrix,
  trainBooster,
  withQuantiles,
} from '../../src/forecasting/models/index.ts';
import {
  globalModelFile,
  isStateModel,
  stateModelFile,
  stateShapeOf,
} from '../../src/forecasting/onnx/index.ts';

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'fatal';

const horizon = 17;
const season = 7;

/** Seasonal, sparse, trending, with unknown periods, short, and never observed. */
function histories(): Float64Array[] {
  const rng = new Rng(5);
  const make = (length: number, at: (t: number) => number): Float64Array =>
    Float64Array.from({ length }, (_, t) => at(t));
  return [
    make(90, (t) => 20 + 8 * Math.sin((2 * Math.PI * t) / season) + rng.uniform()),
    make(90, (t) => 5 + 0.3 * t + (t % season) + rng.uniform()),
    make(90, () => (rng.uniform() < 0.2 ? Math.ceil(10 * rng.uniform()) : 0)),
    make(60, (t) => (t % 11 === 0 ? Number.NaN : 40 * (1 + 0.5 * Math.cos((2 * Math.PI * t) / season)))),
    make(60, (t) => (t > 52 ? Number.NaN : 3 + (t % season))),
    make(3, (t) => t + 1),
    make(20, () => 0),
    make(10, () => Number.NaN),
  ];
}

const weekly: TimeGrid = { frequency: 'week', weekStart: 1 };

/** Of which the season goes by date, as a factor and, where values are negative, as an addend. */
function weeks(): Float64Array[] {
  const rng = new Rng(6);
  const make = (level: number): Float64Array =>
    Float64Array.from(
      { length: 230 },
      (_, t) => level + 30 * Math.sin((2 * Math.PI * t) / 52.18) + rng.uniform(),
    );
  return [make(100), make(110), make(10)];
}

async function answers(
  file: Uint8Array,
  feeds: Record<string, ort.Tensor>,
): Promise<Record<string, ort.Tensor>> {
  const session = await ort.InferenceSession.create(file);
  try {
    return (await session.run(feeds)) as Record<string, ort.Tensor>;
  } finally {
    await session.release();
  }
}

function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  assert.equal(actual.length, expected.length, what);
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs((actual[i] as number) - (expected[i] as number));
    const bound = 1e-5 * Math.max(1, Math.abs(expected[i] as number));
    assert.ok(error <= bound, `${what}: ${actual[i]} at ${i}, is ${expected[i]}`);
  }
}

describe('models of one series as files', () => {
  const pools = ['dotm+ets', 'snaive+theta+seasonal-average+croston', 'dotm@7+ses'].map(modelOf);
  for (const model of [...catalog, ...pools].filter(({ name }) => isStateModel(name))) {
    it(model.name, async () => {
      const fitted = [
        ...histories().map((history) => model.fit(history, { seasons: [season], horizon })),
        ...weeks().map((history) =>
          model.fit(history, { seasons: [52], horizon, grid: weekly, start: 2_400 }),
        ),
      ];
      const states = fitted.map((state) => plainState(model.name, state, horizon));
      const byShape = Map.groupBy(states, (state) => stateShapeOf(model.name, state));
      for (const [shape, group] of byShape) {
        const [like = new Float64Array(0)] = group;
        const stateSize = like.length;
        const file = stateModelFile({ model: model.name, like, horizon, nonNegative: false });
        const fed = new Float64Array(group.length * stateSize);
        group.forEach((state, i) => void fed.set(state, i * stateSize));
        const { mean } = await answers(file, {
          state: new ort.Tensor('float64', fed, [group.length, stateSize]),
        });
        const expected = new Float64Array(group.length * horizon);
        group.forEach(
          (state, i) =>
            void model.forecast(
              fitted[states.indexOf(state)] as Float64Array,
              expected.subarray(i * horizon, (i + 1) * horizon),
            ),
        );
        assertClose(mean?.data as Float64Array, expected, `${model.name} with states of ${shape}`);
      }
    });
  }

  it('refuses those that are not written as graphs, and names those that are', () => {
    const options = { like: new Float64Array(9), horizon, nonNegative: true };
    assert.throws(
      () => stateModelFile({ ...options, model: 'imapa' }),
      /imapa is not written as a graph; these are, and pools of them: naive/,
    );
  });
});

const rows = 600;

/** Two numbers, one with gaps, and a category of which the test knows codes that training has not seen. */
function matrix(seed: number, categories: number): FeatureMatrix {
  const rng = new Rng(seed);
  const values = new Float32Array(3 * rows);
  for (let row = 0; row < rows; row++) {
    values[row] = rng.uniform() * 4 - 2;
    values[rows + row] = rng.uniform() < 0.2 ? Number.NaN : rng.uniform();
    values[2 * rows + row] = rng.uniform() < 0.1 ? Number.NaN : Math.floor(rng.uniform() * categories);
  }
  return {
    rows,
    values,
    columns: [
      { name: 'lag', kind: 'number' },
      { name: 'price', kind: 'number' },
      { name: 'site', kind: 'category' },
    ],
  };
}

function trained(loss: 'squared' | 'poisson'): { booster: Booster; quantiles: Booster } {
  const set = matrix(1, 40);
  const target = Float32Array.from({ length: rows }, (_, row) => {
    const site = set.values[2 * rows + row] as number;
    const price = set.values[rows + row] as number;
    return Math.max(0, 2 + (set.values[row] as number) + (site % 3 || 0) - (price || 0.5));
  });
  const options = { loss, trees: 30, leaves: 15, seed: 3 };
  const booster = trainBooster({ matrix: set, target }, options);
  const mean = trainBooster({ matrix: set, target }, { ...options, loss: 'squared' });
  return { booster, quantiles: withQuantiles(mean, { matrix: set, target }, { levels: [0.1, 0.5, 0.9] }) };
}

describe('the model over all series as a file', () => {
  for (const [form, loss] of [
    ['ratio', 'squared'],
    ['ratio', 'poisson'],
    ['log', 'squared'],
  ] as const) {
    it(`${form} of level, ${loss} loss`, async () => {
      const { booster, quantiles } = trained(loss);
      const asked = matrix(2, 70);
      const parts = {
        plan: { columns: asked.columns },
        form,
        nonNegative: true,
        boosters: [booster, booster],
        quantiles,
        factor: 1.25,
        covariates: undefined,
      } as unknown as GlobalParts;
      const level = Float32Array.from({ length: rows }, (_, row) => 1 + (row % 50));
      const rowMajor = new Float32Array(3 * rows);
      for (let row = 0; row < rows; row++)
        for (let c = 0; c < 3; c++) rowMajor[3 * row + c] = asked.values[c * rows + row] as number;
      const out = await answers(globalModelFile(parts), {
        features: new ort.Tensor('float32', rowMajor, [rows, 3]),
        level: new ort.Tensor('float32', level, [rows]),
      });
      const ratio = (raw: number): number => Math.max(0, form === 'log' ? Math.exp(Math.min(12, raw)) : raw);
      const raw = new Float64Array(rows);
      predictMatrix(booster, asked, raw);
      assertClose(
        out.mean?.data as Float32Array,
        raw.map((value, row) => 1.25 * ratio(value) * (level[row] as number)),
        'mean',
      );
      const curves = new Float64Array(3 * rows);
      predictMatrix(quantiles, asked, curves);
      const expected = curves.map((value, i) => ratio(value) * (level[Math.floor(i / 3)] as number));
      assertClose(out.quantiles?.data as Float32Array, expected, 'quantiles');
    });
  }
});
