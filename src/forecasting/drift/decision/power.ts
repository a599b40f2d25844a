// What a check could have seen: the smallest change it finds with even chances, and the rows it would need.

import { chiSquareQuantile } from '../../maths/index.ts';

/** Even chances are reached a little before the bound of the statistic: measured by simulation, 46–64 % over sizes. */
const evenChances = 0.78;
/** Distance of two normal distribution functions per standard deviation of a shift, at its steepest. */
const steepest = 0.399;

export interface Sizes {
  /** Rows of each side, as far as they are worth independent ones. */
  readonly reference: number;
  readonly current: number;
}

export interface Power {
  /** Smallest change found with even chances: in standard deviations for numbers, as a share of rows for categories; null = none. */
  readonly smallestEffect: number | null;
  /** Current rows with which the change that matters would be found with even chances; null where the reference is too short for any. */
  readonly rowsNeeded: number | null;
}

/** @param level at which a lone test must pass: the bound on false alarms over the number of tests */
export function powerOfNumbers({ reference, current }: Sizes, level: number, matters: number): Power {
  const bound = Math.sqrt(-0.5 * Math.log(level / 2));
  const factor = (evenChances * bound) / steepest;
  return powerOf({ reference, current }, factor, matters);
}

/** Worst case over the kinds of change: one that is spread over all levels as these are themselves. */
export function powerOfCategories(
  { reference, current }: Sizes,
  level: number,
  { levels, matters }: { readonly levels: number; readonly matters: number },
): Power {
  const freedom = Math.max(1, levels - 1);
  const noncentrality = Math.max(1, chiSquareQuantile(level, freedom) - freedom);
  return powerOf({ reference, current }, Math.sqrt(noncentrality) / 2, matters);
}

/** With the effect at even chances `factor ÷ √(n·m ÷ (n + m))`. */
function powerOf({ reference, current }: Sizes, factor: number, matters: number): Power {
  const both = (reference * current) / (reference + current);
  const needed = (factor / matters) ** 2;
  return {
    smallestEffect: both > 0 ? factor / Math.sqrt(both) : null,
    rowsNeeded: reference > needed ? Math.ceil((needed * reference) / (reference - needed)) : null,
  };
}
