// Sorting of 32-bit floats by their bits: three passes of a radix sort, eleven bits each.

/** Bits as an unsigned integer of the same order; every NaN last. */
@inline
function keyOf(at: usize): u32 {
  const value = load<f32>(at);
  const bits = reinterpret<u32>(value);
  if (value != value) return u32.MAX_VALUE;
  return bits ^ (<u32>(<i32>bits >> 31) | 0x80000000);
}

@inline
function valueOf(key: u32): f32 {
  return reinterpret<f32>(key == u32.MAX_VALUE ? 0x7fc00000 : key ^ (<u32>(<i32>~key >> 31) | 0x80000000));
}

export function sortFloats(at: usize, count: i32, temporaryAt: usize, countersAt: usize): void {
  memory.fill(countersAt, 0, 3 * 8192);
  const bytes = <usize>count << 2;
  for (let i: usize = 0; i < bytes; i += 4) {
    const key = keyOf(at + i);
    store<u32>(at + i, key);
    countAt(countersAt, key & 2047);
    countAt(countersAt + 8192, (key >> 11) & 2047);
    countAt(countersAt + 16384, key >> 22);
  }
  for (let pass = 0; pass < 3; pass++) startsOf(countersAt + pass * 8192);
  distribute(at, bytes, 0, countersAt, temporaryAt);
  distribute(temporaryAt, bytes, 11, countersAt + 8192, at);
  distribute(at, bytes, 22, countersAt + 16384, temporaryAt);
  for (let i: usize = 0; i < bytes; i += 4) store<f32>(at + i, valueOf(load<u32>(temporaryAt + i)));
}

@inline
function countAt(countersAt: usize, digit: u32): void {
  const counter = countersAt + (<usize>digit << 2);
  store<u32>(counter, load<u32>(counter) + 4);
}

/** Byte counts to byte offsets. */
@inline
function startsOf(countersAt: usize): void {
  let sum: u32 = 0;
  for (let counter = countersAt; counter < countersAt + 8192; counter += 4) {
    const bytes = load<u32>(counter);
    store<u32>(counter, sum);
    sum += bytes;
  }
}

@inline
function distribute(fromAt: usize, bytes: usize, shift: u32, countersAt: usize, toAt: usize): void {
  for (let i: usize = 0; i < bytes; i += 4) {
    const key = load<u32>(fromAt + i);
    const counter = countersAt + (<usize>((key >> shift) & 2047) << 2);
    const place = load<u32>(counter);
    store<u32>(counter, place + 4);
    store<u32>(toAt + place, key);
  }
}
