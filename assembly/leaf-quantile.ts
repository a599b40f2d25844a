// Quantiles by Hoare's selection: src/forecasting/models/gbdt/select-quantile.ts, operation by operation.

export function leafQuantile(
  rowsAt: usize,
  from: i32,
  to: i32,
  targetAt: usize,
  scoreAt: usize,
  weightsAt: usize,
  level: f64,
  keysAt: usize,
  keyWeightsAt: usize,
): f64 {
  const count = to - from;
  for (let i = 0; i < count; i++) {
    const row = <usize>load<u32>(rowsAt + (<usize>(from + i) << 2));
    const residual = <f64>load<f32>(targetAt + (row << 2)) - load<f64>(scoreAt + (row << 3));
    store<f32>(keysAt + (<usize>i << 2), <f32>residual);
    if (weightsAt != 0) store<f32>(keyWeightsAt + (<usize>i << 2), load<f32>(weightsAt + (row << 2)));
  }
  return selectQuantile(keysAt, keyWeightsAt, count, weightsAt != 0, level);
}

/** The inverse of the empirical distribution of keys, 0 for none; reorders them. */
export function selectQuantile(
  keysAt: usize,
  keyWeightsAt: usize,
  count: i32,
  weighted: bool,
  level: f64,
): f64 {
  if (count <= 0) return 0;
  return weighted ? byWeight(keysAt, keyWeightsAt, count, level) : byRank(keysAt, count, level);
}

/** Gathers the residuals (and weights) of rows at positions from … to of an order. */
export function residualKeys(
  orderAt: usize,
  from: i32,
  to: i32,
  residualsAt: usize,
  weightsAt: usize,
  keysAt: usize,
  keyWeightsAt: usize,
): void {
  for (let i = from; i < to; i++) {
    const row = <usize>load<u32>(orderAt + (<usize>i << 2)) << 2;
    const out = <usize>(i - from) << 2;
    store<f32>(keysAt + out, load<f32>(residualsAt + row));
    if (weightsAt != 0) store<f32>(keyWeightsAt + out, load<f32>(weightsAt + row));
  }
}

@inline
function middle(a: f32, b: f32, c: f32): f32 {
  return max(min(a, b), min(max(a, b), c));
}

@inline
function key(at: usize, i: i32): f32 {
  return load<f32>(at + (<usize>i << 2));
}

@inline
function swap(at: usize, i: i32, j: i32): void {
  const old = key(at, i);
  store<f32>(at + (<usize>i << 2), key(at, j));
  store<f32>(at + (<usize>j << 2), old);
}

function byRank(keys: usize, count: i32, level: f64): f64 {
  const rank = <i32>max(0, ceil(level * <f64>count - 1e-9) - 1);
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const pivot = middle(key(keys, low), key(keys, (low + high) >>> 1), key(keys, high));
    let i = low;
    let j = high;
    while (i <= j) {
      while (key(keys, i) < pivot) i++;
      while (key(keys, j) > pivot) j--;
      if (i <= j) {
        swap(keys, i, j);
        i++;
        j--;
      }
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else break;
  }
  return <f64>key(keys, rank);
}

function byWeight(keys: usize, weights: usize, count: i32, level: f64): f64 {
  let wanted: f64 = 0;
  for (let i = 0; i < count; i++) wanted += <f64>key(weights, i);
  wanted *= level;
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const pivot = middle(key(keys, low), key(keys, (low + high) >>> 1), key(keys, high));
    let i = low;
    let j = high;
    while (i <= j) {
      while (key(keys, i) < pivot) i++;
      while (key(keys, j) > pivot) j--;
      if (i <= j) {
        swap(keys, i, j);
        swap(weights, i, j);
        i++;
        j--;
      }
    }
    let below: f64 = 0;
    for (let k = low; k <= j; k++) below += <f64>key(weights, k);
    if (below >= wanted && j >= low) {
      high = j;
      continue;
    }
    wanted -= below;
    let equal: f64 = 0;
    for (let k = j + 1; k < i; k++) equal += <f64>key(weights, k);
    if (i > high || (i - j > 1 && equal >= wanted)) return <f64>key(keys, min(j + 1, high));
    wanted -= equal;
    low = i;
  }
  return <f64>key(keys, low);
}
