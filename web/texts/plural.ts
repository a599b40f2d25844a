// One thing, or so many: the catalogue's own grammar.

/** @param n as it is written for the reader */
export function plural(n: string, one: string, many: string): string {
  return `${n} ${n === '1' ? one : many}`;
}
