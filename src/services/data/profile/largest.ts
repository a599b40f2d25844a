// The few of very many that have the most of something.

export class Largest<Item> {
  readonly #max: number;
  readonly #kept: { readonly item: Item; readonly size: number }[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  /** Of equal ones the first stay. @param make called only for what is kept. Cost: O(max) at most, O(1) for most. */
  add(size: number, make: () => Item): void {
    const kept = this.#kept;
    const smallest = kept.at(-1);
    if (kept.length >= this.#max && (smallest === undefined || size <= smallest.size)) return;
    let at = kept.length;
    while (at > 0 && (kept[at - 1]?.size ?? 0) < size) at -= 1;
    kept.splice(at, 0, { item: make(), size });
    if (kept.length > this.#max) kept.pop();
  }

  /** The largest first. */
  items(): Item[] {
    return this.#kept.map(({ item }) => item);
  }
}
