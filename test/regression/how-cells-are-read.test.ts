// 1.234 of a file with decimal commas landed as a little more than one; weeks numbered 2022-01 landed as months; 03/04/2024 was
// refused without a word of what would help.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import {
  type Dialect,
  defaultDialect,
  isAppError,
  type Project,
  periodLabel,
  type TimeGrid,
} from '../../src/core/index.ts';
import { type DataFixture, openDataFixture, project } from '../hostile/data-fixture.ts';

let fixture: DataFixture;
beforeEach(async () => {
  fixture = await openDataFixture();
});
afterEach(() => fixture.close());

interface Read {
  readonly dialect?: Partial<Dialect>;
  readonly frequency?: TimeGrid['frequency'];
  readonly known?: readonly string[];
}

function projectOf({ dialect, frequency = 'day', known = [] }: Read): Project {
  return {
    ...project,
    grid: { frequency, weekStart: 1 },
    columns: { series: ['item'], time: 'date', target: 'units', known },
    ...(dialect === undefined ? {} : { dialect: { ...defaultDialect, ...dialect } }),
  };
}

/** What lands: label of the period and value of each row; and what does not, with its reason. */
async function read(text: string, how: Read = {}): Promise<{ rows: [string, number][]; refused: string[] }> {
  const given = projectOf(how);
  await fixture.data.ingestBody(given, Buffer.from(text), { format: 'csv' });
  const rows: [string, number][] = [];
  for await (const page of fixture.data.observationsSince(project.name, 0))
    for (const row of page.rows)
      if (row.status === 0) rows.push([periodLabel(given.grid, row.period), row.value]);
  const refused = await fixture.data.quarantine(project.name, { limit: 100 });
  return { rows, refused: refused.map(({ reason }) => reason) };
}

/** The refusal of the whole, the same by file and by HTTP; nothing lands. */
async function refusal(text: string, how: Read = {}): Promise<string> {
  const given = projectOf(how);
  const messages: string[] = [];
  const path = await fixture.file('menge.csv', text);
  for (const ingest of [
    () => fixture.data.ingestFile(given, path),
    () => fixture.data.ingestBody(given, Buffer.from(text), { format: 'csv' }),
    () => fixture.data.validateFile(given, path),
  ])
    await assert.rejects(ingest, (error) => {
      assert.ok(isAppError(error) && error.code.startsWith('data/ambiguous-'), String(error));
      messages.push(`${error.code} ${error.message.replace(/^[^:]*: /, '')}`);
      return true;
    });
  assert.equal(new Set(messages).size, 1);
  assert.deepEqual(await fixture.data.quarantine(project.name, { limit: 1 }), []);
  return messages[0] ?? '';
}

const german = 'item;date;units\nA;2024-01-01;987\nA;2024-01-02;1.234\nA;2024-01-03;2.019\n';

test('1.234 in a file of semicolons is a question; a setting answers it', async () => {
  assert.equal(
    await refusal(german),
    'data/ambiguous-number column "units": "1.234" (row 2) is 1234 or 1.234: every fraction of the column has exactly three digits ' +
      'and the delimiter is ";". Say dialect.decimal: "," with dialect.thousands: "." for the first, dialect.decimal: "." for the second',
  );
  const { rows } = await read(german, { dialect: { decimal: ',', thousands: '.' } });
  assert.deepEqual(
    rows.map(([, value]) => value),
    [987, 1234, 2019],
  );
});

test('a decimal point that was said is no question', async () => {
  const { rows } = await read(german, { dialect: { decimal: '.' } });
  assert.deepEqual(
    rows.map(([, value]) => value),
    [987, 1.234, 2.019],
  );
});

test('12,5 beside 1.234 is a question whatever the delimiter, also of a column beside the target', async () => {
  assert.match(await refusal('item,date,units\nA,2024-01-01,"12,5"\nA,2024-01-02,1.234\n'), /decimal comma/);
  assert.match(
    await refusal('item,date,units,price\nA,2024-01-01,12,1.999\nA,2024-01-02,13,"2,5"\n', {
      known: ['price'],
    }),
    /column "price": "1\.999" \(row 1\) is 1999 or 1\.999/,
  );
});

