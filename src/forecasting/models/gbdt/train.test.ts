import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { BoosterLoss, TrainingSet } from './booster.ts';
import { predictRow } from './predict.ts';
import { bitsOf, forecasts, mixedSet, numberMatrix } from './testing.ts';
import { appendTrees, trainBooster } from './train.ts';

/** 64 rows that every tool can make: `i * 37 % 64` and so on, every fifth value of the third column missing. */
function goldenSet(): TrainingSet {
  const rows = Array.from({ length: 64 }, (_, i) => i);
  const a = rows.map((i) => (i * 37) % 64);
  const b = rows.map((i) => (i * 11) % 16);
  const c = rows.map((i) => (i % 5 === 0 ? Number.NaN : (i * 29) % 32));
  const target = rows.map(
    (i) => Math.floor(a[i]! / 8) + (b[i]! > 7 ? 3 : 0) + (i % 5 === 0 ? 2.5 : 0) + (i % 3),
  );
  return { matrix: numberMatrix([a, b, c]), target: Float32Array.from(target) };
}

const golden: Record<string, { trees: number; first: number[]; sum: number }> = {
  // LightGBM 4.7.0 and scikit-learn 1.9.1 HistGradientBoostingRegressor give the same numbers: 3 trees, 6 leaves,
  // learning rate .3, 5 rows per leaf, min_data_in_bin=1, min_sum_hessian_in_leaf=1e-3, first 8 forecasts.
  squared: {
    trees: 3,
    first: [4.50905385, 7.28817544, 3.77712945, 6.9073942, 6.16497656, 9.42949314, 4.45855802, 5.51497657],
    sum: 415.5,
  },
  // LightGBM 4.7.0, one tree of the same settings, objective=poisson.
  poisson: {
    trees: 1,
    first: [5.84670747, 6.6393138, 5.84670747, 6.6393138, 6.37798066, 7.19970365, 6.15953278, 6.37798066],
    sum: 416.245891,
  },
  // The same, objective=tweedie, tweedie_variance_power=1.3.
  tweedie: {
    trees: 1,
    first: [4.96971302, 6.77864632, 4.96971302, 6.77864632, 6.25596096, 7.71365956, 5.76687687, 6.25596096],
    sum: 412.51166,
  },
};

for (const [loss, { trees, first, sum }] of Object.entries(golden)) {
  test(`${loss}: gives the forecasts of LightGBM on a small table`, () => {
    const set = goldenSet();
    const options = { leaves: 6, learningRate: 0.3, rowsPerLeafMin: 5, tweediePower: 1.3, trees };
    const out = forecasts(trainBooster(set, { ...options, loss: loss as BoosterLoss }), set.matrix);
    first.forEach((value, i) => {
      assert.ok(Math.abs(out[i]! - value) < 1e-6 * value, `row ${i}: ${out[i]} beside ${value}`);
    });
    assert.ok(Math.abs(out.reduce((a, b) => a + b) - sum) < 1e-4);
  });
}

test('quantile: about the level of the rows lies below the forecasts', () => {
  const set = mixedSet(4000);
  for (const quantile of [0.1, 0.5, 0.9]) {
    const booster = trainBooster(set, { loss: 'quantile', quantile, trees: 40 });
    const out = forecasts(booster, set.matrix);
    const below = set.target.reduce((sum, y, i) => sum + set.weights[i]! * (y <= out[i]! ? 1 : 0), 0);
    const share = below / set.weights.reduce((a, b) => a + b);
    assert.ok(Math.abs(share - quantile) < 0.03, `${quantile}: ${share}`);
  }
});

test('learns from categories and from what is missing', () => {
  const set = mixedSet(4000);
  const out = forecasts(trainBooster(set, { trees: 60 }), set.matrix);
  const mse = set.target.reduce((sum, y, i) => sum + (y - out[i]!) ** 2, 0) / set.target.length;
  // The noise has variance 0.25; without code and missing values it would be above 1.
  assert.ok(mse < 0.27, `mean squared error ${mse}`);
});

