// Which columns are prices by their names; the setting `columns.price` says which one is the price of a unit where none tells.

/** Price in the languages that exports mostly come in. */
const words = ['price', 'preis', 'prix', 'precio', 'prezzo', 'preco', 'prijs'];
/** What makes a figure about prices that is none. */
const others = ['change', 'index', 'ratio', 'pct', 'percent', 'diff', 'discount', 'cut', 'elasticity'];

/** Whether a column is called a price: `price`, `sell_price`, `unitPrice`, `Preis`; not `price_change`. */
export function isPriceName(name: string): boolean {
  const parts = name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/\p{Mark}/gu, '')
    .split(/[^a-z]+/);
  if (parts.some((part) => others.includes(part))) return false;
  return parts.some((part) => words.some((word) => part === word || part.endsWith(word)));
}
