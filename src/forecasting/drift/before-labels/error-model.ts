// How large errors of forecasts are before any demand has come: a model of past errors, held against rows it has not seen.

import { AppError } from '../../../core/index.ts';
import { type Booster, predictMatrix, trainBooster } from '../../models/index.ts';
import type { Estimate } from './class-accuracy.ts';
import { foldOf, jackknifeSd } from './folds.ts';
import { matrixOf, type RowColumn, type RowShape, rowShape, rowsBeyond } from './rows-as-matrix.ts';

export interface PastErrors {
  /** What the forecasts were made from, and the forecasts themselves: all of one length, rows in the order of time. */
  readonly columns: readonly RowColumn[];
  /** What each forecast lost: absolute error, squared error, pinball, or that ÷ the scale of its series. 0 or more; others are left out. */
  readonly losses: ArrayLike<number>;
}

export interface ErrorModel {
  /** Rows learnt from. */
  readonly n: number;
  readonly shape: RowShape;
  /** One for each stretch of time that it has not seen. */
  readonly boosters: readonly Booster[];
  /** Losses are in units of their mean within the boosters. */
  readonly unit: number;
  /** Mean of what is left on unseen rows, in units. */
  readonly bias: number;
  /** Deviation of losses of unseen rows about what was expected of them, by what was expected: ascending borders, one deviation each. */
  readonly spread: { readonly upTo: readonly number[]; readonly sd: readonly number[] };
  /** Variance of means of stretches ÷ what it would be of independent rows, 1 or more. */
  readonly memory: number;
}

export type LossEstimate = {
  readonly n: number;
  /** Share of rows unlike any that errors are known of. */
  readonly beyondShare: number;
} & (
  | {
      readonly status: 'ok';
      readonly loss: Estimate /** Twice the whole deviation about it. */;
      readonly between: readonly [number, number];
    }
  | { readonly status: 'unknown'; readonly because: string }
);

export const errorRowsMin = 200;
const foldCount = 5;
const columnsMax = 500;
const spreadGroups = 10;
const stretches = 20;
/** With more of the rows beyond what errors are known of, an estimate is a guess. */
const beyondMax = 0.2;

/**
 * Learns how large errors are from what is known when a forecast is made.
 * @returns null where fewer than 200 rows have a loss
 * @throws AppError `drift/bad-option` where columns differ in length, there are none, or more than 500
 * Source: direct loss estimation (NannyML, "DLE"), here fitted across stretches of time, so that nothing is judged on what it has learnt.
 * Cost: five trainings of 150 small trees.
 */
export function errorModel(past: PastErrors, options: { readonly seed?: number } = {}): ErrorModel | null {
  checkColumns(past.columns, past.losses.length);
  const rows: number[] = [];
  for (let i = 0; i < past.losses.length; i++) {
    const loss = past.losses[i]!;
    if (loss >= 0 && loss < 1e30) rows.push(i);
  }
  const n = rows.length;
  if (n < errorRowsMin) return null;
  const unit = rows.reduce((sum, row) => sum + past.losses[row]! / n, 0) || 1;
  const shape = rowShape(past.columns);
  const folds = rows.map((_, i) => foldOf(i, { rows: n, count: foldCount }));
  const expected = new Float64Array(n);
  const boosters = Array.from({ length: foldCount }, (_, fold) => {
    const learnt = Int32Array.from(rows.filter((_row, i) => folds[i] !== fold));
    const held = Int32Array.from(rows.filter((_row, i) => folds[i] === fold));
    const booster = trainBooster(
      {
        matrix: matrixOf(past.columns, shape, learnt),
        target: Float32Array.from(learnt, (row) => past.losses[row]! / unit),
      },
      {
        loss: 'poisson',
        trees: 150,
        leaves: 8,
        learningRate: 0.08,
        rowsPerLeafMin: Math.max(20, Math.round(n / 100)),
        seed: options.seed ?? 1,
      },
    );
    const out = new Float64Array(held.length);
    predictMatrix(booster, matrixOf(past.columns, shape, held), out);
    const first = folds.indexOf(fold);
    expected.set(out, first);
    return booster;
  });
  const left = expected.map((value, i) => past.losses[rows[i]!]! / unit - value);
  const bias = left.reduce((sum, value) => sum + value / n, 0);
  const centred = left.map((value) => value - bias);
  const spread = spreadBy(expected, centred);
  const memory = memoryOf(centred.map((value, i) => value / (sdAt(spread, expected[i]!) || 1)));
  return { n, shape, boosters, unit, bias, spread, memory };
}

