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
    let binsAt = scratchAt;
    const blockAt = rowsAt + (<usize>first << 2);
    if (rowsAt == 0) binsAt = groupAt + (<usize>first << 4);
    else gather(blockAt, rows, groupAt, scratchAt);
    if (hessianAt == 0) {
      if (rowsAt == 0) packInOrder(first, rows, gradientAt, shift, valuesAt);
      else packGradients(blockAt, rows, gradientAt, shift, valuesAt);
      if (quadTo - quadFrom == 4) {
        addGroup(binsAt, rows, valuesAt, histogramAt);
      } else {
        for (let quad = quadFrom; quad < quadTo; quad++) {
          addQuad(binsAt + (quad << 2), rows, valuesAt, histogramAt + quad * 8192);
        }
      }
    } else {
      if (rowsAt == 0) packPairsInOrder(first, rows, gradientAt, hessianAt, shift, valuesAt);
      else packPairs(blockAt, rows, gradientAt, hessianAt, shift, valuesAt);
      for (let quad = quadFrom; quad < quadTo; quad++) {
        addPairQuad(binsAt + (quad << 2), rows, valuesAt, histogramAt + quad * 16384);
      }
    }
  }
}

@inline
function packInOrder(first: i32, count: i32, gradientAt: usize, shift: i32, outAt: usize): void {
  for (let i = 0; i < count; i++) {
    const g = <i64>load<i32>(gradientAt + (<usize>(first + i) << 2));
    store<i64>(outAt + (<usize>i << 3), (g << (<i64>shift)) + 1);
  }
}

@inline
function packPairsInOrder(
  first: i32,
  count: i32,
  gradientAt: usize,
  hessianAt: usize,
  shift: i32,
  outAt: usize,
): void {
  for (let i = 0; i < count; i++) {
    const row = <usize>(first + i) << 2;
    const at = outAt + (<usize>i << 4);
    store<i64>(at, (<i64>load<i32>(gradientAt + row) << (<i64>shift)) + 1);
    store<i64>(at, <i64>load<i32>(hessianAt + row), 8);
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

/** Byte offset of a row's cell: its bin × 8 (× 16 for pairs). The offsets of loads must be constants, hence the long lists. */
@inline
function cellOf(bin: u32): usize {
  return <usize>bin << 3;
}

@inline
function pairOf(bin: u32): usize {
  return <usize>bin << 4;
}

function addGroup(binsAt: usize, count: i32, valuesAt: usize, cellsAt: usize): void {
  for (const end = binsAt + (<usize>count << 4); binsAt < end; binsAt += 16, valuesAt += 8) {
    const value = load<i64>(valuesAt);
    const c0 = cellsAt + cellOf(load<u8>(binsAt));
    store<i64>(c0, load<i64>(c0) + value);
    const c1 = cellsAt + cellOf(load<u8>(binsAt, 1));
    store<i64>(c1, load<i64>(c1, 2048) + value, 2048);
    const c2 = cellsAt + cellOf(load<u8>(binsAt, 2));
    store<i64>(c2, load<i64>(c2, 4096) + value, 4096);
    const c3 = cellsAt + cellOf(load<u8>(binsAt, 3));
    store<i64>(c3, load<i64>(c3, 6144) + value, 6144);
    const c4 = cellsAt + cellOf(load<u8>(binsAt, 4));
    store<i64>(c4, load<i64>(c4, 8192) + value, 8192);
    const c5 = cellsAt + cellOf(load<u8>(binsAt, 5));
    store<i64>(c5, load<i64>(c5, 10240) + value, 10240);
    const c6 = cellsAt + cellOf(load<u8>(binsAt, 6));
    store<i64>(c6, load<i64>(c6, 12288) + value, 12288);
    const c7 = cellsAt + cellOf(load<u8>(binsAt, 7));
    store<i64>(c7, load<i64>(c7, 14336) + value, 14336);
    const c8 = cellsAt + cellOf(load<u8>(binsAt, 8));
    store<i64>(c8, load<i64>(c8, 16384) + value, 16384);
    const c9 = cellsAt + cellOf(load<u8>(binsAt, 9));
    store<i64>(c9, load<i64>(c9, 18432) + value, 18432);
    const c10 = cellsAt + cellOf(load<u8>(binsAt, 10));
    store<i64>(c10, load<i64>(c10, 20480) + value, 20480);
    const c11 = cellsAt + cellOf(load<u8>(binsAt, 11));
    store<i64>(c11, load<i64>(c11, 22528) + value, 22528);
    const c12 = cellsAt + cellOf(load<u8>(binsAt, 12));
    store<i64>(c12, load<i64>(c12, 24576) + value, 24576);
    const c13 = cellsAt + cellOf(load<u8>(binsAt, 13));
    store<i64>(c13, load<i64>(c13, 26624) + value, 26624);
    const c14 = cellsAt + cellOf(load<u8>(binsAt, 14));
    store<i64>(c14, load<i64>(c14, 28672) + value, 28672);
    const c15 = cellsAt + cellOf(load<u8>(binsAt, 15));
    store<i64>(c15, load<i64>(c15, 30720) + value, 30720);
  }
}

/** Four features, where a group is shared by threads: their cells, 8 KB, stay in the first cache. */
function addQuad(binsAt: usize, count: i32, valuesAt: usize, cellsAt: usize): void {
  for (const end = binsAt + (<usize>count << 4); binsAt < end; binsAt += 16, valuesAt += 8) {
    const value = load<i64>(valuesAt);
    const c0 = cellsAt + cellOf(load<u8>(binsAt));
    store<i64>(c0, load<i64>(c0) + value);
    const c1 = cellsAt + cellOf(load<u8>(binsAt, 1));
    store<i64>(c1, load<i64>(c1, 2048) + value, 2048);
    const c2 = cellsAt + cellOf(load<u8>(binsAt, 2));
    store<i64>(c2, load<i64>(c2, 4096) + value, 4096);
    const c3 = cellsAt + cellOf(load<u8>(binsAt, 3));
    store<i64>(c3, load<i64>(c3, 6144) + value, 6144);
  }
}

function addPairQuad(binsAt: usize, count: i32, valuesAt: usize, cellsAt: usize): void {
  for (const end = binsAt + (<usize>count << 4); binsAt < end; binsAt += 16, valuesAt += 16) {
    const value = v128.load(valuesAt);
    const c0 = cellsAt + pairOf(load<u8>(binsAt));
    v128.store(c0, i64x2.add(v128.load(c0), value));
    const c1 = cellsAt + pairOf(load<u8>(binsAt, 1));
    v128.store(c1, i64x2.add(v128.load(c1, 4096), value), 4096);
    const c2 = cellsAt + pairOf(load<u8>(binsAt, 2));
    v128.store(c2, i64x2.add(v128.load(c2, 8192), value), 8192);
    const c3 = cellsAt + pairOf(load<u8>(binsAt, 3));
    v128.store(c3, i64x2.add(v128.load(c3, 12288), value), 12288);
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
