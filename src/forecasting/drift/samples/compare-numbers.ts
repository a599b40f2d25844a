// Two samples of numbers by every test and distance there is: what a report takes its figures from.

import type { Rng } from '../../../core/index.ts';
import { quantileSorted } from '../../maths/index.ts';
import { type AndersonDarling, andersonDarling } from './anderson-darling.ts';
import { type BinnedComparison, binned } from './bins.ts';
import { type CramerVonMises, cramerVonMises } from './cramer-von-mises.ts';
import { energyDistance, type Wasserstein, wasserstein } from './distances.ts';
import { type KolmogorovSmirnov, kolmogorovSmirnov } from './kolmogorov-smirnov.ts';
import { type MannWhitney, mannWhitney } from './mann-whitney.ts';
import { finiteOrNull, pooledOf, type Sample, sampleOf } from './pooled.ts';

export interface NumberSizes {
  /** Finite values. */
  readonly nReference: number;
  readonly nCurrent: number;
  /** Others: unknown and infinite ones. */
  readonly droppedReference: number;
  readonly droppedCurrent: number;
}

export interface NumberTests {
  readonly kolmogorovSmirnov: KolmogorovSmirnov;
  readonly wasserstein: Wasserstein;
  readonly energyDistance: number | null;
  readonly mannWhitney: MannWhitney;
  readonly andersonDarling: AndersonDarling | null;
  readonly cramerVonMises: CramerVonMises | null;
  readonly bins: BinnedComparison;
  readonly quantiles: readonly QuantileShift[];
}

/** `insufficient_data`: a side has no finite value at all. */
export type NumberComparison = NumberSizes &
  (({ readonly status: 'ok' } & NumberTests) | { readonly status: 'insufficient_data' });

export interface QuantileShift {
  readonly level: number;
  readonly reference: number;
  readonly current: number;
  /** Current less reference; null if too large for a number. */
  readonly shift: number | null;
}

export interface CompareNumbersOptions {
  /** Edges of bins, ascending; absent = tenths of the reference. */
  readonly edges?: readonly number[];
  /** Random exchanges for Anderson and Darling's p. */
  readonly exchanges?: { readonly count: number; readonly rng: Rng };
}

const levels = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95];

/**
 * @param reference @param current values in any order; what is not finite is left out and counted
 * @returns never NaN: a figure that is not there is null. Cost: O(n log n + m log m), and see `kolmogorovSmirnov`
 */
export function compareNumbers(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  options: CompareNumbersOptions = {},
): NumberComparison {
  return compareSamples({ reference: sampleOf(reference), current: sampleOf(current) }, options);
}

/** The same of samples that are sorted already. */
export function compareSamples(
  samples: { readonly reference: Sample; readonly current: Sample },
  options: CompareNumbersOptions = {},
): NumberComparison {
  const sizes = sizesOf(samples);
  if (sizes.nReference === 0 || sizes.nCurrent === 0) return { status: 'insufficient_data', ...sizes };
  return { status: 'ok', ...sizes, ...testsOf(samples, options) };
}

function sizesOf({ reference, current }: { reference: Sample; current: Sample }): NumberSizes {
  return {
    nReference: reference.sorted.length,
    nCurrent: current.sorted.length,
    droppedReference: reference.dropped,
    droppedCurrent: current.dropped,
  };
}

function testsOf(
  samples: { readonly reference: Sample; readonly current: Sample },
  { edges, exchanges }: CompareNumbersOptions,
): NumberTests {
  const [reference, current] = [samples.reference.sorted, samples.current.sorted];
  const pooled = pooledOf(reference, current);
  return {
    kolmogorovSmirnov: kolmogorovSmirnov(pooled),
    wasserstein: wasserstein(pooled),
    energyDistance: energyDistance(pooled),
    mannWhitney: mannWhitney(pooled),
    andersonDarling: andersonDarling(pooled, exchanges ?? null),
    cramerVonMises: cramerVonMises(pooled),
    bins: binned(reference, current, edges),
    quantiles: quantileShifts(reference, current),
  };
}

/** How quantiles moved. @param reference @param current ascending, not empty */
export function quantileShifts(reference: Float64Array, current: Float64Array): QuantileShift[] {
  return levels.map((level) => {
    const [before, after] = [at(reference, level), at(current, level)];
    return { level, reference: before, current: after, shift: finiteOrNull(after - before) };
  });
}

/** Between values whose difference is too large for a number, the lower one. */
function at(sorted: Float64Array, level: number): number {
  const found = quantileSorted(sorted, level);
  return Number.isFinite(found) ? found : sorted[Math.floor(level * (sorted.length - 1))]!;
}
