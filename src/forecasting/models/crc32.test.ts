import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 as ofPlatform } from 'node:zlib';
import fc from 'fast-check';
import { crc32 } from './crc32.ts';

test('the check value of the standard comes out', () => {
  // CRC-32/ISO-HDLC, check value of "123456789": https://reveng.sourceforge.io/crc-catalogue/17plus.htm
  const bytes = new TextEncoder().encode('123456789');
  assert.equal(crc32(0, bytes, { from: 0, to: 9 }), 0xcbf43926);
});

test('any bytes, taken in any two parts, agree with zlib', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), (bytes, cut) => {
      const at = Math.min(cut, bytes.length);
      const first = crc32(0, bytes, { from: 0, to: at });
      assert.equal(crc32(first, bytes, { from: at, to: bytes.length }), ofPlatform(bytes));
    }),
  );
});
