// A series id sent over HTTP was a formula in the files that people open: `=cmd|' /C calc'!A0`.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvRows } from '../../src/interfaces/edge/page/forecast-csv.ts';
import { encoderOf } from '../../src/services/scoring/formats.ts';
import type { FileFormat } from '../../src/services/scoring/scoring-plan.ts';

const formulas = ["=cmd|' /C calc'!A0", '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'];

function written(format: FileFormat, id: string): string {
  const shape = { grid: { frequency: 'day', weekStart: 1 }, levels: [], logged: false, csv: 'safe' } as const;
  const block = {
    grid: shape.grid,
    version: 1,
    horizon: 1,
    levels: [],
    series: [{ id, cutoff: 20_000, source: 'model', reason: null, predictionId: null }],
    values: Float64Array.of(-2.5),
    overridden: Float64Array.of(Number.NaN),
  } as const;
  return new TextDecoder().decode(encoderOf(format, shape).encode(block));
}

test('no cell of a CSV file begins with what a spreadsheet runs, and demand below zero stays a number', () => {
  for (const id of formulas) {
    const steps = [{ timestamp: '2026-11-30', mean: -2.5, quantiles: {} }];
    const page = csvRows([{ series: id, source: 'model', steps }], []);
    for (const text of [written('csv', id), page]) {
      assert.match(text, /^"?'[=+\-@\t\r]/, JSON.stringify(text));
      assert.ok(text.includes(',-2.5'), text);
    }
    assert.equal(JSON.parse(written('ndjson', id)).series, id);
  }
});
