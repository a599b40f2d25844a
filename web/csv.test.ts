import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvText } from './csv.ts';

test('what a spreadsheet would run is text, what holds commas and quotes is quoted, numbers stay numbers', () => {
  const rows = [
    ['=1+1', -5, null],
    ['a,"b"', 0.5, '-7'],
    ['@x', 1, 'two\nlines'],
  ];
  assert.equal(
    csvText(['name', 'value', 'more'], rows),
    'name,value,more\r\n\'=1+1,-5,\r\n"a,""b""",0.5,-7\r\n\'@x,1,"two\nlines"\r\n',
  );
});
