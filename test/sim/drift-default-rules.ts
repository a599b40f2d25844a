// The default rules of another tool, for comparison: those that evidently documents, made anew. Above 1,000 reference rows a distance and 0.1,
// below a test at 0.05 without a correction; a table has drifted when half of its columns have.

import { compareCategories, compareNumbers, type DriftColumn } from '../../src/forecasting/drift/index.ts';
import { chiSquareTail } from '../../src/forecasting/maths/index.ts';

const manyRows = 1_000;
/** Up to so many distinct values a column of numbers is taken as one of categories. */
const fewValues = 5;

export function defaultRules(columns: readonly DriftColumn[]): { drifted: number; columns: number } {
  return { drifted: columns.filter(isDrifted).length, columns: columns.length };
}

function isDrifted(column: DriftColumn): boolean {
  if (column.kind === 'category')
    return isCategoryDrifted(column.reference as readonly string[], column.current as readonly string[]);
  const [reference, current] = [Array.from(column.reference), Array.from(column.current)];
  if (new Set([...reference, ...current]).size <= fewValues)
    return isCategoryDrifted(reference.map(String), current.map(String));
  const found = compareNumbers(reference, current);
  if (found.status !== 'ok') return false;
  if (reference.length <= manyRows) return found.kolmogorovSmirnov.p < 0.05;
  // Its floor under the deviation counts for none of these columns.
  return (found.wasserstein.perSd ?? 0) >= 0.1;
}

function isCategoryDrifted(reference: readonly string[], current: readonly string[]): boolean {
  const found = compareCategories(reference, current, { exchanges: 0 });
  if (found.status !== 'ok') return false;
  // Jensen and Shannon's distance of base e.
  if (reference.length > manyRows) return found.jensenShannon * Math.sqrt(Math.LN2) >= 0.1;
  // χ² that takes the reference's shares as exact.
  let statistic = 0;
  let levels = 0;
  const { table, nReference: n, nCurrent: m } = found;
  for (let i = 0; i < table.levels.length; i++) {
    const expected = ((table.reference[i] as number) / n) * m;
    levels++;
    if (expected === 0) return true;
    statistic += ((table.current[i] as number) - expected) ** 2 / expected;
  }
  return chiSquareTail(statistic, levels - 1) < 0.05;
}
