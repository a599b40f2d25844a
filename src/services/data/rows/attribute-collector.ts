// The static columns of a batch's rows: of each series and column the last value that is known.

import type { AttributeRow } from '../../../storage/ports/index.ts';
import type { CovariateRules } from './covariate-rules.ts';

export class AttributeCollector {
  readonly #rules: CovariateRules;
  readonly #hasAny: boolean;
  readonly #bySeries = new Map<number, Float64Array>();

  constructor(rules: CovariateRules) {
    this.#rules = rules;
    this.#hasAny = rules.columns.some(({ role }) => role === 'static');
  }

  /** @param cells all covariates of a row, NaN = unknown; null = none */
  add(series: number, cells: Float64Array | null): void {
    if (!this.#hasAny || cells === null) return;
    const known = this.#bySeries.get(series);
    if (known === undefined) {
      this.#bySeries.set(series, cells.slice());
      return;
    }
    for (let i = 0; i < known.length; i++) if (!Number.isNaN(cells[i])) known[i] = cells[i] as number;
  }

  /** @param ids of series by their index; series of which nothing is known are left out */
  end(ids: readonly string[]): AttributeRow[] {
    const rows: AttributeRow[] = [];
    for (const [series, cells] of this.#bySeries) {
      const attributes = this.#rules.values(cells, ['static']);
      if (attributes !== undefined) rows.push({ seriesId: ids[series] ?? '', attributes });
    }
    return rows;
  }
}
