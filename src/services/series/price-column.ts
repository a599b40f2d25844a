// Which column of a project is the price of a unit: no setting says it, its name does.

import type { ColumnMapping } from '../../core/index.ts';

/** Price in the languages that exports mostly come in. */
const words = ['price', 'preis', 'prix', 'precio', 'prezzo', 'preco', 'prijs'];
/** What makes a figure about prices that is none. */
const others = ['change', 'index', 'ratio', 'pct', 'percent', 'diff', 'discount', 'cut', 'elasticity'];

export interface PriceColumn {
  readonly name: string;
  /** `fixed`: an attribute of the series, the same in every period. */
  readonly kind: 'varying' | 'fixed';
}

/**
 * The first column that is called a price (`price`, `sell_price`, `unitPrice`, `Preis`), of those known ahead, then those known
 * afterwards, then attributes; null = none is, and value is counted in units.
 */
export function priceColumn(columns: ColumnMapping): PriceColumn | null {
  const { known = [], past = [], categories = [] } = columns;
  const varying = [...known, ...past].find((name) => isPrice(name) && !categories.includes(name));
  if (varying !== undefined) return { name: varying, kind: 'varying' };
  const fixed = columns.static?.find((name) => isPrice(name) && !categories.includes(name));
  return fixed === undefined ? null : { name: fixed, kind: 'fixed' };
}

function isPrice(name: string): boolean {
  const parts = name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/\p{Mark}/gu, '')
    .split(/[^a-z]+/);
  if (parts.some((part) => others.includes(part))) return false;
  return parts.some((part) => words.some((word) => part === word || part.endsWith(word)));
}
