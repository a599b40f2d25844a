// Chance keyed by place instead of order: the same number whoever asks, and when.

/** The key of one tree's draws. */
export function drawKey(seed: number, tree: number): number {
  return mix(Math.imul(seed, 0x9e3779b1) ^ mix(tree + 0x7f4a7c15)) >>> 0;
}

/** A number in [0, 2^32) drawn for (key, index). The training kernel repeats it (`assembly/rows.ts`). */
export function drawAt(key: number, index: number): number {
  return mix(key ^ Math.imul(index + 1, 0x9e3779b1)) >>> 0;
}

/** The finaliser `lowbias32` (Wellons 2018). */
function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return x ^ (x >>> 15);
}