test('a code never seen, a fraction and a missing value take the same way', () => {
  const set = mixedSet(2000);
  const booster = trainBooster(set, { trees: 10 });
  const row = Float32Array.of(0.5, 0, 0, 0, 0, 1);
  const forecastAt = (code: number): number => {
    row[5] = code;
    const out = new Float64Array(1);
    predictRow(booster, row, out);
    return out[0]!;
  };
  assert.equal(forecastAt(500), forecastAt(Number.NaN));
  assert.equal(forecastAt(1.5), forecastAt(Number.NaN));
  assert.equal(forecastAt(-1), forecastAt(Number.NaN));
});

test('the kernel in WebAssembly and the one in TypeScript give the same bits', () => {
  const { weights, ...plain } = mixedSet(700);
  for (const loss of ['squared', 'poisson', 'tweedie', 'quantile'] as const) {
    for (const set of [plain, { ...plain, weights }]) {
      const options = { loss, trees: 4, leaves: 12, rowShare: 0.8, featureShare: 0.7 };
      const [fast, slow] = (['wasm', 'typescript'] as const).map((kernel) =>
        bitsOf(trainBooster(set, options, { kernel })),
      );
      assert.equal(fast, slow, loss);
    }
  }
});

test('the forecast never falls along a rising column, under every loss', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1000 }),
      fc.constantFrom<BoosterLoss>('squared', 'poisson', 'tweedie', 'quantile'),
      fc.constantFrom<1 | -1>(1, -1),
      (seed, loss, monotone) => {
        const set = mixedSet(400, { seed });
        const columns = set.matrix.columns.map((column, c) => (c === 0 ? { ...column, monotone } : column));
        const booster = trainBooster(
          { ...set, matrix: { ...set.matrix, columns } },
          { loss, quantile: 0.7, trees: 8, leaves: 12, rowsPerLeafMin: 5 },
        );
        const row = Float32Array.from({ length: 6 }, (_, c) => set.matrix.values[c * 400]!);
        const out = new Float64Array(1);
        let last = -Infinity;
        for (let x = -3; x <= 3; x += 0.1) {
          row[0] = monotone * x;
          predictRow(booster, row, out);
          assert.ok(out[0]! >= last, `${out[0]} after ${last}`);
          last = out[0]!;
        }
      },
    ),
    { numRuns: 12 },
  );
});

test('a weight of two is a row that comes twice', () => {
  const { matrix: mixed, target } = mixedSet(600);
  // The order of categories is damped by an absolute number of rows, so all columns are numbers here.
  const matrix = { ...mixed, columns: mixed.columns.map(({ name }) => ({ name, kind: 'number' as const })) };
  const twice = Array.from({ length: 600 }, (_, i) => (i % 3 === 0 ? [i, i] : [i])).flat();
  const values = new Float32Array(twice.length * 6);
  for (let c = 0; c < 6; c++) {
    twice.forEach((row, i) => {
      values[c * twice.length + i] = matrix.values[c * 600 + row]!;
    });
  }
  const options = { trees: 5, leaves: 6, rowsPerLeafMin: 1, hessianPerLeafMin: 10 };
  const repeated = trainBooster(
    {
      matrix: { ...matrix, rows: twice.length, values },
      target: Float32Array.from(twice, (row) => target[row]!),
    },
    { ...options, hessianPerLeafMin: (10 * 4) / 3 },
  );
  const weights = Float32Array.from(target, (_, i) => (i % 3 === 0 ? 2 : 1));
  const weighted = trainBooster({ matrix, target, weights }, options);
  const [a, b] = [forecasts(repeated, matrix), forecasts(weighted, matrix)];
  const worst = a.reduce((max, value, i) => Math.max(max, Math.abs(value - b[i]!)), 0);
  assert.ok(worst < 1e-4, `differs by ${worst}`);
});

test('equal weights are no weights', () => {
  const { matrix, target } = mixedSet(300);
  const weights = new Float32Array(300).fill(7);
  assert.equal(
    bitsOf(trainBooster({ matrix, target, weights }, { trees: 3 })),
    bitsOf(trainBooster({ matrix, target }, { trees: 3 })),
  );
});

test('a target of other units gives forecasts of other units', () => {
  const { matrix, target } = mixedSet(500);
  const once = forecasts(trainBooster({ matrix, target }, { trees: 10 }), matrix);
  const scaled = forecasts(
    trainBooster({ matrix, target: target.map((y) => y * 1024) }, { trees: 10 }),
    matrix,
  );
  once.forEach((value, i) => {
    assert.ok(Math.abs(scaled[i]! - 1024 * value) < 1e-6 * 1024);
  });
});

