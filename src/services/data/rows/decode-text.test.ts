import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { badUtf8At, encodingOf, lineAt, type TextEncoding, Utf8Stream } from './decode-text.ts';

function decode(bytes: Uint8Array, encoding: TextEncoding, cut = 3): string {
  const stream = new Utf8Stream(encoding);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += cut) parts.push(stream.push(bytes.subarray(at, at + cut)));
  stream.end();
  return Buffer.concat(parts).toString('utf8');
}

test('reads UTF-16 of both orders, windows-1252 and latin1, however they are cut', () => {
  const text = 'Größe;1,5 €\r\n🙂';
  const le = Buffer.from(text, 'utf16le');
  const be = Buffer.from(le).swap16();
  for (const cut of [1, 2, 3, 5, 100]) {
    assert.equal(decode(le, 'utf-16le', cut), text);
    assert.equal(decode(be, 'utf-16be', cut), text);
  }
  assert.equal(decode(Uint8Array.of(0x80, 0xe4, 0x41), 'windows-1252'), '€äA');
  assert.equal(decode(Uint8Array.of(0xe4, 0xff, 0x41), 'latin1'), 'äÿA');
  assert.equal(decode(Uint8Array.of(0x85), 'latin1'), '\u0085');
});

test('the mark at the beginning says more than a setting does', () => {
  assert.equal(encodingOf(Uint8Array.of(0xff, 0xfe), 'latin1'), 'utf-16le');
  assert.equal(encodingOf(Uint8Array.of(0xef, 0xbb, 0xbf), 'windows-1252'), 'utf-8');
  assert.equal(encodingOf(Uint8Array.of(0, 0x61), 'utf-16'), 'utf-16be');
  assert.equal(encodingOf(Uint8Array.of(0x61, 0), 'utf-16'), 'utf-16le');
  assert.equal(encodingOf(Uint8Array.of(0x61), null), 'utf-8');
});

test('finds the first byte that is not UTF-8', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'ü', '€', '🙂', '\n') }),
      fc.string(),
      (before, after) => {
        const good = Buffer.from(before);
        assert.equal(badUtf8At(good), -1);
        for (const odd of [[0xe4], [0xff], [0xc3, 0x28], [0xf0, 0x9f, 0x41], [0xc0, 0xaf]])
          assert.equal(
            badUtf8At(Buffer.concat([good, Buffer.from(odd), Buffer.from(`-${after}`)])),
            good.length,
          );
      },
    ),
  );
  assert.equal(lineAt(Buffer.from('a\r\nb\rc\nd'), 7), 4);
});