test('a decimal comma is read where it was said, and refused with the setting where not', async () => {
  const text = 'item;date;units\nA;2024-01-01;12,5\n';
  const { rows, refused } = await read(text);
  assert.deepEqual(rows, []);
  assert.deepEqual(refused, ['"12,5" is not a number; dialect.decimal: "," would read it']);
  assert.deepEqual((await read(text, { dialect: { decimal: ',' } })).rows, [['2024-01-01', 12.5]]);
});

test('forms of accounts are refused, and read where they were said', async () => {
  const text =
    'item,date,units\nA,2024-01-01,$5\nA,2024-01-02,7 €\nA,2024-01-03,50%\nA,2024-01-04,8-\nA,2024-01-05,TRUE\nA,2024-01-06,0x10\n';
  const { rows, refused } = await read(text);
  assert.deepEqual(rows, []);
  assert.equal(refused.length, 6);
  assert.match(refused[0] ?? '', /"currency" among dialect.numberForms would read it/);
  const again = await read(text.replace(/.*€\n/, ''), {
    dialect: { numberForms: ['currency', 'percent', 'trailing-minus'] },
  });
  assert.deepEqual(again.rows, [
    ['2024-01-01', 5],
    ['2024-01-03', 0.5],
  ]);
});

test('words for nothing, yes and no are those that were said', async () => {
  const dialect = { nulls: ['k.A.'], trueWords: ['ja'], falseWords: ['nein'] };
  const given = { ...project, dialect: { ...defaultDialect, ...dialect } };
  const text = 'item,date,units,out\nA,2024-01-01,k.A.,nein\nA,2024-01-02,3,Ja\nk.A.,2024-01-03,4,k.A.\n';
  const { batch } = await fixture.data.ingestBody(given, Buffer.from(text), { format: 'csv' });
  assert.equal(batch.rowsAccepted, 3);
  const rows = [];
  for await (const page of fixture.data.observationsSince(project.name, 0)) rows.push(...page.rows);
  assert.deepEqual(
    rows.map(({ seriesId, value, status }) => [seriesId, value, status]),
    [
      ['A', Number.NaN, 1],
      ['A', 3, 2],
      ['k.A.', 4, 0],
    ],
  );
});

test('03/04/2024 is refused with its column and both readings, and read by its pattern', async () => {
  const text = 'item,date,units\nA,03/04/2024,1\nA,31/03/2024,2\n';
  const { rows, refused } = await read(text);
  assert.deepEqual(rows, []);
  assert.deepEqual(refused, [
    'column "date": "03/04/2024" is not a time of frequency day; it is 2024-04-03 if the day stands first and 2024-03-04 if the month does: ' +
      'say dialect.dateFormat: "dd/MM/yyyy" or "MM/dd/yyyy"',
    'column "date": "31/03/2024" is not a time of frequency day; say dialect.dateFormat: "dd/MM/yyyy"',
  ]);
  assert.deepEqual((await read(text, { dialect: { dateFormat: 'dd/MM/yyyy' } })).rows, [
    ['2024-03-31', 2],
    ['2024-04-03', 1],
  ]);
});

test('months first in a project of days first are a question: half of them would land elsewhere', async () => {
  const text = 'item,date,units\nA,03/04/2024,1\nA,03/31/2024,2\n';
  assert.match(
    await refusal(text, { dialect: { dateFormat: 'dd/MM/yyyy' } }),
    /"03\/31\/2024" \(row 2\) fits dialect\.dateFormat only with day and month .* "03\/04\/2024" \(row 1\)/,
  );
});

