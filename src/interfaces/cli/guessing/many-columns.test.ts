import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCommand } from '../testing.ts';

const months = Array.from(
  { length: 24 },
  (_, i) => `${2022 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, '0')}`,
);
const short = ['Jan', 'Feb', 'Mär', 'Apr', 'Mai', 'Jun'];

async function init(text: string, ...argv: string[]) {
  const run = await runCommand(['init', 'w.csv', '--json', ...argv], { files: { 'w.csv': text } });
  return { ...run, json: run.code === 0 ? JSON.parse(run.out) : null };
}

test('a year in its row and months as columns are no time and demand, and are asked about', async () => {
  const rows = [2022, 2023].flatMap((year) =>
    ['a', 'b'].map((item) => `${item},${year},${short.map((_, i) => i + 5)}`),
  );
  const { code, err } = await init(`item,year,${short}\n${rows.join('\n')}\n`);
  assert.equal(code, 1);
  assert.match(err, /the columns Jan, Feb, Mär, … are parts of a year that stands elsewhere/);
});

test('several columns for each period are asked about with the setting that answers, in one header row or two', async () => {
  const values = (item: string): string => `${item},${months.map((_, i) => `${i + 3},${(i + 3) * 2}`)}`;
  const one = `item,${months.map((m) => `units_${m},revenue_${m}`)}\n${values('a')}\n${values('b')}\n`;
  assert.match(
    (await init(one)).err,
    /units_2022-01 and revenue_2022-01: say which .* --dialect "periodColumns=units_\*"/,
  );
  const said = await init(one, '--dialect', 'periodColumns=revenue_*');
  assert.deepEqual(said.json.config.columns, { series: 'item', time: 'period', target: 'units' });
  assert.deepEqual(
    [said.json.config.frequency, said.json.config.dialect],
    ['month', { periodColumns: 'revenue_*' }],
  );
  assert.deepEqual(said.json.notes, [], 'the other measure is no covariate of each month');
  const two = `item,${months.map((m) => `${m},`)}\n,${months.map(() => 'units,revenue')}\n${values('a')}\n${values('b')}\n`;
  const both = await init(two, '--dialect', 'headerRows=2 periodColumns=* units');
  assert.deepEqual(both.json.config.dialect, { headerRows: 2, periodColumns: '* units' });
  assert.equal(both.json.config.frequency, 'month');
});
