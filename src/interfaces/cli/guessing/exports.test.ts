// Exports as programs write them: what `init` guesses of each is taken in by an ingest, with no edit, and means what it says.

import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { after, before, test } from 'node:test';
import { businessExports } from '../../../../test/fixtures/business-exports.ts';
import { contentOf } from '../../../../test/fixtures/export-rows.ts';
import { exports } from '../../../../test/fixtures/exports.ts';
import { type DataFixture, openDataFixture } from '../../../../test/hostile/data-fixture.ts';
import { isAppError, type Project, periodLabel } from '../../../core/index.ts';
import { type ProjectConfig, resolveConfig } from '../../config/index.ts';
import { readSample } from '../sample.ts';
import { guessProject } from './guess.ts';
import { withSupposed } from './guess-file.ts';
import { tryOut } from './try-out.ts';
import { longSample } from './wide-table.ts';

let fixture: DataFixture;
before(async () => {
  fixture = await openDataFixture();
});
after(() => fixture.close());

const day = (i: number): string => new Date(Date.UTC(2023, 0, 1 + i)).toISOString().slice(0, 10);
const range = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
const german = (date: string): string => date.split('-').reverse().join('.');
const berlinMidnight = (i: number): string => {
  // Summer time from 2023-03-26 to 2023-10-29: days 84 to 301 begin at 22:00Z.
  const isSummer = i > 84 && i <= 301;
  return new Date(Date.UTC(2023, 0, 1 + i) - (isSummer ? 2 : 1) * 3_600_000)
    .toISOString()
    .replace('.000', '');
};

interface SmallExport {
  readonly name: string;
  readonly header: string;
  readonly lines: readonly string[];
  readonly expect: ProjectConfig;
  /** The first period that is there. */
  readonly from: string;
}