/**
 * The mean loss of rows of which no demand has come. Holds while errors of rows of one kind are what they were: rows may move (covariate shift), what
 * they mean may not (concept drift).
 * @param columns as the model learnt from, by name
 * @throws AppError `drift/bad-option` where a column is not there or of another kind. Cost: 750 small trees a row
 */
export function estimatedLoss(model: ErrorModel, columns: readonly RowColumn[]): LossEstimate {
  const known = model.shape.columns.map(({ name, kind }) => {
    const found = columns.find((column) => column.name === name);
    if (found?.kind !== kind)
      throw new AppError('drift/bad-option', `estimatedLoss: no column "${name}" of kind ${kind}`);
    return found;
  });
  const n = known[0]?.values.length ?? 0;
  checkColumns(known, n);
  if (n === 0) return { n, beyondShare: 0, status: 'unknown', because: 'there are no rows' };
  const beyondShare = rowsBeyond(known, model.shape) / n;
  if (beyondShare > beyondMax) {
    const because = `${Math.round(100 * beyondShare)} % of rows are unlike any that errors are known of`;
    return { n, beyondShare, status: 'unknown', because };
  }
  const matrix = matrixOf(
    known,
    model.shape,
    Int32Array.from({ length: n }, (_, i) => i),
  );
  const each = new Float64Array(n);
  const sum = new Float64Array(n);
  const means = model.boosters.map((booster) => {
    predictMatrix(booster, matrix, each);
    for (let i = 0; i < n; i++) sum[i]! += each[i]! / model.boosters.length;
    return each.reduce((total, value) => total + value / n, 0);
  });
  const mean = Math.max(0, sum.reduce((total, value) => total + value / n, 0) + model.bias);
  const variance = sum.reduce((total, value) => total + sdAt(model.spread, value) ** 2, 0) * model.memory;
  const loss: Estimate = {
    value: model.unit * mean,
    samplingSd: (model.unit * Math.sqrt(variance)) / n,
    modelSd: model.unit * jackknifeSd(means),
  };
  const whole = 2 * Math.hypot(loss.samplingSd, loss.modelSd);
  return {
    n,
    beyondShare,
    status: 'ok',
    loss,
    between: [Math.max(0, loss.value - whole), loss.value + whole],
  };
}

function checkColumns(columns: readonly RowColumn[], rows: number): void {
  const fits =
    columns.length > 0 &&
    columns.length <= columnsMax &&
    columns.every(({ values }) => values.length === rows);
  if (!fits)
    throw new AppError(
      'drift/bad-option',
      `errors: 1 to ${columnsMax} columns of ${rows} rows each are needed`,
    );
}

/** Deviations in tenths of the rows, by what was expected of them. */
function spreadBy(expected: Float64Array, left: Float64Array): ErrorModel['spread'] {
  const order = Array.from(expected.keys()).sort((a, b) => expected[a]! - expected[b]!);
  const upTo: number[] = [];
  const sd: number[] = [];
  for (let group = 0; group < spreadGroups; group++) {
    const [from, to] = [group, group + 1].map((edge) => Math.floor((edge * order.length) / spreadGroups)) as [
      number,
      number,
    ];
    let squares = 0;
    for (let k = from; k < to; k++) squares += left[order[k]!]! ** 2;
    upTo.push(expected[order[to - 1]!]!);
    sd.push(Math.sqrt(squares / (to - from)));
  }
  return { upTo, sd };
}

/** Beyond the last border deviations grow as what is expected does. */
function sdAt({ upTo, sd }: ErrorModel['spread'], expected: number): number {
  const group = upTo.findIndex((border) => expected <= border);
  if (group >= 0) return sd[group]!;
  const [border, last] = [upTo.at(-1)!, sd.at(-1)!];
  return border > 0 ? last * (expected / border) : last;
}

function memoryOf(left: Float64Array): number {
  const length = Math.floor(left.length / stretches);
  let between = 0;
  let within = 0;
  for (let i = 0; i < left.length; i++) within += left[i]! ** 2 / left.length;
  for (let k = 0; k < stretches; k++) {
    const mean = left.subarray(k * length, (k + 1) * length).reduce((sum, value) => sum + value / length, 0);
    between += (mean * mean) / stretches;
  }
  return within > 0 ? Math.max(1, (between * length) / within) : 1;
}
