// Binning, the order of rows, and score updates.

export function binNumbers(valuesAt: usize, count: i32, boundsAt: usize, bounds: i32, binsAt: usize): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const at = valuesAt + (<usize>i << 2);
    const a = load<f32>(at);
    const b = load<f32>(at, 4);
    const c = load<f32>(at, 8);
    const d = load<f32>(at, 12);
    let lowA = boundsAt;
    let lowB = boundsAt;
    let lowC = boundsAt;
    let lowD = boundsAt;
    let size = bounds;
    while (size > 1) {
      const half = size >> 1;
      const skip = <usize>half << 2;
      lowA = select(lowA + skip, lowA, load<f32>(lowA + skip - 4) < a);
      lowB = select(lowB + skip, lowB, load<f32>(lowB + skip - 4) < b);
      lowC = select(lowC + skip, lowC, load<f32>(lowC + skip - 4) < c);
      lowD = select(lowD + skip, lowD, load<f32>(lowD + skip - 4) < d);
      size -= half;
    }
    const out = binsAt + i;
    store<u8>(out, binAt(lowA, boundsAt, size, a));
    store<u8>(out, binAt(lowB, boundsAt, size, b), 1);
    store<u8>(out, binAt(lowC, boundsAt, size, c), 2);
    store<u8>(out, binAt(lowD, boundsAt, size, d), 3);
  }
  for (; i < count; i++) {
    const a = load<f32>(valuesAt + (<usize>i << 2));
    let low = boundsAt;
    let size = bounds;
    while (size > 1) {
      const half = size >> 1;
      const skip = <usize>half << 2;
      low = select(low + skip, low, load<f32>(low + skip - 4) < a);
      size -= half;
    }
    store<u8>(binsAt + i, binAt(low, boundsAt, size, a));
  }
}

@inline
function binAt(low: usize, boundsAt: usize, size: i32, value: f32): i32 {
  const below = (<i32>(low - boundsAt) >> 2) + (size == 1 && load<f32>(low) < value ? 1 : 0);
  return value == value ? below + 1 : 0;
}

export function binCategories(valuesAt: usize, count: i32, tableAt: usize, codes: i32, binsAt: usize): void {
  for (let i = 0; i < count; i++) {
    const value = load<f32>(valuesAt + (<usize>i << 2));
    const known = value >= 0 && value < <f32>codes && floor(value) == value;
    store<u8>(binsAt + i, known ? load<u8>(tableAt + <usize>value) : 0);
  }
}

export function interleave(
  binsAt: usize,
  stride: usize,
  features: i32,
  from: i32,
  to: i32,
  groupAt: usize,
): void {
  for (let first = from; first < to; first += 512) {
    const last = min(first + 512, to);
    for (let j = 0; j < features; j++) {
      const column = binsAt + <usize>j * stride;
      for (let row = first; row < last; row++) {
        store<u8>(groupAt + (<usize>row << 4) + j, load<u8>(column + row));
      }
    }
  }
}

export function partition(
  rowsAt: usize,
  from: i32,
  to: i32,
  binsAt: usize,
  tableAt: usize,
  alternativeAt: usize,
): i32 {
  let left = alternativeAt + (<usize>from << 2);
  let right = alternativeAt + (<usize>to << 2) - 4;
  const end = rowsAt + (<usize>to << 2);
  for (let at = rowsAt + (<usize>from << 2); at < end; at += 4) {
    const row = load<u32>(at);
    const goesLeft = <usize>load<u8>(tableAt + load<u8>(binsAt + row)) << 2;
    store<u32>(left, row);
    store<u32>(right, row);
    left += goesLeft;
    right -= 4 - goesLeft;
  }
  return <i32>((left - alternativeAt) >> 2) - from;
}

/** The finaliser `lowbias32`, as in src/forecasting/models/gbdt/row-chance.ts. */
@inline
function mix(value: u32): u32 {
  let x = (value ^ (value >> 16)) * 0x21f0aaad;
  x = (x ^ (x >> 15)) * 0x735a2d97;
  return x ^ (x >> 15);
}

export function sample(from: i32, to: i32, key: u32, limit: u32, alternativeAt: usize): i32 {
  let left = alternativeAt + (<usize>from << 2);
  let right = alternativeAt + (<usize>to << 2) - 4;
  for (let row = from; row < to; row++) {
    const goesLeft: usize = mix(key ^ ((<u32>row + 1) * 0x9e3779b1)) < limit ? 4 : 0;
    store<u32>(left, row);
    store<u32>(right, row);
    left += goesLeft;
    right -= 4 - goesLeft;
  }
  return <i32>((left - alternativeAt) >> 2) - from;
}

export function moveRows(alternativeAt: usize, from: i32, count: i32, rowsAt: usize, to: i32): void {
  memory.copy(rowsAt + (<usize>to << 2), alternativeAt + (<usize>from << 2), <usize>count << 2);
}

export function moveRowsBack(alternativeAt: usize, end: i32, count: i32, rowsAt: usize, to: i32): void {
  let source = alternativeAt + (<usize>end << 2) - 4;
  let target = rowsAt + (<usize>to << 2);
  const last = target + (<usize>count << 2);
  for (; target + 16 <= last; target += 16, source -= 16) {
    const four = v128.load(source - 12);
    v128.store(target, v128.shuffle<u32>(four, four, 3, 2, 1, 0));
  }
  for (; target < last; target += 4, source -= 4) store<u32>(target, load<u32>(source));
}

export function addToScores(rowsAt: usize, from: i32, to: i32, scoreAt: usize, value: f64): void {
  const end = rowsAt + (<usize>to << 2);
  for (let at = rowsAt + (<usize>from << 2); at < end; at += 4) {
    const score = scoreAt + (<usize>load<u32>(at) << 3);
    store<f64>(score, load<f64>(score) + value);
  }
}

export function walkToScores(
  rowsAt: usize,
  from: i32,
  to: i32,
  nodesAt: usize,
  valuesAt: usize,
  binsAt: usize,
  stride: usize,
  scoreAt: usize,
): void {
  for (let i = from; i < to; i++) {
    const row = <usize>load<u32>(rowsAt + (<usize>i << 2));
    let node = nodesAt;
    let feature = load<i32>(node);
    while (feature >= 0) {
      const left = load<u8>(<usize>load<u32>(node, 8) + load<u8>(binsAt + <usize>feature * stride + row));
      node = nodesAt + (<usize>(load<i32>(node, 4) + 1 - left) << 4);
      feature = load<i32>(node);
    }
    const score = scoreAt + (row << 3);
    store<f64>(score, load<f64>(score) + load<f64>(valuesAt + (<usize>load<u32>(node, 4) << 3)));
  }
}