const small: readonly SmallExport[] = [
  {
    name: 'german-erp',
    header: 'Artikel;Datum;Menge',
    lines: range(200, (i) => `A${i % 2};${german(day(i >> 1))};${i % 9 === 0 ? '1.234,5' : `${i},25`}`),
    expect: { frequency: 'day', dialect: { dateFormat: 'dd.MM.yyyy', decimal: ',', thousands: '.' } },
    from: '2023-01-01',
  },
  {
    name: 'swiss-erp',
    header: 'Artikel-Nr. (intern);Datum;Menge',
    lines: range(100, (i) => `A17;${german(day(i))};${i % 9 === 0 ? "1'234.50" : `${i}.25`}`),
    expect: {
      frequency: 'day',
      columns: { series: 'Artikel-Nr. (intern)', time: 'Datum', target: 'Menge' },
      dialect: { dateFormat: 'dd.MM.yyyy', decimal: '.', thousands: "'" },
    },
    from: '2023-01-01',
  },
  {
    name: 'words-for-nothing',
    header: 'sku,date,units,price',
    lines: range(
      100,
      (i) =>
        `A,${day(i)},${i % 9 === 3 ? '#N/A' : i % 9 === 5 ? '-' : i},${i % 8 === 2 ? 'n/a' : `${2 + (i % 3)}.99`}`,
    ),
    expect: { frequency: 'day', dialect: { nulls: ['#N/A', '-', 'n/a'] } },
    from: '2023-01-01',
  },
  {
    name: 'till',
    header: 'item,sold_at,qty',
    lines: range(
      400,
      (i) => `p${(i * 7) % 2},${day(i >> 3)} ${8 + (i % 8)}:${10 + ((i * i * 37) % 50)},${1 + (i % 3)}`,
    ),
    expect: {
      frequency: 'day',
      conflicts: 'sum',
      columns: { series: 'item', time: 'sold_at', target: 'qty' },
    },
    from: '2023-01-01',
  },
  {
    name: 'receipts-of-one-item',
    header: 'sku,date,receipt,units',
    lines: range(240, (i) => `A,${day(i >> 2)},R${1000 + i},${1 + (i % 3)}`),
    expect: { conflicts: 'sum', columns: { series: 'sku', time: 'date', target: 'units' } },
    from: '2023-01-01',
  },
  {
    name: 'invoices-with-lines',
    header: 'invoice,sku,date,quantity',
    lines: range(300, (i) => `I${i >> 2},S${i % 4},${day(i >> 4)},${1 + (i % 3)}`),
    expect: { conflicts: 'sum', columns: { series: 'sku', time: 'date', target: 'quantity' } },
    from: '2023-01-01',
  },
  {
    name: 'months-as-numbers',
    header: 'period,sku,units',
    lines: range(
      48,
      (i) => `${2022 + Math.floor(i / 24)}${String(((i >> 1) % 12) + 1).padStart(2, '0')},S${i % 2},${i}`,
    ),
    expect: { frequency: 'month', dialect: { dateFormat: 'yyyyMM' } },
    from: '2022-01-01',
  },
  {
    name: 'weeks-with-a-dash',
    header: 'week,sku,units',
    lines: range(104, (i) => `2022-${String((i >> 1) + 1).padStart(2, '0')},S${i % 2},${i}`),
    expect: { frequency: 'week', dialect: { dateFormat: 'yyyy-ww' } },
    from: '2022-01-03',
  },
  {
    name: 'local-midnights',
    header: 'sku,date,units',
    lines: range(365, (i) => `S,${berlinMidnight(i)},${i}`),
    expect: { frequency: 'day', timezone: 'Europe/Berlin' },
    from: '2023-01-01',
  },
  {
    name: 'epochs',
    header: 'device,timestamp,count',
    lines: range(200, (i) => `d${i % 2},${1_672_531_200 + 3600 * (i >> 1)},${i % 17}`),
    expect: { frequency: 'hour', dialect: { dateFormat: 'epoch-s' } },
    from: '2023-01-01T00:00Z',
  },
  {
    name: 'two-level-keys',
    header: 'store,sku,date,units',
    lines: range(240, (i) => `${(i >> 1) % 2},S${i % 2},${day(i >> 2)},${i}`),
    expect: { frequency: 'day', columns: { series: ['store', 'sku'], time: 'date', target: 'units' } },
    from: '2023-01-01',
  },
  {
    name: 'one-store-of-many',
    header: 'store,sku,date,units',
    lines: range(120, (i) => `5,S${i % 2},${day(i >> 1)},${i}`),
    expect: { columns: { series: ['store', 'sku'], time: 'date', target: 'units' } },
    from: '2023-01-01',
  },
  {
    name: 'returns',
    header: 'sku,date,units',
    lines: range(200, (i) => `S${i % 2},${day(i >> 1)},${i % 5 === 0 ? -3 : 7}`),
    expect: { nonNegative: false },
    from: '2023-01-01',
  },
  {
    name: 'american',
    header: 'sku,order_date,units',
    lines: range(120, (i) => {
      const [year, month, date] = day(i >> 1).split('-');
      return `S${i % 2},${month}/${date}/${year},"${i % 2 ? '1,234.5' : '12.5'}"`;
    }),
    expect: { frequency: 'day', dialect: { dateFormat: 'MM/dd/yyyy', decimal: '.', thousands: ',' } },
    from: '2023-01-01',
  },
];

for (const { name, header, lines, expect, from } of small)
  test(`${name}: what is guessed is taken in as it is`, async () => {
    const path = await fixture.file(`${name}.csv`, `${header}\n${lines.join('\n')}\n`);
    const sample = await readSample(path);
    const { project: config } = guessProject(sample);
    for (const [setting, value] of Object.entries(expect))
      assert.deepEqual(config[setting as keyof ProjectConfig], value, setting);
    assert.deepEqual(tryOut(sample, name, config, fixture.clock.now()).lines, []);
    const [project] = resolveConfig({ projects: { [name]: config } }, { cwd: '/' }).projects;
    assert.ok(project !== undefined);
    await fixture.store.putProject(project, 0);
    const { batch } = await fixture.data.ingestFile(project, path);
    assert.equal(batch.rowsAccepted, lines.length);
    assert.equal(periodLabel(project.grid, batch.periodMin ?? 0), from);
  });

