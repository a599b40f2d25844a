// Exports that landed wrong without a word, or were refused with words that did not help.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isAppError, type Project, periodLabel } from '../../src/core/index.ts';
import { guessProject } from '../../src/interfaces/cli/guessing/guess.ts';
import { tryOut } from '../../src/interfaces/cli/guessing/try-out.ts';
import { readSample } from '../../src/interfaces/cli/sample.ts';
import { resolveConfig } from '../../src/interfaces/config/index.ts';
import { TimeZone } from '../../src/services/data/index.ts';
import { type DataFixture, openDataFixture } from '../hostile/data-fixture.ts';

let fixture: DataFixture;
before(async () => {
  fixture = await openDataFixture();
});
after(() => fixture.close());

const range = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
const day = (i: number): string => new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10);
const text = (header: string, lines: readonly string[]): string => [header, ...lines, ''].join('\n');

async function guessOf(name: string, content: string) {
  const path = await fixture.file(`${name}.csv`, content);
  const sample = await readSample(path);
  return { path, sample, ...guessProject(sample) };
}

async function projectOf(name: string, content: string): Promise<{ project: Project; path: string }> {
  const { path, sample, project: config } = await guessOf(name, content);
  assert.deepEqual(tryOut(sample, name, config, fixture.clock.now()).lines, []);
  const [project] = resolveConfig({ projects: { [name]: config } }, { cwd: '/' }).projects;
  assert.ok(project !== undefined);
  await fixture.store.putProject(project, 0);
  return { project, path };
}

async function stored(project: Project): Promise<Record<string, number>> {
  const known: Record<string, number> = {};
  for await (const { rows } of fixture.data.observationsSince(project.name, 0))
    for (const { seriesId, period, value } of rows)
      known[`${seriesId} ${periodLabel(project.grid, period)}`] = value;
  return known;
}

const refused = (code: Parameters<typeof isAppError>[1], says: RegExp) => (error: unknown) =>
  isAppError(error, code) && (says.test(error.message) || assert.fail(error.message));

test('twelve days of February, written day first, do not land on the second of each month', async () => {
  const first = text(
    'sku,date,units',
    range(31, (i) => `A,01/${String(i + 1).padStart(2, '0')}/2024,${i}`),
  );
  const { project, path } = await projectOf('order', first);
  await fixture.data.ingestFile(project, path);
  const lines = range(12, (i) => `A,${String(i + 1).padStart(2, '0')}/02/2024,7`);
  const second = text('sku,date,units', lines);
  const says = /"01\/02\/2024" \(row 1\) is 2024-01-02 .* months apart; .* it is 2024-02-01/;
  const file = await fixture.file('second.csv', second);
  await assert.rejects(fixture.data.ingestFile(project, file), refused('data/ambiguous-time', says));
  const body = fixture.data.ingestBody(project, Buffer.from(second), { format: 'csv' });
  await assert.rejects(body, refused('data/ambiguous-time', says));
});

test('keys that a spreadsheet has rounded are refused: several would be one', async () => {
  const { project } = await projectOf(
    'rounded',
    text(
      'ean,date,units',
      range(40, (i) => `E${i % 2},${day(i >> 1)},${i}`),
    ),
  );
  const rows = ['4.01235E+12', '4,01235E+12', '1E+05', '1E5', '2.5E+3 blue'].map(
    (key) => `"${key}",2024-03-01,1`,
  );
  const { batch, problems } = await fixture.data.ingestBody(
    project,
    Buffer.from(text('ean,date,units', rows)),
    {
      format: 'csv',
    },
  );
  assert.deepEqual([batch.rowsAccepted, batch.quarantinedByCode], [2, { 'bad-series': 3 }]);
  assert.match(problems[0]?.reason ?? '', /"4.01235E\+12" is a number that a spreadsheet has rounded/);
});

test('the mark that begins a joined file is no part of its first key', async () => {
  const half = (from: number): string[] => range(15, (i) => `A,${day(from + i)},${from + i}`);
  const { project, path } = await projectOf('joined', text('sku,date,units', [...half(0), ...half(15)]));
  const marked = text('sku,date,units', [
    ...half(0),
    ...half(15).map((line, i) => (i === 0 ? `\ufeff${line}` : line)),
  ]);
  await fixture.data.ingestFile(project, await fixture.file('marked.csv', marked));
  assert.equal((await stored(project))[`A ${day(15)}`], 15);
  const { findings = [] } = await fixture.data.ingestFile(project, path);
  assert.deepEqual(findings, []);
});

