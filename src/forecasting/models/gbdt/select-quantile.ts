// The quantile of a list without sorting all of it: Hoare's selection.

/**
 * The smallest of `keys[from … to)` such that at least the share `level` of the total weight is at or below it (the
 * inverse of the empirical distribution). Reorders keys, and weights alike; `weights` null counts each key once. Cost: O(n).
 */
export function selectQuantile(
  keys: Float32Array,
  weights: Float32Array | null,
  range: { readonly from: number; readonly to: number; readonly level: number },
): number {
  const { from, to, level } = range;
  if (to <= from) return 0;
  if (weights !== null) return selectByWeight(keys, weights, range);
  const rank = from + Math.max(0, Math.ceil(level * (to - from) - 1e-9) - 1);
  let low = from;
  let high = to - 1;
  while (low < high) {
    const pivot = middle(keys[low]!, keys[(low + high) >>> 1]!, keys[high]!);
    let i = low;
    let j = high;
    while (i <= j) {
      while (keys[i]! < pivot) i++;
      while (keys[j]! > pivot) j--;
      if (i <= j) {
        const key = keys[i]!;
        keys[i] = keys[j]!;
        keys[j] = key;
        i++;
        j--;
      }
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else break;
  }
  return keys[rank]!;
}

function selectByWeight(
  keys: Float32Array,
  weights: Float32Array,
  { from, to, level }: { readonly from: number; readonly to: number; readonly level: number },
): number {
  let total = 0;
  for (let i = from; i < to; i++) total += weights[i]!;
  /** Weight still to be passed by keys from `low` on. */
  let wanted = total * level;
  let low = from;
  let high = to - 1;
  while (low < high) {
    const pivot = middle(keys[low]!, keys[(low + high) >>> 1]!, keys[high]!);
    let i = low;
    let j = high;
    while (i <= j) {
      while (keys[i]! < pivot) i++;
      while (keys[j]! > pivot) j--;
      if (i <= j) {
        const key = keys[i]!;
        const weight = weights[i]!;
        keys[i] = keys[j]!;
        weights[i] = weights[j]!;
        keys[j] = key;
        weights[j] = weight;
        i++;
        j--;
      }
    }
    let below = 0;
    for (let k = low; k <= j; k++) below += weights[k]!;
    if (below >= wanted && j >= low) {
      high = j;
      continue;
    }
    wanted -= below;
    let equal = 0;
    for (let k = j + 1; k < i; k++) equal += weights[k]!;
    if (i > high || (i - j > 1 && equal >= wanted)) return keys[Math.min(j + 1, high)]!;
    wanted -= equal;
    low = i;
  }
  return keys[low]!;
}

function middle(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