test('offsets are added before the link', () => {
  const { matrix, target } = mixedSet(500);
  const offset = Float32Array.from(target, (_, i) => (i % 2 === 0 ? Math.log(3) : 0));
  const demand = target.map((y, i) => (i % 2 === 0 ? 3 * y : y));
  const rates = forecasts(
    trainBooster({ matrix, target: demand, offset }, { loss: 'poisson', trees: 30 }),
    matrix,
  );
  const direct = forecasts(trainBooster({ matrix, target }, { loss: 'poisson', trees: 30 }), matrix);
  const gap = rates.reduce((sum, rate, i) => sum + Math.abs(rate - direct[i]!), 0) / rates.length;
  assert.ok(gap < 0.15, `mean gap ${gap}`);
});

test('stops when the loss on other rows improves no more, and keeps the best number of trees', () => {
  const set = mixedSet(300, { seed: 3 });
  const other = mixedSet(300, { seed: 4 });
  const stopped = trainBooster(set, {
    trees: 400,
    learningRate: 0.3,
    rowsPerLeafMin: 2,
    earlyStopping: { set: other, rounds: 10 },
  });
  const trees = stopped.roots.length - 1;
  assert.ok(trees > 0 && trees < 100, `${trees} trees`);
  const same = trainBooster(set, { trees, learningRate: 0.3, rowsPerLeafMin: 2 });
  assert.equal(bitsOf(stopped), bitsOf(same));
});

test('appended trees go on where the first ones ended', () => {
  const { matrix, target } = mixedSet(800);
  const first = trainBooster({ matrix, target }, { trees: 5 });
  const more = forecasts(appendTrees(first, { matrix, target }, { trees: 5 }), matrix);
  const all = forecasts(trainBooster({ matrix, target }, { trees: 10 }), matrix);
  all.forEach((value, i) => {
    assert.ok(Math.abs(value - more[i]!) < 1e-9);
  });
});

test('trees appended under a log link go on where the first ones ended', () => {
  const { matrix, target } = mixedSet(800);
  for (const loss of ['poisson', 'tweedie'] as const) {
    const options = { loss, tweediePower: 1.3 };
    const first = trainBooster({ matrix, target }, { ...options, trees: 5 });
    const more = forecasts(appendTrees(first, { matrix, target }, { trees: 5 }), matrix);
    const all = forecasts(trainBooster({ matrix, target }, { ...options, trees: 10 }), matrix);
    all.forEach((value, i) => {
      assert.ok(Math.abs(value / more[i]! - 1) < 1e-9, `${loss}: ${more[i]} for ${value}`);
    });
  }
});

test('trees appended on new rows learn what has changed there and leave the older ones alone', () => {
  const old = mixedSet(1500);
  const fresh = mixedSet(1500, { seed: 9 });
  // Twice the demand, and ten times as much where the first column is large.
  const { matrix } = fresh;
  const target = fresh.target.map((y, row) => y * (matrix.values[row]! > 1 ? 10 : 2));
  for (const loss of ['squared', 'poisson', 'tweedie'] as const) {
    const first = trainBooster({ matrix: old.matrix, target: old.target }, { loss, trees: 30 });
    const given = { trees: 60, learningRate: 0.15 };
    const longer = appendTrees(first, { matrix, target }, given);
    assert.equal(longer.loss, loss);
    assert.deepEqual(longer.baseScore, first.baseScore);
    assert.deepEqual(longer.values.subarray(0, first.values.length), first.values);
    const meanError = (booster: typeof first): number => {
      const found = forecasts(booster, matrix);
      return found.reduce((sum, value, row) => sum + Math.abs(value - target[row]!), 0) / found.length;
    };
    // Nearly as good as trees that know the new rows only.
    const afresh = meanError(trainBooster({ matrix, target }, { loss, ...given }));
    assert.ok(meanError(longer) < 1.25 * afresh, `${loss}: ${meanError(longer)}, afresh ${afresh}`);
    assert.ok(meanError(first) > 5 * afresh, `${loss}: ${meanError(first)} before`);
    const total = forecasts(longer, matrix).reduce((sum, value) => sum + value, 0);
    const actual = target.reduce((sum, value) => sum + value, 0);
    assert.ok(Math.abs(total / actual - 1) < 0.02, `${loss}: ${total} of ${actual}`);
  }
});
