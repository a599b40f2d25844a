import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCommand } from '../testing.ts';

const days = Array.from({ length: 60 }, (_, i) =>
  new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10),
);
const header = 'date,item,sold_qty,revenue,returns,promo\n';
const rowsOf = (i: number): string =>
  ['a', 'b']
    .map((item, k) => `${days[i]},${item},${(i * 7 + k) % 23},${((i * 5) % 19) + k}.5,${i % 3},${i % 2}\n`)
    .join('');
const sales = header + days.map((_, i) => rowsOf(i)).join('');

async function init(argv: readonly string[], files: Record<string, string> = { 'sales.csv': sales }) {
  const run = await runCommand(['init', ...argv, '--json'], { files });
  return { ...run, json: run.code === 0 ? JSON.parse(run.out) : null };
}

test('of several demands the one that is counted is taken, and it is said how to take the others', async () => {
  const { json } = await init(['sales.csv']);
  assert.equal(json.config.columns.target, 'sold_qty');
  assert.deepEqual(json.config.columns.known, ['promo']);
  assert.ok(
    json.notes.includes(
      'The demand could also be revenue, returns: --target says which, and --target sold_qty,revenue,returns makes a project of each.',
    ),
  );
  const said = await init(['sales.csv', '--target', 'revenue']);
  assert.equal(said.json.config.columns.target, 'revenue');
  assert.ok(!said.json.notes.some((note: string) => note.startsWith('The demand could')));
});

test('several targets are a project each, and none has the demand of another beside its own', async () => {
  const files = { 'sales.csv': sales.replaceAll('revenue', 'price_paid') };
  const { json } = await init(['sales.csv', '--target', 'sold_qty,price_paid'], files);
  assert.deepEqual(
    json.projects.map((one: { name: string; project: { columns: object } }) => [
      one.name,
      one.project.columns,
    ]),
    [
      ['sales-sold-qty', { series: 'item', time: 'date', target: 'sold_qty', known: ['promo'] }],
      ['sales-price-paid', { series: 'item', time: 'date', target: 'price_paid', known: ['promo'] }],
    ],
  );
  const alone = await init(['sales.csv', '--target', 'sold_qty'], files);
  assert.deepEqual(alone.json.config.columns.known, ['price_paid', 'promo'], 'it would be known by its name');
  assert.equal((await init(['sales.csv', '--target', 'sold_qty,revenue', '--contract', 'c.yaml'])).code, 2);
});

test('files of a folder are looked at as one table, and those of another kind are named', async () => {
  const parts = Object.fromEntries(days.map((day, i) => [`part-${day}.csv`, header + rowsOf(i)]));
  const { json } = await init(['part-*.csv'], {
    ...parts,
    'part-x.csv': 'Datum;Menge\n01.02.2024;3\n02.02.2024;4\n',
  });
  assert.deepEqual([json.config.frequency, json.config.gaps, json.config.seasons], ['day', 'missing', [7]]);
  assert.equal(json.rows, 120);
  const other = await init(['part-*.csv'], {
    'part-1.csv': sales,
    'part-2.csv': 'Datum;Menge\n01.02.2024;3\n',
  });
  assert.match(
    other.json.notes[0],
    /written otherwise than part-1\.csv: part-2\.csv\. Files of each kind need a mapping/,
  );
});
