// The model of errors: what it learns, how it says what is open, and what it refuses.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from '../../../core/index.ts';
import { errorModel, estimatedLoss, type LossEstimate } from './error-model.ts';
import type { RowColumn } from './rows-as-matrix.ts';

/** Errors twice as large in shop b, and growing with x. */
function rows(seed: number, n: number, by: { moved?: number; ofB?: number; memory?: number } = {}) {
  const rng = new Rng(seed);
  const x = Float64Array.from({ length: n }, () => rng.normal() + (by.moved ?? 0));
  const shop = Array.from({ length: n }, () => (rng.uniform() < (by.ofB ?? 0.3) ? 'b' : 'a'));
  let common = 0;
  const phi = by.memory ?? 0;
  const losses = x.map((value, i) => {
    common = phi * common + Math.sqrt(1 - phi * phi) * rng.normal();
    const expected = Math.exp(0.4 * value) * (shop[i] === 'b' ? 2 : 1);
    return expected * Math.exp(0.5 * common - 0.125);
  });
  const columns: RowColumn[] = [
    { name: 'x', kind: 'number', values: x },
    { name: 'shop', kind: 'category', values: shop },
  ];
  return { columns, losses, mean: losses.reduce((sum, loss) => sum + loss / n, 0) };
}

function lossOf(found: LossEstimate) {
  assert.ok(found.status === 'ok', JSON.stringify(found));
  return found.loss;
}

test('rows that have moved to where errors are larger are estimated as such', () => {
  const past = rows(1, 4_000);
  const model = errorModel(past);
  assert.ok(model);
  let held = 0;
  for (let seed = 2; seed < 12; seed++) {
    const now = rows(seed, 500, { moved: 0.5, ofB: 0.7 });
    const { value, samplingSd, modelSd } = lossOf(estimatedLoss(model, now.columns));
    assert.ok(now.mean > 1.3 * past.mean);
    if (Math.abs(value - now.mean) < 2 * Math.hypot(samplingSd, modelSd)) held++;
  }
  assert.ok(held >= 8, `${held} of 10`);
  const now = rows(2, 500);
  const { value } = lossOf(estimatedLoss(model, now.columns));
  const again = lossOf(estimatedLoss(errorModel(past) as never, now.columns));
  assert.equal(again.value, value);
});

test('errors that depend on each other leave more open than independent ones', () => {
  const [still, slow] = [rows(3, 3_000), rows(3, 3_000, { memory: 0.95 })].map((past) => {
    const model = errorModel(past);
    return model ? lossOf(estimatedLoss(model, rows(9, 300).columns)).samplingSd : 0;
  }) as [number, number];
  assert.ok(slow > 2 * still, `${slow} ${still}`);
});

test('the unit of losses is that of the estimate', () => {
  const past = rows(4, 1_000);
  const now = rows(5, 200).columns;
  const [one, thousand] = [1, 1_000].map((factor) =>
    lossOf(
      estimatedLoss(errorModel({ ...past, losses: past.losses.map((loss) => factor * loss) }) as never, now),
    ),
  ) as [ReturnType<typeof lossOf>, ReturnType<typeof lossOf>];
  assert.ok(Math.abs(thousand.value / one.value - 1_000) < 0.1);
  assert.ok(Math.abs(thousand.samplingSd / one.samplingSd - 1_000) < 0.5);
});

test('rows unlike any that errors are known of are answered with unknown', () => {
  const model = errorModel(rows(6, 1_000));
  assert.ok(model);
  const far = estimatedLoss(model, rows(7, 300, { moved: 9 }).columns);
  assert.ok(far.status === 'unknown');
  assert.match(far.because, /% of rows are unlike any that errors are known of/);
  const [x] = rows(7, 300).columns as [RowColumn];
  const shops = new Array(300).fill('new');
  const other = estimatedLoss(model, [x, { name: 'shop', kind: 'category', values: shops }]);
  assert.equal(other.status, 'unknown');
  assert.equal(
    estimatedLoss(model, [{ ...x, values: [] } as RowColumn, { name: 'shop', kind: 'category', values: [] }])
      .status,
    'unknown',
  );
});

test('few rows leave no model; columns that do not fit are refused', () => {
  assert.equal(errorModel(rows(1, 150)), null);
  const past = rows(1, 400);
  assert.throws(() => errorModel({ ...past, columns: [] }), /1 to 500 columns of 400 rows/);
  const model = errorModel(past);
  assert.ok(model);
  assert.throws(() => estimatedLoss(model, past.columns.slice(0, 1)), /no column "shop" of kind category/);
});

test('losses that are constant, missing or huge give figures, never NaN', () => {
  const past = rows(8, 500);
  for (const losses of [
    past.losses.map(() => 0),
    past.losses.map(() => 7),
    past.losses.map((loss, i) => (i % 3 === 0 ? Number.NaN : i % 7 === 0 ? -1 : 1e25 * loss)),
  ]) {
    const model = errorModel({ columns: past.columns, losses });
    const holes: RowColumn[] = [
      { name: 'x', kind: 'number', values: [Number.NaN, 0, -0] },
      { name: 'shop', kind: 'category', values: [null, 'a', 'b'] },
    ];
    const found = estimatedLoss(model as never, holes);
    assert.doesNotMatch(JSON.stringify(found), /null/, JSON.stringify(found));
    assert.equal(found.status, 'ok');
  }
});
