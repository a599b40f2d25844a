import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';

import { resolveConfig } from '../../config/index.ts';
import { configText } from '../config-text.ts';
import { readSample, type Sample } from '../sample.ts';
import { guessProject } from './guess.ts';
import { projectName } from './guess-file.ts';

function table(columns: readonly string[], rows: readonly (string | number)[][]): Sample {
  return { columns, rows: rows.map((row) => row.map(String)), whole: true, ragged: 0 };
}

function dates(start: string, count: number, stepDays: number): string[] {
  const first = Date.parse(`${start}T00:00:00Z`);
  return Array.from({ length: count }, (_, i) =>
    new Date(first + i * stepDays * 86_400_000).toISOString().slice(0, 10),
  );
}

async function sampleOf(name: string, bytes: string | Uint8Array): Promise<Sample> {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-sample-'));
  try {
    await writeFile(join(folder, name), bytes);
    return await readSample(join(folder, name));
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('guessProject', () => {
  it('finds the columns of daily sales by shop and item, prices and flags beside them', () => {
    const rows = ['a', 'b'].flatMap((shop) =>
      ['x', 'y', 'z'].flatMap((item, k) =>
        dates('2024-01-01', 60, 1).map((date, i) => [
          date,
          shop,
          item,
          9.5 + k,
          5 + ((i * 7) % 11),
          i % 9 ? 0 : 1,
        ]),
      ),
    );
    const sample = table(['date', 'shop', 'item', 'price', 'qty_sold', 'out_of_stock'], rows);
    const { project, seriesCount } = guessProject(sample);
    assert.deepEqual(project.columns, {
      series: ['shop', 'item'],
      time: 'date',
      target: 'qty_sold',
      stockout: 'out_of_stock',
    });
    assert.equal(project.frequency, 'day');
    assert.deepEqual(project.seasons, [7]);
    assert.equal(project.horizonSteps, 15);
    assert.equal(project.gaps, 'missing');
    assert.equal(seriesCount, 6);
  });

  it('takes changing prices and planned flags for known ahead, texts fixed per series for attributes, no more', () => {
    const rows = ['a', 'b', 'c', 'd'].flatMap((item, k) =>
      dates('2024-01-01', 60, 1).map((date, i) => [
        date,
        item,
        2 + (i % 3) / 4,
        i % 10 === 0 ? 1 : 0,
        i % 7 === 0 ? 1 : 0,
        k < 2 ? 'food' : 'toys',
        100 + i,
        5 + ((i * 7 + k) % 11),
      ]),
    );
    const names = ['date', 'item', 'price', 'promo', 'returned', 'category', 'visitors', 'units'];
    const { project, guesses } = guessProject(table(names, rows));
    assert.deepEqual(project.columns?.known, ['price', 'promo']);
    assert.deepEqual(project.columns?.static, ['category']);
    assert.deepEqual(project.gbdt, { priceEffect: 'falling' });
    assert.ok(guesses.some(({ setting }) => setting === 'columns.known'));
    assert.match(
      configText([{ name: 'shop', project, guesses }], { file: 'x.csv', out: 'almanac.config.ts' }),
      /known: \['price', 'promo'\], \/\/ prices/,
    );
    assert.match(
      configText([{ name: 'shop', project, guesses }], { file: 'x.csv', out: 'almanac.config.ts' }),
      /priceEffect: 'falling', \/\/ a higher price never raises demand/,
    );
    const [resolved] = resolveConfig({ projects: { shop: project } }, { cwd: '/' }).projects;
    assert.deepEqual(resolved?.columns.known, ['price', 'promo']);
    assert.equal(resolved?.gbdt?.priceEffect, 'falling');
  });

  it('reads rows of sales only as zero demand in between', () => {
    const days = dates('2024-01-01', 120, 1).filter((_, i) => i % 3 !== 1);
    const { project } = guessProject(
      table(
        ['sku', 'day', 'units'],
        days.map((day, i) => ['s1', day, 1 + (i % 4)]),
      ),
    );
    assert.equal(project.gaps, 'zero');
    assert.equal(project.frequency, 'day');
  });

  it('is not led astray by a few wrong rows', () => {
    const days = dates('2024-01-01', 400, 1);
    const rows: (string | number)[][] = days.map((day, i) => ['s', day, i % 5]);
    rows.push(['s', '2034-01-01', 3], ['s', '2024-02-01', -4], ['s', '2024-02-02', 'n/a'], ['s', '', 7]);
    const { project } = guessProject(table(['item', 'date', 'units'], rows));
    assert.equal(project.nonNegative, true);
    assert.equal(project.gaps, 'missing');
    assert.equal(project.frequency, 'day');
  });

  it('takes a weekday of weekly data as the start of the week', () => {
    const rows = dates('2024-01-05', 110, 7).map((day, i) => ['s', day, 100 + i]);
    const { project } = guessProject(table(['store', 'week', 'weekly_sales'], rows));
    assert.equal(project.frequency, 'week');
    assert.equal(project.weekStart, 5);
    assert.deepEqual(project.seasons, [52]);
  });

  it('adds up half-hours to hours, and sees one series where every time stands once', () => {
    const rows = Array.from({ length: 200 }, (_, i) => [
      new Date(i * 1_800_000).toISOString(),
      50 + (i % 48),
    ]);
    const { project } = guessProject(table(['timestamp', 'demand'], rows));
    assert.equal(project.frequency, 'hour');
    assert.equal(project.conflicts, 'sum');
    assert.deepEqual(project.columns?.series, []);
  });

  it('knows quarters, years as steps of a calendar, and plain steps', () => {
    const quarters = Array.from({ length: 20 }, (_, i) => [
      `${2015 + Math.floor(i / 4)}-Q${(i % 4) + 1}`,
      3 + i,
    ]);
    assert.equal(guessProject(table(['quarter', 'y'], quarters)).project.frequency, 'quarter');
    const years = Array.from({ length: 20 }, (_, i) => [1990 + i, 3.5 + i]);
    assert.equal(guessProject(table(['year', 'y'], years)).project.frequency, 'year');
    const steps = Array.from({ length: 20 }, (_, i) => ['n1', i + 1, 3.5 + i]);
    assert.equal(guessProject(table(['id', 't', 'y'], steps)).project.frequency, 'step');
  });

  it('says so when no column can be the time or the demand', () => {
    assert.throws(() => guessProject(table(['a', 'b'], [['x', 'y']])), { code: 'cli/no-guess' });
    assert.throws(() => guessProject(table(['date', 'b'], [['2024-01-01', 'y']])), { code: 'cli/no-guess' });
  });

  it('asks where no column looks like the demand, or the time, and takes the answer', () => {
    const days = dates('2024-01-01', 60, 1);
    const calendar = table(
      ['date', 'wm_yr_wk', 'wday', 'snap_CA'],
      days.map((day, i) => [day, 11101 + Math.floor(i / 7), (i % 7) + 1, i % 2]),
    );
    assert.throws(() => guessProject(calendar), /If one is the demand, say which: --target/);
    assert.equal(guessProject(calendar, { target: 'wday' }).project.columns?.target, 'wday');
    const stores = table(
      ['store', 'distance', 'opened_year'],
      days.map((_, i) => [`s${i % 9}`, 100 + i, i % 3 === 0 ? '' : 1990 + (i % 20)]),
    );
    assert.throws(() => guessProject(stores), /name it with --time/);
    assert.equal(guessProject(stores, { time: 'opened_year' }).project.frequency, 'year');
  });

  it('takes what the user says of the file as it is, and asks where two readings are left', () => {
    const days = dates('2024-01-01', 12, 1);
    const rows = days.map((day, i) => ['A', `${day.slice(8)}/01/2024`, `1.${String(100 + i)}`]);
    const sample = table(['sku', 'date', 'units'], rows);
    assert.throws(() => guessProject(sample), { code: 'cli/no-guess' });
    const numbers = { decimal: ',', thousands: '.' } as const;
    for (const [dateFormat, frequency] of [
      ['dd/MM/yyyy', 'day'],
      ['MM/dd/yyyy', 'month'],
    ] as const)
      assert.equal(
        guessProject(sample, { dialect: { dateFormat, ...numbers } }).project.frequency,
        frequency,
      );
    const short = table(
      ['sku', 'date', 'units'],
      days.map((day, i) => ['A', `${day.slice(8)}.01.24`, i]),
    );
    assert.deepEqual(guessProject(short).project.dialect, { dateFormat: 'dd.MM.yy', shortYearsFrom: 1970 });
    const said = { dateFormat: 'dd.MM.yy', shortYearsFrom: 2000 };
    assert.equal(guessProject(short, { dialect: said }).project.frequency, 'day');
    assert.throws(() => guessProject(short, { dialect: { dateFormat: 'yyyyMM' } }), { code: 'cli/no-guess' });
    for (const [dateFormat, frequency, texts] of [
      ['yyyy-q', 'quarter', ['2023-1', '2023-2', '2023-3', '2023-4', '2024-1', '2024-2']],
      ["yyyy'W'ww.e", 'day', days.map((_, i) => `2024W${String(10 + Math.floor(i / 7))}.${(i % 7) + 1}`)],
      ['yyyyww', 'week', ['202401', '202402', '202403', '202404', '202405']],
    ] as const) {
      const periods = table(
        ['sku', 'date', 'units'],
        texts.map((text, i) => ['A', text, i]),
      );
      assert.equal(
        guessProject(periods, { dialect: { dateFormat } }).project.frequency,
        frequency,
        dateFormat,
      );
    }
  });

  it('writes a file that the configuration accepts, odd names included', () => {
    const rows = dates('2024-01-01', 40, 1).map((day, i) => ["o'brien", day, i]);
    const { project, guesses } = guessProject(table(["shop's item", 'date', 'units'], rows));
    const text = configText([{ name: 'my-shop', project, guesses }], {
      file: '/x/y.csv',
      out: 'almanac.config.ts',
    });
    assert.match(text, /series: 'shop\\'s item',/);
    const config = resolveConfig({ projects: { 'my-shop': project } }, { cwd: '/' });
    assert.equal(config.projects[0]?.columns.series[0], "shop's item");
  });

  it('names the project after the file', () => {
    assert.equal(projectName('/a/Daily Sales (2024).csv.gz'), 'daily-sales-2024');
    assert.equal(projectName('/a/日本.csv'), 'demand');
  });
});

describe('readSample', () => {
  it('reads CSV with quotes, other delimiters and gzip', async () => {
    const text = '\uFEFFdate;"item";units\r\n2024-01-01;"a;""b""";3\r\n\r\n2024-01-02;c;\r\n';
    const sample = await sampleOf('a.csv.gz', gzipSync(text));
    assert.deepEqual(sample.columns, ['date', 'item', 'units']);
    assert.deepEqual(sample.rows, [
      ['2024-01-01', 'a;"b"', '3'],
      ['2024-01-02', 'c', ''],
    ]);
    assert.equal(sample.whole, true);
  });

  it('reads NDJSON with keys that come and go', async () => {
    const sample = await sampleOf('a.ndjson', '{"t":1,"y":2}\nbroken\n{"t":2,"z":null,"y":3}\n');
    assert.deepEqual(sample.columns, ['t', 'y', 'z']);
    assert.deepEqual(sample.rows, [
      ['1', '2', ''],
      ['2', '3', ''],
    ]);
  });

  it('supposes a title, comments and an encoding, and says so', async () => {
    const report =
      'Bericht: Absatz;;\nErstellt am 01.02.2024;;\n;;\nArtikel;Datum;Menge\nGröße;2024-01-01;0\n';
    const titled = await sampleOf('a.csv', Buffer.from(report, 'latin1'));
    assert.deepEqual(titled.supposed, { encoding: 'windows-1252', skipLines: 3 });
    assert.deepEqual([titled.columns[0], titled.rows], ['Artikel', [['Größe', '2024-01-01', '0']]]);
    const comment = await sampleOf('a.csv', '# by ERP, north\nsku,date,units\nA,2024-01-01,1\n');
    assert.deepEqual([comment.supposed, comment.columns[0]], [{ comment: '#' }, 'sku']);
    const plain = await sampleOf('a.csv', 'sku,date,units\nA,2024-01-01,1\n');
    assert.deepEqual(plain.supposed, {});
    const cr = await sampleOf('a.csv', 'sku,date,units\rA,2024-01-01,1\rA,2024-01-02,2\r');
    assert.deepEqual(cr.rows[1], ['A', '2024-01-02', '2']);
  });

  it('turns a wide table, a column for each period, into rows', async () => {
    const sample = await sampleOf('a.csv', 'sku,2024-01,2024-02,2024-03\nA,1,2,3\nB,4,,6\n');
    assert.deepEqual([sample.isWide, sample.columns], [true, ['sku', 'period', 'units']]);
    assert.deepEqual(sample.rows[4], ['B', '2024-02', '']);
    const days = Array.from({ length: 40 }, (_, i) =>
      new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10),
    );
    const large = Array.from(
      { length: 9_000 },
      (_, i) => `S${i},${i < 6_000 ? 'food' : 'tools'},${days.map(() => i % 7).join(',')}\n`,
    );
    const spread = await sampleOf('large.csv', `sku,part,${days.join(',')}\n${large.join('')}`);
    assert.ok(spread.rows.length <= 200_000 && spread.rows.length > 100_000, `${spread.rows.length}`);
    assert.deepEqual([spread.whole, new Set(spread.rows.map(([, part]) => part)).size], [false, 2]);
  });

  it('reads Parquet', async () => {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const folder = await mkdtemp(join(tmpdir(), 'almanac-sample-'));
    const path = join(folder, 'a.parquet');
    await connection.run(
      `COPY (SELECT 'a' AS sku, DATE '2024-01-01' + CAST(i AS INTEGER) AS day, i AS units FROM range(3) t(i)) TO '${path}' (FORMAT parquet)`,
    );
    connection.closeSync();
    instance.closeSync();
    const { columns, rows, whole } = await readSample(path);
    assert.deepEqual([columns, rows[2], whole], [['sku', 'day', 'units'], ['a', '2024-01-03', '2'], true]);
    await rm(folder, { recursive: true });
  });

  it('refuses what is no table', async () => {
    await assert.rejects(sampleOf('a.csv', ''), { code: 'data/no-rows' });
    await assert.rejects(sampleOf('a.csv', 'a\n1\n'), { code: 'cli/unreadable-file' });
    await assert.rejects(sampleOf('a.csv.gz', Uint8Array.of(0x1f, 0x8b, 1, 2)), {
      code: 'data/damaged-file',
    });
    await assert.rejects(sampleOf('a.parquet', 'PAR1xxxx'), { code: 'data/damaged-file' });
    await assert.rejects(readSample('/nowhere/at/all.csv'), { code: 'data/file-not-found' });
  });
});
