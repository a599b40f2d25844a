// Every detector of two samples by its name: the list that the conformance suite runs, and that a user may choose from.

import { Rng } from '../../../core/index.ts';
import { andersonDarling } from './anderson-darling.ts';
import { binned } from './bins.ts';
import { chiSquare, gTest, mergedChiSquare } from './chi-square.ts';
import { cramerVonMises } from './cramer-von-mises.ts';
import { energyDistance, wasserstein } from './distances.ts';
import { fisherExact } from './fisher.ts';
import { kolmogorovSmirnov } from './kolmogorov-smirnov.ts';
import { type Categories, levelTable } from './level-table.ts';
import { mannWhitney } from './mann-whitney.ts';
import { levelChanges } from './new-levels.ts';
import { type Pooled, pooledOf, sampleOf } from './pooled.ts';
import {
  hellinger,
  jensenShannon,
  largestDifference,
  stabilityIndex,
  totalOf,
  totalVariation,
} from './shares.ts';

/** What a detector says of two samples. Never NaN: null where it has no figure. */
export interface Detected {
  /** `insufficient_data`: a side has nothing that the detector takes. */
  readonly status: 'ok' | 'insufficient_data';
  readonly statistic: number | null;
  /** Null for a distance, which is no evidence by itself, and where the test says nothing. */
  readonly p: number | null;
}

export type SampleDetector =
  | {
      readonly name: string;
      readonly takes: 'numbers';
      readonly detect: (reference: ArrayLike<number>, current: ArrayLike<number>) => Detected;
    }
  | {
      readonly name: string;
      readonly takes: 'categories';
      readonly detect: (reference: Categories, current: Categories) => Detected;
    };

type Figures = Omit<Detected, 'status'>;

/** Random exchanges of rows, where too few are expected for the limit of χ². */
const exchanges = 1_999;

export const sampleDetectors: readonly SampleDetector[] = [
  ofNumbers('kolmogorov-smirnov', (pooled) => kolmogorovSmirnov(pooled)),
  ofNumbers('wasserstein', (pooled) => ({ statistic: wasserstein(pooled).perSd, p: null })),
  ofNumbers('energy', (pooled) => ({ statistic: energyDistance(pooled), p: null })),
  ofNumbers('mann-whitney', (pooled) => {
    const { u, p } = mannWhitney(pooled);
    return { statistic: u, p };
  }),
  ofNumbers('anderson-darling', (pooled) => {
    const found = andersonDarling(pooled);
    return { statistic: found?.normalised ?? null, p: found?.pClipped ?? null };
  }),
  ofNumbers('cramer-von-mises', (pooled) => cramerVonMises(pooled) ?? { statistic: 0, p: 1 }),
  ofNumbers('psi', (_pooled, reference, current) => ({ statistic: binned(reference, current).psi, p: null })),
  ofNumbers('jensen-shannon', (_pooled, reference, current) => ({
    statistic: binned(reference, current).jensenShannon,
    p: null,
  })),
  ofCategories('chi-square', (reference, current) => chiSquare(reference, current)),
  ofCategories('chi-square-merged', (reference, current) =>
    mergedChiSquare(reference, current, { count: exchanges, rng: new Rng(1) }),
  ),
  ofCategories('g', (reference, current) => gTest(reference, current)),
  ofCategories('fisher', (reference, current) => {
    if (reference.length > 2) return { statistic: null, p: null };
    const [[a = 0, b = 0], [c = 0, d = 0]] = [[...reference], [...current]];
    const { oddsRatio, p } = fisherExact([a, b], [c, d]);
    return { statistic: oddsRatio, p };
  }),
  ofCategories('total-variation', distance(totalVariation)),
  ofCategories('largest-difference', distance(largestDifference)),
  ofCategories('jensen-shannon-levels', distance(jensenShannon)),
  ofCategories('hellinger', distance(hellinger)),
  ofCategories(
    'psi-levels',
    distance((reference, current) => stabilityIndex(reference, current).psi),
  ),
  ofCategories('new-levels', (reference, current, levels) => {
    const found = levelChanges({ levels, reference, current, droppedReference: 0, droppedCurrent: 0 });
    return { statistic: found.appeared.share, p: found.p };
  }),
];

function distance(
  of: (reference: Float64Array, current: Float64Array) => number,
): (reference: Float64Array, current: Float64Array) => Figures {
  return (reference, current) => ({ statistic: of(reference, current), p: null });
}

function ofNumbers(
  name: string,
  figures: (pooled: Pooled, reference: Float64Array, current: Float64Array) => Figures,
): SampleDetector {
  return {
    name,
    takes: 'numbers',
    detect: (reference, current) => {
      const [before, after] = [sampleOf(reference).sorted, sampleOf(current).sorted];
      if (before.length === 0 || after.length === 0) return nothing();
      const { statistic, p } = figures(pooledOf(before, after), before, after);
      return { status: 'ok', statistic, p };
    },
  };
}

function ofCategories(
  name: string,
  figures: (reference: Float64Array, current: Float64Array, levels: readonly string[]) => Figures,
): SampleDetector {
  return {
    name,
    takes: 'categories',
    detect: (before, after) => {
      const { reference, current, levels } = levelTable(before, after);
      if (totalOf(reference) === 0 || totalOf(current) === 0) return nothing();
      const { statistic, p } = figures(reference, current, levels);
      return { status: 'ok', statistic, p };
    },
  };
}

function nothing(): Detected {
  return { status: 'insufficient_data', statistic: null, p: null };
}
