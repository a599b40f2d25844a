// Rows through finished trees. A node is 16 bytes: threshold (f32), column × 4, left child × 16, bits: 1 missing goes
// right, 2 category, 4 leaf, and from bit 3 the number of the leaf. A leaf leads back to itself, so that four rows walk
// side by side until the last has arrived: the loads of one overlap those of the others.

import { residualKeys, selectQuantile } from './leaf-quantile';

@inline
function goesRight(x: f32, threshold: f32, bits: u32): u32 {
  return u32(x > threshold) | (u32(x != x) & bits & 1);
}

/** The side of a category: listed codes go left, or, where what is missing goes left, right. */
function categoryRight(x: f32, setAt: usize, bits: u32): u32 {
  let listed: u32 = 0;
  if (x >= 0 && x < <f32>(load<u32>(setAt) * 32) && floor(x) == x) {
    const code = <u32>x;
    listed = (load<u32>(setAt + (<usize>(code >> 5) << 2), 4) >> (code & 31)) & 1;
  }
  return listed ^ (bits & 1);
}

@inline
function numberStep(node: usize, nodesAt: usize, rowAt: usize, bits: u32): usize {
  const right = goesRight(load<f32>(rowAt + load<u32>(node, 4)), load<f32>(node), bits);
  return nodesAt + load<u32>(node, 8) + (<usize>right << 4);
}

@inline
function step(node: usize, nodesAt: usize, setsAt: usize, rowAt: usize, bits: u32): usize {
  const x = load<f32>(rowAt + load<u32>(node, 4));
  const threshold = load<f32>(node);
  const right =
    (bits & 2) == 0
      ? goesRight(x, threshold, bits)
      : categoryRight(x, setsAt + (<usize>threshold << 2), bits);
  return nodesAt + load<u32>(node, 8) + (<usize>right << 4);
}

export function forestLeaves(
  nodesAt: usize,
  root: u32,
  setsAt: usize,
  rowsAt: usize,
  columns: i32,
  count: i32,
  leavesAt: usize,
  firstLeaf: i32,
): void {
  const rowBytes = <usize>columns << 2;
  const start = nodesAt + (<usize>root << 4);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const rowA = rowsAt + <usize>i * rowBytes;
    const rowB = rowA + rowBytes;
    const rowC = rowB + rowBytes;
    const rowD = rowC + rowBytes;
    let a = start;
    let b = start;
    let c = start;
    let d = start;
    let bitsA = load<u32>(start, 12);
    let bitsB = bitsA;
    let bitsC = bitsA;
    let bitsD = bitsA;
    while ((bitsA & bitsB & bitsC & bitsD & 4) == 0) {
      if (((bitsA | bitsB | bitsC | bitsD) & 2) == 0) {
        a = numberStep(a, nodesAt, rowA, bitsA);
        b = numberStep(b, nodesAt, rowB, bitsB);
        c = numberStep(c, nodesAt, rowC, bitsC);
        d = numberStep(d, nodesAt, rowD, bitsD);
      } else {
        a = step(a, nodesAt, setsAt, rowA, bitsA);
        b = step(b, nodesAt, setsAt, rowB, bitsB);
        c = step(c, nodesAt, setsAt, rowC, bitsC);
        d = step(d, nodesAt, setsAt, rowD, bitsD);
      }
      bitsA = load<u32>(a, 12);
      bitsB = load<u32>(b, 12);
      bitsC = load<u32>(c, 12);
      bitsD = load<u32>(d, 12);
    }
    const out = leavesAt + (<usize>i << 2);
    store<i32>(out, <i32>(bitsA >> 3) - firstLeaf);
    store<i32>(out, <i32>(bitsB >> 3) - firstLeaf, 4);
    store<i32>(out, <i32>(bitsC >> 3) - firstLeaf, 8);
    store<i32>(out, <i32>(bitsD >> 3) - firstLeaf, 12);
  }
  for (; i < count; i++) {
    const row = rowsAt + <usize>i * rowBytes;
    let node = start;
    let bits = load<u32>(node, 12);
    while ((bits & 4) == 0) {
      node = step(node, nodesAt, setsAt, row, bits);
      bits = load<u32>(node, 12);
    }
    store<i32>(leavesAt + (<usize>i << 2), <i32>(bits >> 3) - firstLeaf);
  }
}

export function addLeafValues(
  leavesAt: usize,
  count: i32,
  valuesAt: usize,
  outputs: i32,
  scoresAt: usize,
): void {
  if (outputs == 1) {
    for (let i = 0; i < count; i++) {
      const score = scoresAt + (<usize>i << 3);
      const leaf = <usize>load<u32>(leavesAt + (<usize>i << 2));
      store<f64>(score, load<f64>(score) + load<f64>(valuesAt + (leaf << 3)));
    }
    return;
  }
  const bytes = <usize>outputs << 3;
  for (let i = 0; i < count; i++) {
    const value = valuesAt + <usize>load<u32>(leavesAt + (<usize>i << 2)) * bytes;
    const score = scoresAt + <usize>i * bytes;
    for (let at: usize = 0; at < bytes; at += 8) {
      store<f64>(score + at, load<f64>(score + at) + load<f64>(value + at));
    }
  }
}

export function countLeaves(leavesAt: usize, from: i32, to: i32, countsAt: usize): void {
  for (let row = from; row < to; row++) {
    const count = countsAt + (<usize>load<u32>(leavesAt + (<usize>row << 2)) << 2);
    store<i32>(count, load<i32>(count) + 1);
  }
}

export function orderByLeaf(leavesAt: usize, from: i32, to: i32, nextAt: usize, orderAt: usize): void {
  for (let row = from; row < to; row++) {
    const next = nextAt + (<usize>load<u32>(leavesAt + (<usize>row << 2)) << 2);
    const place = load<u32>(next);
    store<u32>(next, place + 1);
    store<i32>(orderAt + (<usize>place << 2), row);
  }
}

export function subtractLeafValues(
  leavesAt: usize,
  from: i32,
  to: i32,
  valuesAt: usize,
  outputs: i32,
  residualsAt: usize,
): void {
  const bytes = <usize>outputs << 3;
  for (let row = from; row < to; row++) {
    const at = residualsAt + (<usize>row << 2);
    const value = load<f64>(valuesAt + <usize>load<u32>(leavesAt + (<usize>row << 2)) * bytes);
    store<f32>(at, <f32>(<f64>load<f32>(at) - value));
  }
}

export function residualQuantile(
  orderAt: usize,
  from: i32,
  to: i32,
  residualsAt: usize,
  weightsAt: usize,
  level: f64,
  keysAt: usize,
  keyWeightsAt: usize,
): f64 {
  residualKeys(orderAt, from, to, residualsAt, weightsAt, keysAt, keyWeightsAt);
  return selectQuantile(keysAt, keyWeightsAt, to - from, weightsAt != 0, level);
}
