import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { visibleJson, visibleLines, visibleText } from './visible-text.ts';

/** Text in which what is looked for is frequent. */
const hostile = fc.string({
  unit: fc.oneof(
    fc.integer({ min: 0, max: 0xa0 }).map((code) => String.fromCharCode(code)),
    fc.constantFrom('\u202e', '\u2066', '\u200f', '\u061c', '\u2028', 'é', '目', '\u{1f600}'),
  ),
});
const obeyed = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

describe('visible text', () => {
  it('writes out what a terminal would obey', () => {
    assert.equal(visibleText('a\u001b[2J\u0007\n\u009bm\u202eb'), 'a\\x1b[2J\\x07\\n\\x9bm\\u202eb');
    assert.equal(visibleLines('a\n\tb'), 'a\n\\tb');
    assert.equal(visibleText('süd/目 "A"'), 'süd/目 "A"');
  });

  it('holds nothing that is obeyed, whatever came in, and is not written out twice', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        assert.doesNotMatch(visibleText(text), obeyed);
        assert.doesNotMatch(visibleLines(text).replaceAll('\n', ''), obeyed);
        assert.equal(visibleText(visibleText(text)), visibleText(text));
      }),
    );
  });

  it('keeps the value of JSON', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const json = visibleJson({ [text]: text });
        assert.doesNotMatch(json, obeyed);
        assert.deepEqual(JSON.parse(json), { [text]: text });
      }),
    );
  });
});
