import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { predictRow } from './predict.ts';
import { withQuantiles } from './quantiles.ts';
import { refitLeaves } from './refit.ts';
import { bitsOf, forecasts, mixedSet } from './testing.ts';
import { trainBooster } from './train.ts';

test('quantile levels on one structure cover their shares and never cross', () => {
  const { matrix, target } = mixedSet(3000);
  const levels = [0.05, 0.25, 0.5, 0.75, 0.95];
  const booster = withQuantiles(
    trainBooster({ matrix, target }, { trees: 40 }),
    { matrix, target },
    { levels },
  );
  const out = forecasts(booster, matrix);
  levels.forEach((level, q) => {
    let below = 0;
    for (let row = 0; row < 3000; row++) {
      if (target[row]! <= out[row * 5 + q]!) below++;
      if (q > 0) assert.ok(out[row * 5 + q]! >= out[row * 5 + q - 1]!);
    }
    assert.ok(Math.abs(below / 3000 - level) < 0.03, `${level}: ${below / 3000}`);
  });
});

test('quantiles of a monotone column are monotone', () => {
  const { matrix, target, weights } = mixedSet(500);
  const columns = matrix.columns.map((column, c) => (c === 0 ? { ...column, monotone: 1 as const } : column));
  const set = { matrix: { ...matrix, columns }, target, weights };
  const booster = withQuantiles(trainBooster(set, { trees: 20, rowsPerLeafMin: 5 }), set, {
    levels: [0.1, 0.9],
  });
  const row = Float32Array.of(0, 0, 0, 0, 0, 3);
  const out = new Float64Array(2);
  let last = [-Infinity, -Infinity];
  for (let x = -3; x < 3; x += 0.05) {
    row[0] = x;
    predictRow(booster, row, out);
    assert.ok(out[0]! >= last[0]! && out[1]! >= last[1]!);
    last = [...out];
  }
});

test('refitting on the rows it was grown on changes nothing', () => {
  for (const loss of ['squared', 'poisson', 'tweedie', 'quantile'] as const) {
    const set = mixedSet(600);
    const booster = trainBooster(set, { loss, trees: 8 });
    const refitted = refitLeaves(booster, set, { decay: 0 });
    refitted.values.forEach((value, i) => {
      assert.ok(
        Math.abs(value - booster.values[i]!) < 2e-4,
        `${loss}, leaf ${i}: ${value} beside ${booster.values[i]}`,
      );
    });
  }
});

test('refitting on a higher level moves the forecasts towards it, by the share that decay leaves', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (decay) => {
      const { matrix, target } = mixedSet(200);
      const booster = trainBooster({ matrix, target }, { trees: 1, learningRate: 1 });
      const higher = { matrix, target: target.map((y) => y + 8) };
      const [before, after] = [
        forecasts(booster, matrix),
        forecasts(refitLeaves(booster, higher, { decay }), matrix),
      ];
      before.forEach((value, i) => {
        assert.ok(Math.abs(after[i]! - value - 8 * (1 - decay)) < 1e-4);
      });
    }),
    { numRuns: 5 },
  );
});

test('quantile levels are the same bits by either kernel, with weights and without', () => {
  const { weights, ...plain } = mixedSet(600);
  const booster = trainBooster(plain, { trees: 5 });
  for (const set of [plain, { ...plain, weights }]) {
    const [fast, slow] = (['wasm', 'typescript'] as const).map((kernel) =>
      bitsOf(withQuantiles(booster, set, { levels: [0.1, 0.5, 0.9], kernel })),
    );
    assert.equal(fast, slow);
  }
});
