// Hostile files: each must end in a typed error that says what and where, or in quarantine; the process lives on, and
// the service takes the next good file as if nothing had happened. Every file is made here, at run time.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, open, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { after, before, test } from 'node:test';
import { createGzip, gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';

import { AppError, type ErrorCode, type Project } from '../../src/core/index.ts';
import type { QuarantineCode } from '../../src/services/data/index.ts';
import { project as base, type DataFixture, openDataFixture } from './data-fixture.ts';

let fixture: DataFixture;
/** Without a stock-out column; any file with item, date and units will do. */
const project: Project = { ...base, columns: { series: ['item'], time: 'date', target: 'units' } };
const header = 'item,date,units\n';
const good = 'a,2024-05-01,5\n';

before(async () => {
  fixture = await openDataFixture({ limits: { textBytesMax: 64 * 1024 ** 2, lineBytesMax: 1024 ** 2 } });
});
after(() => fixture.close());

/** Nothing refused or quarantined may keep the service from the next file. */
async function assertAlive(): Promise<void> {
  const path = await fixture.file('alive.csv', header + good);
  const report = await fixture.data.validateFile(project, path);
  assert.deepEqual([report.accepted, report.quarantined], [1, 0]);
}

async function refusal(attempt: Promise<unknown>): Promise<AppError> {
  try {
    await attempt;
  } catch (error) {
    assert.ok(error instanceof AppError, `a typed error, not ${String(error)}`);
    assert.ok(error.message.length < 1000, 'a message fits a screen');
    assert.ok(error.hint.length > 0);
    return error;
  }
  assert.fail('it was not refused');
}

/** Both ways into the product refuse the file with the code; the message matches. */
async function assertRefused(path: string, code: ErrorCode, message: RegExp): Promise<void> {
  const attempts = {
    ingest: fixture.data.ingestFile(project, path),
    table: fixture.data.readTable({
      path,
      series: ['item'],
      time: 'date',
      target: 'units',
      frequency: 'day',
    }),
  };
  // One after the other, so that no second rejection goes unhandled.
  const [ingest, table] = await Promise.allSettled(Object.values(attempts));
  for (const outcome of [ingest, table]) {
    assert.equal(outcome?.status, 'rejected', 'it is refused');
    const error = await refusal(Promise.reject((outcome as PromiseRejectedResult).reason));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
  }
  await assertAlive();
}

/** The rows are quarantined with these codes and the good row lands. */
async function assertQuarantined(
  text: string | Uint8Array,
  codes: Partial<Record<QuarantineCode, number>>,
  accepted = 1,
): Promise<void> {
  const path = await fixture.file('quarantine.csv', text);
  const { batch, problems } = await fixture.data.ingestFile(project, path);
  assert.deepEqual(batch.quarantinedByCode, codes);
  assert.equal(batch.rowsAccepted, accepted);
  for (const problem of problems) assert.ok(problem.row > 0 && problem.reason !== '');
  const kept = await fixture.data.quarantine(project.name, { batchId: batch.id, limit: 1000 });
  assert.equal(kept.length, batch.rowsQuarantined, 'every refused row is kept');
}

// ---------------------------------------------------------------- encodings

const texts: [name: string, bytes: Uint8Array, code: ErrorCode, message: RegExp][] = [
  [
    'UTF-16 with BOM that breaks off in a letter',
    Buffer.from(`\uFEFF${header}${good}`, 'utf16le').subarray(0, -1),
    'data/bad-encoding',
    /not utf-16le/,
  ],
  ['UTF-16 without BOM', Buffer.from(header + good, 'utf16le'), 'data/bad-encoding', /looks like utf-16/],
  [
    'Latin-1',
    Buffer.from(`${header}${good}é,2024-05-01,5\n`, 'latin1'),
    'data/bad-encoding',
    /byte 0xE9 in line 3\. It looks like windows-1252.*encoding: 'windows-1252'/,
  ],
  [
    'bytes that are never UTF-8',
    Buffer.concat([Buffer.from(header), Buffer.of(0xc0, 0xaf, 0xff), Buffer.from(',2024-05-01,5\n')]),
    'data/bad-encoding',
    /byte 0xC0 in line 2/,
  ],
  [
    'a character cut off at the end',
    Buffer.concat([Buffer.from(header + good), Buffer.of(0xe2, 0x82)]),
    'data/bad-encoding',
    /not UTF-8/,
  ],
  ['NUL bytes', Buffer.from(`${header}a\0b,2024-05-01,5\n`), 'data/bad-encoding', /NUL byte at offset 17/],
  ['nothing', Buffer.alloc(0), 'data/no-rows', /empty \(0 bytes\)/],
  ['blanks only', Buffer.from('  \n\n\t \n'), 'data/no-rows', /nothing but blanks/],
  ['a header only', Buffer.from(header), 'data/no-rows', /has (a header and no row|no row of data)/],
  [
    'no column of that name',
    Buffer.from('sku,day,qty\na,2024-05-01,5\n'),
    'data/missing-column',
    /it has: sku, day, qty/,
  ],
  [
    'two columns of one name',
    Buffer.from('item,date,units,units\na,2024-05-01,5,6\n'),
    'data/duplicate-column',
    /two columns named "units"/,
  ],
  [
    'names that differ in case',
    Buffer.from('item,date,units,UNITS\na,2024-05-01,5,6\n'),
    'data/duplicate-column',
    /UNITS/,
  ],
  [
    'a zip archive',
    Buffer.from('PK\u0003\u0004 rest of a spreadsheet'),
    'data/damaged-file',
    /no whole zip archive/,
  ],
  ['a PDF', Buffer.from('%PDF-1.7 ...'), 'data/unsupported-format', /PDF/],
  ['gzip in gzip', gzipSync(gzipSync(header + good)), 'data/unsupported-format', /compressed twice/],
  [
    'a truncated gzip',
    gzipSync((header + good).repeat(5000)).subarray(0, 200),
    'data/damaged-file',
    /breaks off or is damaged/,
  ],
  ['a gzip with a wrong checksum', brokenGzip(), 'data/damaged-file', /breaks off or is damaged/],
  ['an empty gzip', gzipSync(''), 'data/no-rows', /empty after decompression/],
  [
    'Parquet that breaks off',
    Buffer.from('PAR1 and then nothing of the kind'),
    'data/damaged-file',
    /its end is missing/,
  ],
  [
    'Parquet of garbage',
    Buffer.from(`PAR1${'x'.repeat(500)}\u0010\0\0\0PAR1`),
    'data/damaged-file',
    /Parquet|parquet/,
  ],
];

for (const [name, bytes, code, message] of texts)
  test(`${name}: ${code}`, async () => {
    await assertRefused(await fixture.file('hostile.csv', bytes), code, message);
  });

function brokenGzip(): Uint8Array {
  const bytes = gzipSync((header + good).repeat(100));
  bytes[bytes.length - 6] = (bytes[bytes.length - 6] ?? 0) ^ 0xff;
  return bytes;
}

test('a byte-order mark, CRLF and CR line ends are no obstacle', async () => {
  for (const text of [
    `\uFEFF${header}${good}`,
    (header + good).replaceAll('\n', '\r\n'),
    (header + good).replaceAll('\n', '\r'),
  ])
    await assertQuarantined(text, {});
});

// ---------------------------------------------------------------- size

test('a gigabyte of zeros is refused by its beginning', async () => {
  const path = join(fixture.folder, 'endless.csv');
  const file = await open(path, 'w');
  await file.write(header);
  // Sparse: a gigabyte to read, next to nothing on the disk.
  await file.truncate(1024 ** 3);
  await file.close();
  await assertRefused(path, 'data/bad-encoding', /NUL byte at offset 16/);
  await rm(path);
});

test('one endless line is refused by its beginning', async () => {
  const path = await fixture.file('line.csv', header + 'x'.repeat(3 * 1024 ** 2));
  await assertRefused(path, 'data/damaged-file', /line longer than 1048576 bytes/);
});

test('a gzip bomb stops at the limit on text, named in the message', async () => {
  const path = join(fixture.folder, 'bomb.csv.gz');
  const line = Buffer.from(good.repeat(20_000));
  await pipeline(
    Readable.from(
      (function* () {
        yield Buffer.from(header);
        for (let i = 0; i < 300; i++) yield line;
      })(),
    ),
    createGzip({ level: 1 }),
    createWriteStream(path),
  );
  await assertRefused(path, 'data/too-large', /more than 67108864 bytes of text \(textBytesMax\)/);
  await rm(path);
});

test('a line of 200 MB that begins late in a gzip file is refused', async () => {
  const path = join(fixture.folder, 'line.csv.gz');
  const zeros = Buffer.alloc(1024 ** 2, '0');
  await pipeline(
    Readable.from(
      (function* () {
        yield Buffer.from(header + good.repeat(100_000));
        for (let i = 0; i < 200; i++) yield zeros;
      })(),
    ),
    createGzip({ level: 1 }),
    createWriteStream(path),
  );
  await assertRefused(path, 'data/damaged-file', /line longer than/);
  await rm(path);
});

test('twenty thousand columns are too many to be a table', async () => {
  const names = Array.from({ length: 20_000 }, (_, i) => `c${i}`).join(',');
  const path = await fixture.file('wide.csv', `item,date,units,${names}\n${good}`);
  const error = await refusal(fixture.data.ingestFile(project, path));
  assert.equal(error.code, 'data/damaged-file');
  await assertAlive();
});

// ---------------------------------------------------------------- rows

test('every kind of absurd number is quarantined or refused by row', async () => {
  const values = [
    '1e308',
    '-1',
    '1e999',
    'NaN',
    'Infinity',
    '-inf',
    '"1,234"',
    '0x1F',
    '1_000',
    '9007199254740993000',
    '5 pcs',
    '１２',
    '=1+1',
  ];
  const rows = values.map((value, i) => `b,2024-05-${String(i + 1).padStart(2, '0')},${value}`);
  await assertQuarantined(`${header}${good}${rows.join('\n')}\n`, {
    'bad-number': values.length - 1,
    negative: 1,
  });
});

test('times that no calendar has are quarantined', async () => {
  const values = [
    '0000-01-01',
    '9999-12-31',
    '2024-02-30',
    '2023-02-29',
    '2024-13-01',
    '31/12/2023',
    'now',
    '-1',
    '1e9',
    '2024-05-01T25:00',
  ];
  const rows = values.map((value) => `b,${value},1`);
  await assertQuarantined(`${header}${good}${rows.join('\n')}\n`, { 'time-out-of-range': 2, 'bad-time': 8 });
});

test('mixed types, missing and extra fields, text after quotes: each bad row is named, good rows land', async () => {
  const rows = [
    'b,2024-05-01',
    'b,2024-05-01,1,2,3',
    '"b"x,2024-05-01,1',
    ',,',
    'b,,1',
    `${'x'.repeat(300)},2024-05-01,1`,
  ];
  await assertQuarantined(`${header}${good}${rows.join('\n')}\n`, {
    'bad-row': 3,
    'null-series': 1,
    'bad-time': 1,
    'bad-series': 1,
  });
});

test('names of JavaScript and SQL are data like any other', async () => {
  const columns = { series: ['__proto__'], time: 'constructor', target: 'select' };
  const strange: Project = { ...project, columns };
  const ids = [
    '__proto__',
    'constructor',
    'hasOwnProperty',
    "'; DROP TABLE staged; --",
    '"',
    '../../etc/passwd',
    '%',
    'a/b',
  ];
  const rows = ids.map((id) => `"${id.replaceAll('"', '""')}",2024-05-01,3`);
  const path = await fixture.file(
    "it's * [a] ?;--.csv",
    `__proto__,constructor,select\n${rows.join('\n')}\n`,
  );
  const report = await fixture.data.validateFile(strange, path);
  assert.deepEqual(
    [report.accepted, report.quarantined, report.histories.series],
    [ids.length, 0, ids.length],
  );
  const table = await fixture.data.readTable({
    path,
    series: columns.series,
    time: columns.time,
    target: columns.target,
    frequency: 'day',
  });
  assert.deepEqual([...table.seriesIds].sort(), [...ids].sort());
  assert.equal(({} as Record<string, unknown>)['3'], undefined);
});

test('NDJSON with nested objects, broken lines and huge integers', async () => {
  const lines = [
    '{"item":"a","date":"2024-05-01","units":5}',
    '{"item":{"deep":{"deeper":[1]}},"date":"2024-05-01","units":5}',
    '{"item":"b","date":["2024-05-01"],"units":5}',
    '{"item":"b","date":"2024-05-01","units":{"n":5}}',
    '{"item":"b","date":"2024-05-01","units":123456789012345678901234567890}',
    '{"item":"b","date":"2024-05-01","units":',
    '["b","2024-05-01",5]',
    'null',
    '{"__proto__":{"item":"polluted"},"item":"c","date":"2024-05-01","units":1}',
  ];
  await assertQuarantined(lines.join('\n'), { 'bad-time': 1, 'bad-number': 2, 'bad-row': 4 }, 2);
  assert.equal(({} as Record<string, unknown>).item, undefined);
});

test('a JSON array as a file is refused with what to do', async () => {
  for (const rows of [1, 60_000]) {
    const text = Array.from({ length: rows }, () => '{"item":"a","date":"2024-05-01","units":5}').join(',');
    const path = await fixture.file('array.json', `\n [${text}]`);
    await assertRefused(path, 'data/unsupported-format', /one object per line/);
  }
});

test('Parquet of the wrong types is read as text and quarantined; of the wrong columns refused', async () => {
  const path = join(fixture.folder, 'types.parquet');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(
    `COPY (SELECT 'a' AS item, DATE '2024-05-01' AS date, [1, 2] AS units UNION ALL SELECT NULL, DATE '2024-05-02', [3]) TO '${path}' (FORMAT parquet)`,
  );
  connection.closeSync();
  instance.closeSync();
  const report = await fixture.data.validateFile(project, path);
  assert.deepEqual(report.quarantinedByCode, { 'bad-number': 1, 'null-series': 1 });
  const other: Project = { ...project, columns: { ...project.columns, target: 'sold' } };
  assert.equal((await refusal(fixture.data.validateFile(other, path))).code, 'data/missing-column');
});

// ---------------------------------------------------------------- paths

test('paths that are no files are refused without waiting for them', async () => {
  const folder = join(fixture.folder, 'folder.csv');
  const pipe = join(fixture.folder, 'pipe.csv');
  await mkdir(folder);
  execFileSync('mkfifo', [pipe]);
  const link = join(fixture.folder, 'link.csv');
  await symlink('/dev/zero', link);
  const loop = join(fixture.folder, 'loop.csv');
  await symlink(loop, loop);
  for (const [path, code, message] of [
    [folder, 'data/not-a-file', /is a folder/],
    [pipe, 'data/not-a-file', /is a pipe/],
    ['/dev/zero', 'data/not-a-file', /is a device/],
    [link, 'data/not-a-file', /is a device/],
    [loop, 'data/file-not-found', /does not exist/],
    [join(fixture.folder, 'none.csv'), 'data/file-not-found', /does not exist/],
    [join(fixture.folder, '*.csv'), 'data/file-not-found', /does not exist/],
    ['a\0b.csv', 'data/file-not-found', /NUL/],
    ['', 'data/file-not-found', /does not exist|NUL/],
    ['https://127.0.0.1:9/x.csv', 'data/file-not-found', /does not exist/],
    ['s3://bucket/x.parquet', 'data/file-not-found', /does not exist/],
  ] as const)
    await assertRefused(path, code, message);
});

test('a link to a file is followed, and a name with glob characters means that file alone', async () => {
  await writeFile(join(fixture.folder, 'glob1.csv'), `${header}x,2024-05-01,1\n`);
  const path = await fixture.file('glob[1]*?.csv', header + good);
  const link = join(fixture.folder, "a 'quoted' link.csv");
  await symlink(path, link);
  for (const name of [path, link]) {
    const table = await fixture.data.readTable({
      path: name,
      series: ['item'],
      time: 'date',
      target: 'units',
      frequency: 'day',
    });
    assert.deepEqual(table.seriesIds, ['a']);
  }
});

// ---------------------------------------------------------------- SQL in the filter

const conditions: [condition: string, code: ErrorCode, message: RegExp][] = [
  [
    "item IN (SELECT column0 FROM read_csv('/etc/passwd', header = false))",
    'data/bad-where',
    /no subqueries/,
  ],
  ["EXISTS (FROM read_text('/etc/hostname'))", 'data/bad-where', /no subqueries/],
  ["(SELECT count(*) FROM glob('/*')) > 0", 'data/bad-where', /no subqueries/],
  ['1 = 1; DROP TABLE main_file', 'data/bad-where', /syntax error/],
  ["1 = 1; ATTACH '/tmp/stolen.db' AS stolen", 'data/bad-where', /syntax error/],
  ["1 = 1); COPY main_file TO '/tmp/stolen.csv'; SELECT (1", 'data/bad-where', /more than one statement/],
  ['1 = 1) UNION SELECT * FROM duckdb_settings() WHERE (1 = 1', 'data/bad-where', /one condition/],
  ['1 = 1) FROM main_file, main_file b WHERE (1 = 1', 'data/bad-where', /one condition/],
  ['SET enable_external_access = true', 'data/bad-where', /syntax error/],
  ['install httpfs', 'data/bad-where', /syntax error/],
  ["getenv('HOME') = 'x'", 'data/bad-where', /getenv is not available/],
  ["current_setting('temp_directory') = 'x'", 'data/bad-where', /current_setting is not available/],
  ["length(repeat('x', 3000000000)) > 0", 'data/bad-where', /repeat is not available/],
  ["printf('%2000000000d', 1) = 'x'", 'data/bad-where', /printf is not available/],
  ['len(range(100000000000)) > 0', 'data/bad-where', /range is not available/],
  ['(SELECT count(*) FROM range(1000000000) a, range(1000000000) b) > 0', 'data/bad-where', /no subqueries/],
  [
    '(WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT max(n) FROM r) > 0',
    'data/bad-where',
    /no subqueries/,
  ],
  [`units = 1${' OR units = 1'.repeat(2000)}`, 'data/bad-where', /longer than/],
  [`${'NOT '.repeat(2000)}true`, 'data/bad-where', /.+/],
  ['sum(units) > 3', 'data/bad-where', /sum is not available/],
  ['count(*) OVER () > 3', 'data/bad-where', /one row/],
  ['unit > 3', 'data/bad-where', /"?unit"? not found/],
  ['units >', 'data/bad-where', /syntax error/],
  ["date + 'x' = item", 'data/bad-where', /.+/],
  ['false', 'data/no-rows', /leaves none of the 1 rows/],
];

for (const [where, code, message] of conditions)
  test(`the filter ${where.slice(0, 60)}: ${code}`, async () => {
    const path = await fixture.file('where.csv', header + good);
    const error = await refusal(
      fixture.data.readTable({
        path,
        series: ['item'],
        time: 'date',
        target: 'units',
        frequency: 'day',
        where,
      }),
    );
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    await assertAlive();
  });
