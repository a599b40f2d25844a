import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { exactJsonText, isRounded, itemTexts, parseExactJson, repeatsKey } from './exact-json.ts';

test('whole numbers beyond 2^53 keep their digits, others are numbers', () => {
  const text = '{"a":9007199254740993,"b":[-12345678901234567890,9007199254740991,1.5],"c":1e21}';
  assert.deepEqual(parseExactJson(text), {
    a: 9007199254740993n,
    b: [-12345678901234567890n, 9007199254740991, 1.5],
    c: 1e21,
  });
  assert.equal(exactJsonText(parseExactJson(text)), text.replace('1e21', '1e+21'));
});

test('a number that has been rounded is not taken for its digits when it is written and read again', () => {
  const again = parseExactJson(exactJsonText({ a: 9007199254740992 })) as { a: unknown };
  assert.ok(isRounded(again.a));
});

test('two members of one name are found at any depth, and nothing else is', () => {
  for (const [text, repeats] of [
    ['{"a":1,"a":2}', true],
    ['{"a":1,"\\u0061":2}', true],
    ['[{"a":1},{"b":{"c":1,"c":1}}]', true],
    ['{"a":1,"b":{"a":2},"c":[{"a":3}]}', false],
    ['{"a:":"x:\\"y:","b\\\\":":"}', false],
    ['{"__proto__":1,"a":null}', false],
    ['[1,"a:",null]', false],
  ] as const)
    assert.equal(repeatsKey(text, JSON.parse(text)), repeats, text);
});

test('holds for any JSON, however it is spaced', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), fc.constantFrom(0, 1, '\t'), (value, space) => {
      const text = JSON.stringify(value, null, space);
      assert.equal(repeatsKey(text, JSON.parse(text)), false);
      assert.deepEqual(parseExactJson(exactJsonText(value)), JSON.parse(JSON.stringify(value)));
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { maxLength: 6 }), fc.constantFrom(0, 2), (list, space) => {
      const text = JSON.stringify(list, null, space);
      const items = itemTexts(text);
      assert.deepEqual(
        items.map((item) => JSON.parse(item)),
        JSON.parse(text),
      );
      assert.ok(items.every((item) => !item.includes('\n')));
    }),
  );
});

test('any whole number of any length comes back', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), (number) => {
      const { n } = parseExactJson(`{"n":${number}}`) as { n: bigint | number };
      assert.equal(String(n), String(number === 0n ? 0n : number));
    }),
  );
});