test('digits of other scripts, marks of direction and groups of India are read; what they say is right', async () => {
  const arabic = (given: string): string =>
    given.replace(/[0-9]/g, (digit) => String.fromCharCode(0x660 + Number(digit)));
  const lakh = ['1,23,456', '2,345', '12,34,567', '987'];
  for (const [name, line, value] of [
    ['arabic', (i: number) => `A,${arabic(day(i))},${arabic(String(i))}`, (i: number) => i],
    ['marks', (i: number) => `A,\u200e${day(i)},\u200f${i}\u200e`, (i: number) => i],
    [
      'lakh',
      (i: number) => `A,${day(i)},"${lakh[i % 4]}"`,
      (i: number) => Number(lakh[i % 4]?.replaceAll(',', '')),
    ],
  ] as const) {
    const { project, path } = await projectOf(name, text('sku,date,units', range(40, line)));
    await fixture.data.ingestFile(project, path);
    const expected = Object.fromEntries(range(40, (i) => [`A ${day(i)}`, value(i)]));
    assert.deepEqual(await stored(project), expected, name);
  }
});

test('pieces and cases of one item are two series, and rows taken back are said', async () => {
  const lines = range(60, (i) => `A,${day(i)},${i % 7},${i % 3 === 0 ? 'CS' : 'EA'}`);
  const { project, guesses } = await guessOf('units', text('sku,date,units,uom', lines));
  assert.deepEqual(project.columns?.series, ['sku', 'uom']);
  assert.match(
    guesses.find(({ setting }) => setting === 'columns.series')?.reason ?? '',
    /uom tells units apart that are not to be added \(CS, EA\)/,
  );
  const notes = async (name: string, header: string, words: [string, string]): Promise<string> =>
    (
      await guessOf(
        name,
        text(
          header,
          range(60, (i) => `A,${day(i)},${i % 7},${words[i % 5 === 0 ? 1 : 0]}`),
        ),
      )
    ).notes.join('\n');
  assert.match(
    await notes('credits', 'sku,date,units,doc_type', ['Invoice', 'Credit note']),
    /taken back \(Credit note\)/,
  );
  assert.match(await notes('sides', 'sku,date,units,S/H', ['H', 'S']), /on which side it is booked/);
  assert.doesNotMatch(await notes('colours', 'sku,date,units,colour', ['red', 'blue']), /taken back|booked/);
});

test('a header that comes again in another order is read so by init too, and rows called results are totals', async () => {
  const lines = range(30, (i) => `A,${day(i)},${i}`);
  const turned = range(30, (i) => `${i},A,${day(30 + i)}`);
  const joined = text('sku,date,units', [...lines, 'units,sku,date', ...turned]);
  const { project, path } = await projectOf('turned', joined);
  await fixture.data.ingestFile(project, path);
  assert.equal((await stored(project))[`A ${day(59)}`], 29);
  const sum = lines.reduce((total, _, i) => total + i, 0);
  const report = text('sku,date,units', [...lines, `A Ergebnis,${day(29)},${sum}`]);
  assert.deepEqual((await guessOf('results', report)).project.dialect?.leaveOut, [
    { column: 'sku', endsWith: 'Ergebnis' },
  ]);
});

test('what cannot be guessed is refused with what the columns hold', async () => {
  const file = (line: (i: number) => string): string => text('sku,date,units', range(40, line));
  for (const [name, line, says] of [
    ['narrow', (i: number) => `A,${i % 5 ? day(i) : '########'},1`, /date \("########", "2024-01-02"\)/],
    ['pieces', (i: number) => `A,${day(i)},${i} Stk`, /units \("0 Stk"\)/],
    ['fiscal', (i: number) => `A,FY24 P0${1 + (i % 9)},1`, /date \("FY24 P01"\)/],
  ] as const)
    await assert.rejects(guessOf(name, file(line)), refused('cli/no-guess', says));
  const pivot = ['N', 'S'].flatMap((store, k) =>
    range(60, (i) => `${i === 0 ? store : ''},S${i % 2},${day(i >> 1)},${100 * k + i}`),
  );
  const { sample, project } = await guessOf('pivot', text('store,sku,date,units', pivot));
  assert.throws(
    () => tryOut(sample, 'pivot', project, fixture.clock.now()),
    refused('cli/no-guess', /118 of the first 120 rows would be set aside .* have it repeated in each row$/),
  );
});

