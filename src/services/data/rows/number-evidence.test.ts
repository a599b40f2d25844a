import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NumberEvidence } from './number-evidence.ts';

function why(cells: readonly string[], delimiter: string, fileCommas = 0): string | null {
  const evidence = new NumberEvidence();
  for (const [i, cell] of cells.entries()) evidence.add(cell, i + 1);
  return evidence.question({ delimiter, fileCommas: fileCommas + evidence.commas })?.why ?? null;
}

const thousands = Array.from({ length: 12 }, (_, i) => `${i + 1}.${100 + i}`);

test('asks where a point may stand between thousands', () => {
  assert.match(why(['1.234'], ';') ?? '', /every fraction .* three digits and the delimiter is ";"/);
  assert.match(why(['999', '1.019'], ';') ?? '', /exactly three digits/);
  assert.match(why(['1.234', '12,5'], ',') ?? '', /other cells of the column have a decimal comma/);
  assert.match(why(['1.5', '1.234', '12,5'], ',') ?? '', /decimal comma/);
  assert.match(why(['1.234', '1.234,56'], '\t') ?? '', /decimal comma/);
  assert.match(why(['1.234', '1.234.567'], ',') ?? '', /two points or more/);
  assert.match(why(['1.234'], ',', 3) ?? '', /other columns have decimal commas/);
  assert.match(why(['-1.234'], ';') ?? '', /exactly three digits/);
  assert.match(why(['999', ...thousands], '\t') ?? '', /every whole number is below 1000/);
  assert.match(why(['987', '1.230', '3.450'], '\t') ?? '', /some end in 0/);
});

test('asks nothing where the column answers it itself', () => {
  assert.equal(why(['1.5', '1.234'], ';'), null);
  assert.equal(why(['0.125', '1.234'], ';'), null);
  assert.equal(why(['1234.125', '1.234'], ';'), null);
  assert.equal(why(['1.234', '5'], ','), null);
  assert.equal(why([...thousands, '1000'], ','), null);
  assert.equal(why(thousands, ','), null);
  assert.equal(why(['1.230', '3.450'], ','), null);
  assert.equal(why(['987', '1.230', '3.450', '0.500'], ','), null);
  assert.equal(why(['12,5', '1234'], ';'), null);
  assert.equal(why(['5', 'x', '1,234'], ';'), null);
  assert.equal(why([], ';'), null);
});
