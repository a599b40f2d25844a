// A global model as a header of JSON and one array of numbers, and back: its part of a forecaster's artifact.

import { assert, type Covariates, type StaticCovariate, type VaryingCovariate } from '../../../core/index.ts';
import type { FeaturePlan } from '../../features/index.ts';
import { type Booster, decodeBooster, encodeBooster } from '../gbdt/index.ts';
import type { Model } from '../model.ts';
import { type GlobalModel, globalModel } from './global-model.ts';
import type { GlobalParts, TargetForm } from './global-parts.ts';

interface BoosterHeader {
  readonly header: ReturnType<typeof encodeBooster>['header'];
  /** Numbers of the booster. */
  readonly length: number;
}

interface PartsHeader {
  readonly plan: FeaturePlan;
  readonly form: TargetForm;
  readonly nonNegative: boolean;
  readonly factor: number;
  readonly boosters: readonly BoosterHeader[];
  readonly quantiles: BoosterHeader | null;
}

interface CovariatesHeader {
  readonly series: number;
  readonly rows: number;
  readonly varying: readonly Omit<VaryingCovariate, 'values'>[];
  readonly fixed: readonly Omit<StaticCovariate, 'values'>[];
}

export interface GlobalHeader {
  readonly name: string;
  readonly parts: PartsHeader;
  readonly earlier: PartsHeader | null;
  readonly covariates: CovariatesHeader | null;
}

/** Equal models give equal headers and numbers. Cost: O(size). */
export function encodeGlobal(model: GlobalModel): { header: GlobalHeader; numbers: Float64Array } {
  const arrays: Float64Array[] = [];
  const { parts } = model;
  const earlier = model.earlier as GlobalModel | undefined;
  const header: GlobalHeader = {
    name: model.name,
    parts: partsHeader(parts, arrays),
    earlier: earlier === undefined ? null : partsHeader(earlier.parts, arrays),
    covariates: parts.covariates === undefined ? null : covariatesHeader(parts.covariates, arrays),
  };
  const numbers = new Float64Array(arrays.reduce((sum, array) => sum + array.length, 0));
  let at = 0;
  for (const array of arrays) {
    numbers.set(array, at);
    at += array.length;
  }
  return { header, numbers };
}

/**
 * Reads what `encodeGlobal` wrote; the covariates live in `numbers`.
 * @param entries names and summaries of global models, as in the catalog
 * @throws AssertionError when header and numbers do not fit: the artifact's checksum has vouched for both
 */
export function decodeGlobal(
  header: GlobalHeader,
  numbers: Float64Array,
  entries: readonly Pick<Model, 'name' | 'summary'>[],
): GlobalModel {
  const entry = entries.find(({ name }) => name === header.name);
  assert(entry !== undefined, `${header.name} is a global model`);
  let at = 0;
  const take = (length: number): Float64Array => {
    assert(at + length <= numbers.length, 'the numbers of a global model are complete');
    at += length;
    return numbers.subarray(at - length, at);
  };
  const read = (from: PartsHeader): Omit<GlobalParts, 'covariates'> => ({
    plan: from.plan,
    form: from.form,
    nonNegative: from.nonNegative,
    factor: from.factor,
    boosters: from.boosters.map((one): Booster => decodeBooster(one.header, take(one.length))),
    quantiles:
      from.quantiles === null ? null : decodeBooster(from.quantiles.header, take(from.quantiles.length)),
  });
  const parts = read(header.parts);
  const earlier = header.earlier && read(header.earlier);
  const covariates = header.covariates === null ? undefined : readCovariates(header.covariates, take);
  assert(at === numbers.length, 'nothing follows the numbers of a global model');
  return globalModel(
    entry,
    { ...parts, covariates },
    earlier === null ? undefined : { ...earlier, covariates },
  );
}

function partsHeader(parts: GlobalParts, arrays: Float64Array[]): PartsHeader {
  const store = (booster: Booster): BoosterHeader => {
    const { header, numbers } = encodeBooster(booster);
    arrays.push(numbers);
    return { header, length: numbers.length };
  };
  const { plan, form, nonNegative, factor } = parts;
  return {
    plan,
    form,
    nonNegative,
    factor,
    boosters: parts.boosters.map(store),
    quantiles: parts.quantiles === null ? null : store(parts.quantiles),
  };
}

function covariatesHeader(covariates: Covariates, arrays: Float64Array[]): CovariatesHeader {
  const { begins, starts, varying, fixed } = covariates;
  arrays.push(Float64Array.from(begins), Float64Array.from(starts));
  for (const { values } of varying) arrays.push(packed(values));
  for (const { values } of fixed) arrays.push(packed(values));
  return {
    series: starts.length,
    rows: begins[starts.length] as number,
    varying: varying.map(({ values: _, ...header }) => header),
    fixed: fixed.map(({ name, labels }) => ({ name, labels })),
  };
}

function readCovariates(header: CovariatesHeader, take: (length: number) => Float64Array): Covariates {
  const begins = Int32Array.from(take(header.series + 1));
  const starts = Int32Array.from(take(header.series));
  const column = (length: number): Float32Array => unpacked(take(Math.ceil(length / 2)), length);
  return {
    begins,
    starts,
    varying: header.varying.map((one) => ({ ...one, values: column(header.rows) })),
    fixed: header.fixed.map((one) => ({ ...one, values: column(header.series) })),
  };
}

/** Two singles per double, bit for bit. */
function packed(values: Float32Array): Float64Array {
  const doubles = new Float64Array(Math.ceil(values.length / 2));
  new Float32Array(doubles.buffer).set(values);
  return doubles;
}

function unpacked(doubles: Float64Array, length: number): Float32Array {
  return new Float32Array(doubles.buffer, doubles.byteOffset, length);
}
