// Histograms of packed integers: a cell is (gradient << shift | rows) in 64 bits, and with a changing Hessian a second
// 64-bit lane. One addition updates all of it, sums are exact, and a sibling is parent minus child.

const blockRows: i32 = 1024;

export function histogram(
  rowsAt: usize,
  count: i32,
  groupAt: usize,
  quadFrom: i32,
  quadTo: i32,
  gradientAt: usize,
  hessianAt: usize,
  shift: i32,
  histogramAt: usize,
  scratchAt: usize,
): void {
  const valuesAt: usize = scratchAt + blockRows * 16;
  for (let first = 0; first < count; first += blockRows) {
    const rows: i32 = min(blockRows, count - first);
    gather(rowsAt + (<usize>first << 2), rows, groupAt, scratchAt);
    if (hessianAt == 0) {
      packGradients(rowsAt + (<usize>first << 2), rows, gradientAt, shift, valuesAt);
      for (let quad = quadFrom; quad < quadTo; quad++) {
        addQuad(scratchAt + (quad << 2), rows, valuesAt, histogramAt + quad * 8192);
      }
    } else {
      packPairs(rowsAt + (<usize>first << 2), rows, gradientAt, hessianAt, shift, valuesAt);
      for (let quad = quadFrom; quad < quadTo; quad++) {
        addPairQuad(scratchAt + (quad << 2), rows, valuesAt, histogramAt + quad * 16384);
      }
    }
  }
}

/** Bins of scattered rows side by side: WebAssembly has no prefetch, but independent loads overlap. */
@inline
function gather(rowsAt: usize, count: i32, groupAt: usize, outAt: usize): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const at = rowsAt + (<usize>i << 2);
    const a = v128.load(groupAt + (<usize>load<u32>(at) << 4));
    const b = v128.load(groupAt + (<usize>load<u32>(at, 4) << 4));
    const c = v128.load(groupAt + (<usize>load<u32>(at, 8) << 4));
    const d = v128.load(groupAt + (<usize>load<u32>(at, 12) << 4));
    const out = outAt + (<usize>i << 4);
    v128.store(out, a);
    v128.store(out, b, 16);
    v128.store(out, c, 32);
    v128.store(out, d, 48);
  }
  for (; i < count; i++) {
    v128.store(
      outAt + (<usize>i << 4),
      v128.load(groupAt + (<usize>load<u32>(rowsAt + (<usize>i << 2)) << 4)),
    );
  }
}

@inline
function packGradients(rowsAt: usize, count: i32, gradientAt: usize, shift: i32, outAt: usize): void {
  for (let i = 0; i < count; i++) {
    const row = <usize>load<u32>(rowsAt + (<usize>i << 2));
    const g = <i64>load<i32>(gradientAt + (row << 2));
    store<i64>(outAt + (<usize>i << 3), (g << (<i64>shift)) + 1);
  }
}

@inline
function packPairs(
  rowsAt: usize,
  count: i32,
  gradientAt: usize,
  hessianAt: usize,
  shift: i32,
  outAt: usize,
): void {
  for (let i = 0; i < count; i++) {
    const row = <usize>load<u32>(rowsAt + (<usize>i << 2));
    const g = <i64>load<i32>(gradientAt + (row << 2));
    const at = outAt + (<usize>i << 4);
    store<i64>(at, (g << (<i64>shift)) + 1);
    store<i64>(at, <i64>load<i32>(hessianAt + (row << 2)), 8);
  }
}

/** Four features: their cells, 8 KB, stay in the first cache. */
@inline
function addQuad(binsAt: usize, count: i32, valuesAt: usize, cellsAt: usize): void {
  for (let i = 0; i < count; i++) {
    const bins = load<u32>(binsAt + (<usize>i << 4));
    const value = load<i64>(valuesAt + (<usize>i << 3));
    const a = cellsAt + ((bins & 255) << 3);
    const b = cellsAt + (((bins >> 8) & 255) << 3);
    const c = cellsAt + (((bins >> 16) & 255) << 3);
    const d = cellsAt + ((bins >> 24) << 3);
    store<i64>(a, load<i64>(a) + value);
    store<i64>(b, load<i64>(b, 2048) + value, 2048);
    store<i64>(c, load<i64>(c, 4096) + value, 4096);
    store<i64>(d, load<i64>(d, 6144) + value, 6144);
  }
}

@inline
function addPairQuad(binsAt: usize, count: i32, valuesAt: usize, cellsAt: usize): void {
  for (let i = 0; i < count; i++) {
    const bins = load<u32>(binsAt + (<usize>i << 4));
    const value = v128.load(valuesAt + (<usize>i << 4));
    const a = cellsAt + ((bins & 255) << 4);
    const b = cellsAt + (((bins >> 8) & 255) << 4);
    const c = cellsAt + (((bins >> 16) & 255) << 4);
    const d = cellsAt + ((bins >> 24) << 4);
    v128.store(a, i64x2.add(v128.load(a), value));
    v128.store(b, i64x2.add(v128.load(b, 4096), value), 4096);
    v128.store(c, i64x2.add(v128.load(c, 8192), value), 8192);
    v128.store(d, i64x2.add(v128.load(d, 12288), value), 12288);
  }
}

export function subtract(targetAt: usize, otherAt: usize, cells: i32, constantHessian: i32): void {
  const end = targetAt + (<usize>cells << (constantHessian != 0 ? 3 : 4));
  for (; targetAt < end; targetAt += 16, otherAt += 16) {
    v128.store(targetAt, i64x2.sub(v128.load(targetAt), v128.load(otherAt)));
  }
}

export function clear(at: usize, bytes: usize): void {
  memory.fill(at, 0, bytes);
}
