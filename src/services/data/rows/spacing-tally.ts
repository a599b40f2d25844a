// Which series have rows of two grains, such as totals of weeks before days: counted by the spacing of the totals.

import { spacingChange } from '../../../forecasting/evaluate/index.ts';

/** Series of which rows are totals of so many periods up to somewhere, or from somewhere on. */
export interface SpacingFound {
  readonly spacing: number;
  readonly totals: 'first' | 'second';
  readonly series: number;
  /** The first few, with the first period of the second part. */
  readonly examples: readonly { readonly seriesId: string; readonly period: number }[];
}

const examplesMax = 5;
/** Of weeks, months and the like there are few spacings. */
const kindsMax = 100;

export class SpacingTally {
  readonly #found = new Map<string, SpacingFound>();

  /** One series. @param periods of its rows, ascending. Cost: O(rows) */
  add(seriesId: string, periods: ArrayLike<number>, values: ArrayLike<number>): void {
    const change = spacingChange(periods, values);
    if (change === null) return;
    const { spacing, totals, at } = change;
    const key = `${spacing} ${totals}`;
    const { series = 0, examples = [] } = this.#found.get(key) ?? {};
    if (series === 0 && this.#found.size >= kindsMax) return;
    const example = { seriesId, period: periods[at] as number };
    this.#found.set(key, {
      spacing,
      totals,
      series: series + 1,
      examples: examples.length < examplesMax ? [...examples, example] : examples,
    });
  }

  /** Those of most series first. */
  found(): SpacingFound[] {
    return [...this.#found.values()].sort((a, b) => b.series - a.series);
  }
}
