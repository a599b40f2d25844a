// What a training refuses, before it starts, with a message that says where.

import { AppError } from '../../../core/index.ts';
import {
  type Booster,
  type BoosterOptions,
  boosterDefaults,
  type FeatureMatrix,
  hasLogLink,
  type TrainingSet,
} from './booster.ts';

/** Rows of one training at most: counts must fit into 24 bits, so that sums of gradients stay exact. */
export const rowsMax: number = 2 ** 24 - 1;

/** The options with defaults filled in. @throws AppError models/bad-booster-option */
export function completeOptions(given: Partial<BoosterOptions>): BoosterOptions {
  const defined = Object.entries(given).filter(([, value]) => value !== undefined);
  const options: BoosterOptions = { ...boosterDefaults, ...Object.fromEntries(defined) };
  const ranges: [keyof BoosterOptions, number, number, 'integer' | 'real'][] = [
    ['trees', 0, 100_000, 'integer'],
    ['leaves', 1, 4096, 'integer'],
    ['learningRate', 1e-9, 10, 'real'],
    ['rowsPerLeafMin', 1, rowsMax, 'integer'],
    ['hessianPerLeafMin', 0, 1e300, 'real'],
    ['lambda', 0, 1e300, 'real'],
    ['rowShare', 1e-6, 1, 'real'],
    ['featureShare', 1e-6, 1, 'real'],
    ['binsMax', 2, 255, 'integer'],
    ['maxCategories', 1, 255, 'integer'],
    ['tweediePower', 1 + 1e-6, 2 - 1e-6, 'real'],
    ['quantile', 1e-6, 1 - 1e-6, 'real'],
    ['seed', 0, 2 ** 32 - 1, 'integer'],
  ];
  for (const [name, low, high, kind] of ranges) {
    const value = options[name] as number;
    const fits = value >= low && value <= high && (kind === 'real' || Number.isInteger(value));
    if (!fits) {
      throw new AppError(
        'models/bad-booster-option',
        `${name} is ${value}: give ${kind === 'integer' ? 'a whole' : 'a'} number from ${low} to ${high}`,
        {
          details: { option: name, value, low, high },
        },
      );
    }
  }
  if (!['squared', 'poisson', 'tweedie', 'quantile'].includes(options.loss)) {
    throw new AppError(
      'models/bad-booster-option',
      `loss is "${options.loss}": give squared, poisson, tweedie or quantile`,
    );
  }
  return options;
}

/** @throws AppError models/bad-training-set */
export function checkTrainingSet(set: TrainingSet, { loss }: Pick<BoosterOptions, 'loss'>): void {
  const { matrix, target, weights, offset } = set;
  checkMatrix(matrix);
  const { rows } = matrix;
  if (rows === 0) refuse('a training needs at least one row');
  if (rows > rowsMax)
    refuse(`${rows} rows are too many: sample ${rowsMax} of them at most`, { rows, rowsMax });
  checkVector('target', target, rows);
  if (hasLogLink(loss)) {
    const row = target.findIndex((value) => value < 0);
    if (row >= 0)
      refuse(`target is ${target[row]} in row ${row}: the ${loss} loss needs targets ≥ 0`, { row });
  }
  if (offset !== undefined) checkVector('offset', offset, rows);
  if (weights !== undefined) {
    checkVector('weights', weights, rows);
    const row = weights.findIndex((weight) => weight < 0);
    if (row >= 0) refuse(`the weight of row ${row} is ${weights[row]}: weights must be ≥ 0`, { row });
    if (weights.every((weight) => weight === 0)) refuse('all weights are 0: give some row a positive weight');
  }
}

/** @throws AppError models/bad-training-set */
export function checkMatrix(matrix: FeatureMatrix): void {
  const { rows, columns, values } = matrix;
  if (values.length !== rows * columns.length) {
    refuse(
      `a matrix of ${columns.length} columns × ${rows} rows needs ${rows * columns.length} values, not ${values.length}`,
    );
  }
  if (columns.length > 32_767) refuse(`${columns.length} columns are too many: 32,767 at most`);
  const bad = columns.find(
    ({ kind, monotone }) => kind === 'category' && monotone !== undefined && monotone !== 0,
  );
  if (bad !== undefined) refuse(`column "${bad.name}" is a category, which has no order to be monotone in`);
}

/** The columns that a booster reads must be those of the matrix. @throws AppError models/bad-training-set */
export function checkSameColumns(booster: Booster, matrix: FeatureMatrix): void {
  checkMatrix(matrix);
  const differs = booster.columns.findIndex(
    ({ name, kind }, i) => matrix.columns[i]?.name !== name || matrix.columns[i]?.kind !== kind,
  );
  if (differs >= 0 || booster.columns.length !== matrix.columns.length) {
    const at = Math.max(differs, 0);
    refuse(
      `the trees read ${booster.columns.length} columns and the matrix has ${matrix.columns.length}; the first that differs is "${booster.columns[at]?.name}" (matrix: "${matrix.columns[at]?.name}")`,
    );
  }
}

function checkVector(name: string, values: Float32Array, rows: number): void {
  if (values.length !== rows) refuse(`${name} has ${values.length} values for ${rows} rows`);
  const row = values.findIndex((value) => !Number.isFinite(value));
  if (row >= 0) {
    refuse(
      `${name} is ${values[row]} in row ${row}: leave such rows out, every value must be a finite number`,
      { row },
    );
  }
}

function refuse(message: string, details: Record<string, unknown> = {}): never {
  throw new AppError('models/bad-training-set', message, { details });
}