test('two-digit years are read from the year that was said', async () => {
  const dialect = { dateFormat: 'dd.MM.yy', shortYearsFrom: 1970 };
  const { rows } = await read('item,date,units\nA,12.01.24,1\nA,08.02.24,2\n', { dialect });
  assert.deepEqual(rows, [
    ['2024-01-12', 1],
    ['2024-02-08', 2],
  ]);
});

test('2022-01 to 2022-52 are no months', async () => {
  const weeks = Array.from({ length: 52 }, (_, i) => `A,2022-${String(i + 1).padStart(2, '0')},${i}`);
  const text = `item,date,units\n${weeks.join('\n')}\n`;
  assert.match(
    await refusal(text, { frequency: 'month' }),
    /"2022-13" \(row 13\) is no month, so "2022-01" \(row 1\) may be a week as well/,
  );
  const how = { frequency: 'week', dialect: { dateFormat: 'yyyy-ww' } } as const;
  const { rows } = await read(text, how);
  assert.deepEqual([rows.length, rows[0], rows[51]], [52, ['2022-01-03', 0], ['2022-12-26', 51]]);
});

test('YYYYMM, weeks of ISO, quarters and names of months are periods', async () => {
  for (const [frequency, texts, labels, dateFormat] of [
    ['month', ['202312', '202401'], ['2023-12-01', '2024-01-01'], 'yyyyMM'],
    ['week', ['2020-W53', '2021-W01'], ['2020-12-28', '2021-01-04'], null],
    ['quarter', ['2023-Q4', 'Q1 2024'], ['2023-10-01', '2024-01-01'], null],
    ['month', ['Dez 2023', 'Jan 2024'], ['2023-12-01', '2024-01-01'], null],
  ] as const) {
    const text = `item,date,units\n${texts.map((time, i) => `${frequency}${dateFormat},${time},${i + 1}`).join('\n')}\n`;
    const given = projectOf({ frequency, dialect: { dateFormat } });
    const { batch } = await fixture.data.ingestBody(given, Buffer.from(text), { format: 'csv' });
    assert.equal(batch.rowsAccepted, 2, texts[0]);
    assert.deepEqual(
      [batch.periodMin, batch.periodMax].map((period) => periodLabel(given.grid, period ?? 0)),
      labels,
    );
  }
});

test('days that a spreadsheet took for months are found by those that it left as text', async () => {
  const rows = Array.from({ length: 25 }, (_, i) => {
    const [day, two] = [i + 1, String(i + 1).padStart(2, '0')];
    return `A,${day <= 12 ? `2023-${two}-01` : `${two}/01/2023`},${i}`;
  });
  const text = `item,date,units\n${rows.join('\n')}\n`;
  const message =
    /"2023-02-01" \(row 2\) may be 2023-01-02: all dates written so have days up to 12, and all like "13\/01\/2023" \(row 13\) days above 12/;
  assert.match(await refusal(text, {}), message);
  assert.match(await refusal(text, { dialect: { dateFormat: 'dd/MM/yyyy' } }), message);
  // One date that was left alone, or one that was written out, says that nothing was swapped.
  for (const more of ['A,2023-01-26,1', 'A,03/02/2023,1']) {
    const { refused } = await read(`${text}${more}\n`, { dialect: { dateFormat: 'dd/MM/yyyy' } });
    assert.deepEqual(refused, []);
  }
});

test('rows of many senders are judged one by one, however many come at once: no stream stands still for a question', async () => {
  const rows = Array.from({ length: 9000 }, (_, i) => ({
    item: `A${i}`,
    date: '2024-01-01',
    units: i === 0 ? '12,5' : '1.234',
  }));
  const bytes = Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n'));
  for (const body of [
    bytes.subarray(0, bytes.indexOf(10, 1000)),
    Buffer.concat([bytes, Buffer.from('\n'), bytes]),
  ]) {
    const { batch } = await fixture.data.ingestBody(projectOf({}), body, { format: 'ndjson', mixed: true });
    assert.deepEqual(Object.keys(batch.quarantinedByCode), ['bad-number']);
  }
});
