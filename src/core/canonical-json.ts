// One text for one value: the input of every content hash.

/** JSON with object keys sorted and no spaces; refuses NaN and infinities, which JSON would silently turn into null. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'number' && !Number.isFinite(item))
      throw new TypeError('canonical JSON has no NaN or infinity');
    if (item === null || typeof item !== 'object' || Array.isArray(item)) return item;
    return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}