for (const [i, { name, files, expect, truth }] of [...exports, ...businessExports].entries())
  test(`${name}: stored as the generator meant it, value by value`, async () => {
    const paths: string[] = [];
    for (const [file, content] of Object.entries(files))
      paths.push(await fixture.file(file, await contentOf(content)));
    const [first = ''] = paths;
    const sample = longSample(await readSample(first));
    const about = { file: basename(first), now: fixture.clock.now() };
    const { project: guess } = withSupposed(guessProject(sample, {}, about), sample);
    for (const [setting, value] of Object.entries(expect))
      assert.deepEqual(guess[setting as keyof ProjectConfig], value, setting);
    const id = `export-${i}`;
    assert.deepEqual(tryOut(sample, id, guess, fixture.clock.now()).lines, []);
    const [project] = resolveConfig({ projects: { [id]: guess } }, { cwd: '/' }).projects;
    assert.ok(project !== undefined);
    await fixture.store.putProject(project, 0);
    for (const path of paths) await fixture.data.ingestFile(project, path);
    assert.deepEqual(await stored(project), new Map([...truth].sort()));
  });

/** What is known of a project, by `series label`: not what is held back. */
async function stored(project: Project): Promise<Map<string, number>> {
  const known: [string, number][] = [];
  for await (const { rows } of fixture.data.observationsSince(project.name, 0))
    for (const { seriesId, period, value } of rows)
      if (!Number.isNaN(value)) known.push([`${seriesId} ${periodLabel(project.grid, period)}`, value]);
  return new Map(known.sort());
}

test('a file of which no row can be read says why', async () => {
  const path = await fixture.file('no-row-fits.csv', 'item,day,qty\nA,2024-01-01,12,5\n');
  await assert.rejects(
    readSample(path),
    /no row that can be read; of row 1: it has 4 fields, the header has 3/,
  );
});

const asked: readonly [name: string, text: string, reason: RegExp][] = [
  [
    'no-names',
    'A,2024-01-01,1\nA,2024-01-02,2\n',
    /first line holds values \(A, 2024-01-01, 1\).*sku,date,units/,
  ],
  [
    'no-names-but-numbers',
    '1001,7,2024-01-01,5\n1001,7,2024-01-02,6\n',
    /first line holds values .* such as sku,store,date,units$/,
  ],
  [
    'day-or-month',
    'sku,date,units\nA,03/04/2024,1\nA,04/04/2024,1\nA,05/04/2024,1\n',
    /day or the month may stand first/,
  ],
  [
    'month-or-week',
    'week,sku,units\n2024-01,A,1\n2024-02,A,2\n2024-03,A,3\n',
    /a month, or a week as the name says/,
  ],
  [
    'thirteen-periods',
    `period,sku,units\n${range(39, (i) => `${2021 + Math.floor(i / 13)}${String((i % 13) + 1).padStart(2, '0')},A,${i}`).join('\n')}\n`,
    /no number above 16 in any year.*first day of each period.*dateFormat=yyyyww/,
  ],
  [
    'three-digits',
    'sku;date;units\nA;2024-01-01;1,234\nA;2024-01-02;2,345\nA;2024-01-03;3,500\n',
    /1\.234 or 1234/,
  ],
];
for (const [name, text, reason] of asked)
  test(`${name}: what can be read in two ways, or not at all, is asked`, async () => {
    const path = await fixture.file(`${name}.csv`, text);
    const sample = await readSample(path);
    assert.throws(
      () => guessProject(sample),
      (error) => isAppError(error, 'cli/no-guess') && reason.test(error.message),
    );
  });

test('a guess that would take no row in is not written', async () => {
  const path = await fixture.file(
    'far.csv',
    'sku,date,units\nA,2150-01-01,1\nA,2150-01-02,2\nA,2150-01-03,2\n',
  );
  const sample = await readSample(path);
  const { project } = guessProject(sample);
  assert.throws(() => tryOut(sample, 'far', project, fixture.clock.now()), { code: 'cli/no-guess' });
});
