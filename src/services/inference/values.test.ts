import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { allDatatypes } from '../../../test/fixtures/tensor-models.ts';
import { bytesPerValue, countOf, halvesOf, newData } from './datatype.ts';
import { type JsonTensor, jsonParts, tensorFromJson } from './json-values.ts';
import { bytesFromTensor, tensorFromBytes } from './raw-values.ts';
import type { Datatype, Tensor, TensorData } from './tensor.ts';

const rest = async (): Promise<void> => {};

/** Any tensor: numbers from random bytes, so that every bit pattern comes. */
const tensors: fc.Arbitrary<Tensor> = fc
  .tuple(fc.constantFrom(...allDatatypes), fc.array(fc.nat(4), { maxLength: 3 }))
  .chain(([datatype, shape]): fc.Arbitrary<Tensor> => {
    const count = countOf(shape);
    const about = { name: 't', datatype, shape };
    if (datatype === 'BYTES')
      return fc
        .array(fc.string({ unit: 'grapheme' }), { minLength: count, maxLength: count })
        .map((data) => ({ ...about, data }));
    const length = count * bytesPerValue(datatype);
    return fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => {
      const data = newData(datatype, count);
      const own = new Uint8Array(data.buffer);
      own.set(datatype === 'BOOL' ? bytes.map((byte) => byte & 1) : bytes);
      return { ...about, data };
    });
  });

const allFinite = ({ datatype, data }: Tensor): boolean =>
  !datatype.startsWith('FP') ||
  [...(datatype === 'FP16' ? halvesOf(data as Uint16Array) : (data as Float64Array))].every(Number.isFinite);

test('what goes out as bytes comes in as the same tensor, at any offset', async () => {
  await fc.assert(
    fc.asyncProperty(tensors, fc.nat(7), async (tensor, offset) => {
      const bytes = await bytesFromTensor(tensor, rest);
      const moved = new Uint8Array(offset + bytes.length);
      moved.set(bytes, offset);
      assert.deepEqual(await tensorFromBytes(tensor, moved.subarray(offset), rest), tensor);
    }),
  );
});

test('what goes out as JSON comes in as the same tensor, flat or nested', async () => {
  await fc.assert(
    fc.asyncProperty(tensors.filter(allFinite), async (tensor) => {
      const text = Buffer.concat(await jsonParts(tensor, rest)).toString();
      // 64-bit integers as text, since JSON.parse would round them.
      const exact = tensor.datatype.endsWith('64') && !tensor.datatype.startsWith('FP');
      const data = JSON.parse(exact ? text.replace(/-?\d+/g, '"$&"') : text) as unknown[];
      assert.deepEqual(await tensorFromJson({ ...tensor, data }, rest), tensor);
      if (tensor.shape.length < 2 || data.length === 0) return;
      assert.deepEqual(await tensorFromJson({ ...tensor, data: nested(data, tensor.shape) }, rest), tensor);
    }),
  );
});

function nested(flat: readonly unknown[], shape: readonly number[]): unknown[] {
  let level: unknown[] = [...flat];
  for (const size of shape.slice(1).reverse())
    level = Array.from({ length: level.length / size }, (_, i) => level.slice(i * size, (i + 1) * size));
  return level;
}

const of = (datatype: Datatype, shape: readonly number[], data: readonly unknown[]): JsonTensor => ({
  name: 'x',
  datatype,
  shape,
  data,
});

