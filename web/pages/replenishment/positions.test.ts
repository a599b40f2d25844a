import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPositions } from './positions.ts';

const reason = (text: string): string | undefined => {
  const read = readPositions(text);
  return read.kind === 'refused' ? read.reason : undefined;
};

test('rows become positions, several of one series orders on their way', () => {
  const text =
    '\ufeffseries,onHand,onOrder,due,leadTime\r\n"a,""b""",40,5,2026-01-02,3\r\n"a,""b""",40,7,,\r\n\r\nc,0,,,\r\n';
  assert.deepEqual(readPositions(text), {
    kind: 'positions',
    positions: [
      { series: 'a,"b"', onHand: 40, leadTime: 3, onOrder: [{ units: 5, due: '2026-01-02' }, { units: 7 }] },
      { series: 'c', onHand: 0 },
    ],
  });
});

test('what is no stock is refused with its line, and nothing is guessed', () => {
  assert.match(reason('a,b\n1,2') ?? '', /^Line 1: the first line names the columns/);
  assert.match(reason('series,onHand,price\na,1,2') ?? '', /Line 1: no column is called "price"/);
  assert.match(reason('series,onHand\na,1\nb,') ?? '', /Line 3: onHand is to be a number, and is empty/);
  assert.match(reason('series,onHand\na,"1,5"') ?? '', /Line 2: onHand .* "1,5"/);
  assert.match(reason('series,onHand\n,1') ?? '', /Line 2: the series is not named/);
});
