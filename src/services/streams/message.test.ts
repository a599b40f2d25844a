import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Observations, readObservations, readRequest } from './message.ts';

const observationsOf = (data: Uint8Array): Observations => readObservations(data, 'date');

const bytes = (text: string): Uint8Array => Buffer.from(text);

/** The rows of a message as values; a line that is not JSON as its text. */
function rowsOf(data: Uint8Array): unknown[] {
  const read = observationsOf(data);
  assert.equal(read.kind, 'rows', JSON.stringify(read));
  if (read.kind !== 'rows') return [];
  return read.lines.map((line) => {
    const text = typeof line === 'string' ? line : Buffer.from(line).toString();
    assert.ok(!text.includes('\n'), 'a line holds a line end');
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return text;
    }
  });
}

function reasonOf(data: Uint8Array): string {
  const read = observationsOf(data);
  return read.kind === 'unreadable' ? read.reason : assert.fail('it was read');
}

describe('readObservations', () => {
  it('takes an object as one row, on one line however it is printed', () => {
    const row = { item: 'a', units: 3, note: 'two\nlines' };
    assert.deepEqual(rowsOf(bytes(JSON.stringify(row))), [row]);
    assert.deepEqual(rowsOf(bytes(JSON.stringify(row, null, 2))), [row]);
    assert.deepEqual(rowsOf(bytes(`\ufeff ${JSON.stringify(row)} `)), [row]);
  });

  it('takes a list as a row per item, also items that are no objects: those are bad rows', () => {
    assert.deepEqual(rowsOf(bytes('[{"a":1},5,null,"x"]')), [{ a: 1 }, 5, null, 'x']);
    assert.deepEqual(rowsOf(bytes('[]')), []);
  });

  it('takes lines of JSON as NDJSON, a broken one among them as a bad row', () => {
    assert.deepEqual(rowsOf(bytes('{"a":1}\r\n\n{"a":2}\n{bad\n')), [{ a: 1 }, { a: 2 }, '{bad']);
  });

  it('says why a message cannot be read', () => {
    assert.match(reasonOf(bytes('')), /empty/);
    assert.match(reasonOf(bytes('hello')), /not JSON/);
    assert.match(reasonOf(bytes('hello\n{"a":1}')), /not JSON/);
    assert.match(reasonOf(bytes('5')), /a number, not an object/);
    assert.match(reasonOf(bytes('null')), /null, not an object/);
    assert.match(reasonOf(Buffer.from([0x7b, 0xff, 0x7d])), /not UTF-8/);
    assert.match(reasonOf(bytes('{"a":"\u0000"}')), /NUL/);
    assert.match(reasonOf(bytes('['.repeat(1_000_000))), /nested more than 32/);
  });

  it('returns something for any bytes, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
        observationsOf(data);
        readRequest(data);
      }),
    );
  });

  it('gives back the rows that were sent, whichever way they were written', () => {
    const row = fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 });
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 5 }), fc.boolean(), (rows, asLines) => {
        const text = asLines ? rows.map((item) => JSON.stringify(item)).join('\n') : JSON.stringify(rows);
        assert.deepEqual(rowsOf(bytes(text)), JSON.parse(JSON.stringify(rows)));
      }),
    );
  });
});

describe('readRequest', () => {
  it('takes one object and nothing else', () => {
    assert.deepEqual(readRequest(bytes('{"series":["a"]}')), { kind: 'request', value: { series: ['a'] } });
    for (const text of ['[]', '[{}]', '5', 'null', 'no', '{}\n{}'])
      assert.equal(readRequest(bytes(text)).kind, 'unreadable', text);
  });
});