for (const [what, given, message] of [
  ['a whole number above 2^53', of('INT64', [1], [2 ** 53]), /with all its digits/],
  ['a number too large for its type', of('UINT8', [2], [255, 256]), /"x" holds 256 at place 1: UINT8/],
  ['a negative number for an unsigned type', of('UINT64', [1], ['-1']), /UINT64/],
  ['a fraction for an integer', of('INT32', [1], [1.5]), /INT32/],
  ['what FP32 rounds to infinity', of('FP32', [1], [1e39]), /FP32/],
  ['1e999, which JSON.parse makes infinite', of('FP64', [1], [Number.POSITIVE_INFINITY]), /FP64/],
  ['a word for a number', of('FP64', [1], ['twelve']), /holds "twelve"/],
  ['a hexadecimal number', of('INT32', [1], ['0x10']), /INT32/],
  ['a name of every object for a number', of('FP64', [1], ['constructor']), /FP64/],
  ['2 for a boolean', of('BOOL', [1], [2]), /true or false/],
  ['a number for a text', of('BYTES', [1], [1]), /a text/],
  ['U+0000 in a text', of('BYTES', [2], ['a', 'b\0c']), /U\+0000 at place 1/],
  ['half a character in a text', of('BYTES', [1], ['\ud83d']), /lone surrogate/],
  ['a boolean for a text', of('BYTES', [1], [true]), /holds true at place 0: BYTES is a text/],
  ['null for an integer', of('INT8', [1], [null]), /INT8/],
  ['too few values', of('FP64', [2, 2], [1, 2, 3]), /3 values, and its shape \[2, 2\] has 4/],
  ['ragged lists', of('FP64', [2, 2], [[1, 2], [3]]), /not nested/],
  ['lists that are too deep', of('FP64', [1, 1], [[[1]]]), /holds \[1\]/],
  ['lists where the shape has one dimension', of('FP64', [2], [[1], [2]]), /holds \[1\]/],
  ['lists for a scalar', of('FP64', [], [[1]]), /not nested/],
] as const) {
  test(`JSON values: refuses ${what}`, async () => {
    await assert.rejects(tensorFromJson(given, rest), { code: 'inference/invalid-tensor', message });
  });
}

test('JSON values: null, NaN and infinity are read where the type has them, numbers may be texts', async () => {
  const data = [null, 'NaN', 'Infinity', '-Infinity', '1.5e2', '-0'];
  const tensor = await tensorFromJson(of('FP64', [6], data), rest);
  assert.deepEqual([...tensor.data], [Number.NaN, Number.NaN, Infinity, -Infinity, 150, -0]);
});

test('JSON values: an output that is not finite is refused with the way out', async () => {
  const tensor: Tensor = { name: 'y', datatype: 'FP32', shape: [2], data: Float32Array.of(1, Number.NaN) };
  await assert.rejects(jsonParts(tensor, rest), { code: 'inference/not-finite', message: /binary data/ });
});

const text = (...parts: readonly (readonly number[])[]): Uint8Array => Uint8Array.from(parts.flat());

for (const [what, datatype, shape, bytes] of [
  ['too few bytes', 'FP64', [2], new Uint8Array(15)],
  ['too many bytes', 'INT8', [2], new Uint8Array(3)],
  ['a shape of more values than there is memory', 'FP64', [2 ** 50, 2 ** 50], new Uint8Array(16)],
  ['a boolean above 1', 'BOOL', [1], Uint8Array.of(2)],
  ['a text longer than what is left', 'BYTES', [1], text([255, 255, 255, 255], [65])],
  ['fewer texts than the shape has', 'BYTES', [3], text([1, 0, 0, 0], [65])],
  ['more texts than the shape has', 'BYTES', [1], text([0, 0, 0, 0], [0, 0, 0, 0])],
  ['half a length', 'BYTES', [0], text([0, 0])],
  ['a text that is not UTF-8', 'BYTES', [1], text([1, 0, 0, 0], [255])],
  ['U+0000 in a text', 'BYTES', [1], text([2, 0, 0, 0], [65, 0])],
  ['a million million texts in no bytes', 'BYTES', [1e12], new Uint8Array(0)],
] as const) {
  test(`bytes: refuses ${what}`, async () => {
    const about = { name: 'x', datatype: datatype as Datatype, shape: shape as readonly number[] };
    await assert.rejects(tensorFromBytes(about, bytes, rest), { code: 'inference/invalid-tensor' });
  });
}

test('bytes: a byte order mark is part of the text', async () => {
  const tensor: Tensor = { name: 'x', datatype: 'BYTES', shape: [1], data: ['\ufeffa'] };
  const { data } = await tensorFromBytes(tensor, await bytesFromTensor(tensor, rest), rest);
  assert.deepEqual(data satisfies TensorData, ['\ufeffa']);
});
