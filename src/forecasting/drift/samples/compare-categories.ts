// Two samples of categories by every test and distance there is: what a report takes its figures from.

import { Rng } from '../../../core/index.ts';
import {
  type ChiSquare,
  type CountTest,
  chiSquare,
  gTest,
  type MergedChiSquare,
  mergedChiSquare,
} from './chi-square.ts';
import { type Fisher, fisherExact } from './fisher.ts';
import { type Categories, type LevelTable, levelTable } from './level-table.ts';
import { type LevelChanges, levelChanges } from './new-levels.ts';
import {
  hellinger,
  jensenShannon,
  largestDifference,
  type StabilityIndex,
  stabilityIndex,
  totalOf,
  totalVariation,
} from './shares.ts';

export interface CategorySizes {
  /** Rows that say something. */
  readonly nReference: number;
  readonly nCurrent: number;
  readonly droppedReference: number;
  readonly droppedCurrent: number;
}

export interface CategoryTests {
  readonly table: LevelTable;
  /** Of all levels as they are. */
  readonly chiSquare: ChiSquare;
  /** With the rare levels put together: the one to go by. */
  readonly mergedChiSquare: MergedChiSquare;
  readonly gTest: CountTest;
  /** With two levels alone. */
  readonly fisher: Fisher | null;
  readonly totalVariation: number;
  readonly largestDifference: number;
  /** Base 2. */
  readonly jensenShannon: number;
  readonly hellinger: number;
  readonly stability: StabilityIndex;
  readonly levels: LevelChanges;
}

/** `insufficient_data`: a side has no row that says something. */
export type CategoryComparison = CategorySizes &
  (({ readonly status: 'ok' } & CategoryTests) | { readonly status: 'insufficient_data' });

export interface CompareCategoriesOptions {
  /** Random exchanges where rows are too few for the limit of χ² (default 1,999), drawn by `rng` (default: always the same). */
  readonly exchanges?: number;
  readonly rng?: Rng;
}

/** @returns never NaN: a figure that is not there is null. Cost: O(rows + levels), and see `mergedChiSquare` */
export function compareCategories(
  reference: Categories,
  current: Categories,
  { exchanges = 1_999, rng = new Rng(1) }: CompareCategoriesOptions = {},
): CategoryComparison {
  const table = levelTable(reference, current);
  const sizes: CategorySizes = {
    nReference: totalOf(table.reference),
    nCurrent: totalOf(table.current),
    droppedReference: table.droppedReference,
    droppedCurrent: table.droppedCurrent,
  };
  if (sizes.nReference === 0 || sizes.nCurrent === 0) return { status: 'insufficient_data', ...sizes };
  const { reference: before, current: after, levels } = table;
  return {
    status: 'ok',
    ...sizes,
    table,
    chiSquare: chiSquare(before, after),
    mergedChiSquare: mergedChiSquare(before, after, { count: exchanges, rng }),
    gTest: gTest(before, after),
    fisher: levels.length === 2 ? fisherExact([before[0]!, before[1]!], [after[0]!, after[1]!]) : null,
    totalVariation: totalVariation(before, after),
    largestDifference: largestDifference(before, after),
    jensenShannon: jensenShannon(before, after),
    hellinger: hellinger(before, after),
    stability: stabilityIndex(before, after),
    levels: levelChanges(table),
  };
}
