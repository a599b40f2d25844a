// Which column of a project is the price of a unit.

import { type ColumnMapping, isPriceName } from '../../core/index.ts';

export interface PriceColumn {
  readonly name: string;
  /** `fixed`: an attribute of the series, the same in every period. */
  readonly kind: 'varying' | 'fixed';
}

/**
 * The column that the settings name as the price; else the first one that is called a price (`price`, `sell_price`, `unitPrice`,
 * `Preis`), of those known ahead, then those known afterwards, then attributes; null = none is, and value is counted in units.
 */
export function priceColumn(columns: ColumnMapping): PriceColumn | null {
  const { known = [], past = [], categories = [], price } = columns;
  if (price !== undefined)
    return { name: price, kind: columns.static?.includes(price) ? 'fixed' : 'varying' };
  const varying = [...known, ...past].find((name) => isPriceName(name) && !categories.includes(name));
  if (varying !== undefined) return { name: varying, kind: 'varying' };
  const fixed = columns.static?.find((name) => isPriceName(name) && !categories.includes(name));
  return fixed === undefined ? null : { name: fixed, kind: 'fixed' };
}
