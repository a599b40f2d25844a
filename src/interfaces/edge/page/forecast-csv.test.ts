import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvHeader, csvRows } from './forecast-csv.ts';

test('one row per step, all digits, names quoted where a reader would stumble', () => {
  const steps = [{ timestamp: '2026-03-02', mean: 1 / 3, quantiles: { '0.1': 0, '0.9': 1e-7 } }];
  const levels = ['0.1', '0.9'];
  const series = 'süd/"big", cake';
  assert.equal(
    csvHeader(levels) + csvRows([{ series, source: 'model', steps }], levels),
    'series,timestamp,mean,0.1,0.9,source\r\n"süd/""big"", cake",2026-03-02,0.3333333333333333,0,1e-7,model\r\n',
  );
});

test('a series whose name is a formula does not run in a spreadsheet, and numbers stay numbers', () => {
  const steps = [{ timestamp: '2026-03-02', mean: -1, quantiles: {} }];
  assert.equal(csvRows([{ series: '=1+1', source: 'model', steps }], []), "'=1+1,2026-03-02,-1,model\r\n");
});
