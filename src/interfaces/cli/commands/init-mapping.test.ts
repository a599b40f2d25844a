import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Project } from '../../../core/index.ts';
import { runCommand } from '../testing.ts';

const columns = {
  series: ['site', 'item'],
  time: 'date',
  target: 'units',
  known: ['price'],
  past: ['visits'],
};
const config = JSON.stringify({ projects: { shop: { columns } } });
const days = Array.from({ length: 40 }, (_, i) =>
  new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10),
);
const german = (iso: string): string => iso.split('-').reverse().join('.');
const absatz = `SITE;Artikel;Datum;Menge;Umsatz;Price\n${days
  .flatMap((day, i) =>
    ['A', 'B'].map((item) => `N1;${item};${german(day)};${i % 7},5;${i % 9},25;2,${i % 3}0`),
  )
  .join('\n')}\n`;

async function draft(argv: readonly string[], files: Record<string, string>, projects = config) {
  const run = await runCommand(['init', ...argv, '--json'], { config: projects, files });
  return { ...run, json: run.code === 0 ? JSON.parse(run.out) : null };
}

test('init drafts a mapping for a project that is there: by names, by what was said, and by what columns hold', async () => {
  const { json, err } = await draft(['absatz.csv', '--mapping', 'erp.json', '--columns', 'units=Menge'], {
    'absatz.csv': absatz,
  });
  assert.equal(err, '');
  assert.deepEqual(json.mapping, {
    columns: { site: 'SITE', units: 'Menge', price: 'Price', date: 'Datum', item: 'Artikel' },
    values: {},
    dialect: { dateFormat: 'dd.MM.yyyy', decimal: ',' },
  });
  assert.ok(json.notes.some((note: string) => /^not in the file, so unknown from it: visits/.test(note)));
});

test('init asks which column is meant where several may be, and says what was named in vain', async () => {
  const two = 'Ort,Ware,date,units\nx,a,2024-01-01,1\nx,b,2024-01-01,2\ny,a,2024-01-01,3\ny,b,2024-01-01,4\n';
  const rows = ['2', '3', '4', '5'].map((d) =>
    two.split('\n').slice(1).join('\n').replaceAll('-01,', `-0${d},`),
  );
  const files = { 'f.csv': two + rows.join('') };
  const unclear = await draft(['f.csv', '--mapping', 'm.json'], files);
  assert.match(unclear.err, /not plain which column of the file is "site", "item".*--columns site=…,item=…/);
  const absent = await draft(['f.csv', '--mapping', 'm.json', '--columns', 'site=Filiale'], files);
  assert.match(absent.err, /--columns names Filiale, and the file has: Ort, Ware, date, units/);
  const none = await draft(['f.csv', '--mapping', 'm.json', '--columns', 'shop=Ort'], files);
  assert.match(
    none.err,
    /--columns names shop, and project shop has: site, item, date, units, price, visits/,
  );
});

test('a wide file has neither the time nor the demand to be mapped', async () => {
  const months = Array.from({ length: 12 }, (_, i) => `2024-${String(i + 1).padStart(2, '0')}`);
  const projects = JSON.stringify({
    projects: { shop: { frequency: 'month', columns: { series: 'item', time: 'month', target: 'units' } } },
  });
  const { json, err } = await draft(
    ['w.csv', '--mapping', 'm.json'],
    { 'w.csv': `Artikel,${months.join(',')}\na,${months.map((_, i) => i)}\nb,${months.map((_, i) => i)}\n` },
    projects,
  );
  assert.equal(err, '');
  assert.deepEqual(json.mapping.columns, { item: 'Artikel' });
});

test('ingest and validate read by a mapping file, which is checked before anything is read', async () => {
  const seen: (Project['dialect'] | undefined)[] = [];
  const validateFile = async (project: Project) => {
    seen.push(project.dialect);
    throw new Error('enough');
  };
  const validate = (mapping: string, text: string) =>
    runCommand(['validate', 'x.csv', '--mapping', mapping], {
      config,
      files: { 'm.json': text },
      services: { data: { validateFile } },
    });
  await validate('m.json', '{ "columns": { "item": "Artikel" }, "dialect": { "decimal": "," } }');
  assert.equal(seen[0]?.decimal, ',');
  assert.deepEqual(seen[0]?.mapped?.columns, { item: 'Artikel' });
  assert.match((await validate('gone.json', '{}')).err, /gone\.json cannot be read as JSON: ENOENT/);
  assert.match((await validate('m.json', '{')).err, /m\.json cannot be read as JSON/);
  assert.match(
    (await validate('m.json', '{"colums":{}}')).err,
    /m\.json: colums is not a setting; did you mean columns\?/,
  );
  assert.match(
    (await validate('m.json', '{"dialect":{"decimal":";"}}')).err,
    /dialect\.decimal is ";"; expected/,
  );
  assert.match(
    (await validate('m.json', '{"columns":{"sku":"x"}}')).err,
    /columns names "sku", which the project does not read/,
  );
  assert.match((await validate('m.json', '[]')).err, /m\.json: it is \[\]; expected an object/);
  assert.equal(seen.length, 1);
});
