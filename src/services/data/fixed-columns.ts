// Static columns of a panel from what is known of its series.

import type { StaticCovariate } from '../../core/index.ts';
import type { AttributeRow } from '../../storage/ports/index.ts';
import { numberOf } from './rows/covariate-rules.ts';

/**
 * One column per name, by series index; NaN = unknown. A column is numbers when all its values are, and it is not one of
 * `categories`; else its labels are the texts in ascending order.
 */
export function fixedColumns(
  seriesIds: readonly string[],
  attributes: Iterable<AttributeRow>,
  columns: { readonly names: readonly string[]; readonly categories: readonly string[] },
): StaticCovariate[] {
  const index = new Map(seriesIds.map((id, s) => [id, s]));
  const texts = columns.names.map(() => new Map<number, string>());
  for (const row of attributes) {
    const series = index.get(row.seriesId);
    if (series === undefined) continue;
    for (const [c, name] of columns.names.entries()) {
      const value = Object.hasOwn(row.attributes, name) ? row.attributes[name] : undefined;
      if (value !== undefined) texts[c]?.set(series, String(value));
    }
  }
  return columns.names.map((name, c): StaticCovariate => {
    const own = texts[c] as Map<number, string>;
    const values = new Float32Array(seriesIds.length).fill(Number.NaN);
    const isNumber = !columns.categories.includes(name) && [...own.values()].every(isNumeric);
    if (isNumber) {
      for (const [series, text] of own) values[series] = numberOf(text) as number;
      return { name, labels: null, values };
    }
    const labels = [...new Set(own.values())].sort();
    const codes = new Map(labels.map((label, code) => [label, code]));
    for (const [series, text] of own) values[series] = codes.get(text) as number;
    return { name, labels, values };
  });
}

function isNumeric(text: string): boolean {
  return numberOf(text) !== undefined;
}
