// The sales of a small bakery chain as its till writes them: column names of its own, two columns that name a series.

import { Rng } from '../../src/core/index.ts';

export const shops: readonly string[] = ['Nord 1', 'Süd/2'];
export const articles: readonly string[] = ['Brot', 'Brezel', 'Krapfen'];
export const columns: { shop: string; article: string; day: string; sold: string } = {
  shop: 'Filiale Nr.',
  article: 'Artikel "kurz"',
  day: 'Verkaufs-Datum',
  sold: 'Menge (Stk)',
};

const firstDay = Date.UTC(2024, 0, 1);

export type Sale = Record<string, string | number>;

export const dateOf = (day: number): string =>
  new Date(firstDay + day * 86_400_000).toISOString().slice(0, 10);

/** The sales of one day, a row per shop and article; the same whenever asked for. */
export function salesOf(day: number): Sale[] {
  const rng = new Rng(4000 + day);
  return shops.flatMap((shop, i) =>
    articles.map((article, j) => ({
      [columns.shop]: shop,
      [columns.article]: article,
      [columns.day]: dateOf(day),
      [columns.sold]: 30 + 12 * i + 7 * j + 4 * (day % 7) + rng.below(9),
    })),
  );
}

/** Days `from` to `to` (exclusive) as the till exports them. */
export function salesFile(from: number, to: number): string[] {
  const quoted = Object.values(columns).map((name) => `"${name.replaceAll('"', '""')}"`);
  const lines = [quoted.join(';')];
  for (let day = from; day < to; day++)
    for (const sale of salesOf(day)) lines.push(Object.values(sale).join(';'));
  return lines;
}