test('a refusal says what a cell has lost', async () => {
  const { project } = await projectOf(
    'lost',
    text(
      'sku,date,units',
      range(40, (i) => `A,${day(i)},${i}`),
    ),
  );
  const rows = [
    'A,########,1',
    'A,2024-03-01,####',
    'A,2024-03-02,12 Stk',
    'A,2024-03-03 24:00,1',
    'A,2024-03-04,1',
  ];
  const { problems } = await fixture.data.ingestBody(project, Buffer.from(text('sku,date,units', rows)), {
    format: 'csv',
  });
  for (const [i, says] of [
    /a spreadsheet shows # where its column is too narrow/,
    /a spreadsheet shows # where its column is too narrow/,
    /a word stands behind the number/,
    /24:00 ends one day and begins the next/,
  ].entries())
    assert.match(problems[i]?.reason ?? '', says);
});

test('times with the offset of their place are counted in days of that place', async () => {
  for (const [name, offset, timezone] of [
    ['berlin', '+0100', 'Europe/Berlin'],
    ['kathmandu', '+05:45', 'Asia/Kathmandu'],
  ] as const) {
    const lines = range(50, (i) => `A,${day(i)} 00:15:00 ${offset},${i}`);
    const { project, path } = await projectOf(name, text('sku,created_at,quantity', lines));
    assert.equal(new TimeZone(project.timezone).offsetAt(0), new TimeZone(timezone).offsetAt(0));
    await fixture.data.ingestFile(project, path);
    assert.deepEqual(await stored(project), Object.fromEntries(range(50, (i) => [`A ${day(i)}`, i])));
  }
  const places = range(80, (i) => `S${i % 2},${day(i >> 1)} 20:15:00 ${i % 2 ? '-05:00' : '+01:00'},${i}`);
  assert.match(
    (await guessOf('places', text('sku,created_at,quantity', places))).notes.join(),
    /created_at carry offsets \(\+01:00, -05:00\) that no one place has/,
  );
  const utc = range(50, (i) => `A,${day(i)}T00:15:00+00:00,${i}`);
  assert.equal((await guessOf('utc', text('sku,created_at,quantity', utc))).project.timezone, undefined);
});

test('a column that one file of many has not, and numbers that a spreadsheet has rounded, are said', async () => {
  const line = (i: number): string => `A,${day(i)},${100_000 + 1_234 * i},${1 + (i % 3)}.5`;
  const { project, path } = await projectOf('priced', text('sku,date,units,price', range(40, line)));
  assert.deepEqual(project.columns.known, ['price']);
  assert.deepEqual((await fixture.data.ingestFile(project, path)).findings, []);
  const renamed = text(
    'sku,date,units,preis',
    range(20, (i) => line(40 + i)),
  );
  const { findings = [] } = await fixture.data.ingestFile(
    project,
    await fixture.file('renamed.csv', renamed),
  );
  assert.match(
    findings[0]?.message ?? '',
    /^no column "price", which the project reads: .* sku, date, units, preis$/,
  );
  const lines = ['1.23E+05', '1,2345E+02', '1.2345E+02', '-1E+05', '1e5', '123456'].map(
    (number, i) => `A,${day(70 + i)},"${number}",2.5`,
  );
  const rounded = await fixture.file('shortened.csv', text('sku,date,units,price', lines));
  const { findings: said } = await fixture.data.validateFile({ ...project, nonNegative: false }, rounded);
  assert.deepEqual(
    said.filter(({ kind }) => kind === 'rounded').map(({ message }) => message),
    [
      '2 numbers of "units", such as 1.23E+05, were rounded by a spreadsheet before the file was saved: export the column with all its digits',
    ],
  );
});
