// What a failed check means for the batch, and how it is told.

import { AppError, type CheckResult } from '../../core/index.ts';

const examplesToldMax = 3;

/** @throws AppError `contract/broken` when a failed check refuses the whole batch */
export function refuseBroken(results: readonly CheckResult[] | undefined, name: string): void {
  const broken = (results ?? []).filter(({ refuses }) => refuses === 'batch');
  if (broken.length === 0) return;
  throw new AppError(
    'contract/broken',
    `${name} breaks its contract: ${broken.map(checkInWords).join('; ')}`,
    {
      details: { checks: broken },
    },
  );
}

/** The failed ones. */
export function failedChecks(results: readonly CheckResult[] | undefined): CheckResult[] {
  return (results ?? []).filter(({ status }) => status === 'failed');
}

/** `value.nullValues: 12 percent of 100, must be at most 5 percent (row 3, row 9)` */
export function checkInWords({ id, figure, unit, n, bound, examples }: CheckResult): string {
  const where = examples
    .slice(0, examplesToldMax)
    .map(({ row, value }) => (row === null ? value : `row ${row}`))
    .join(', ');
  const rounded = figure === null ? '' : Number(figure.toPrecision(4));
  const of = unit === 'hours' ? '' : ` of ${n}`;
  return `${id}: ${rounded} ${unit}${of}, must be ${bound}${where === '' ? '' : ` (${where})`}`;
}
