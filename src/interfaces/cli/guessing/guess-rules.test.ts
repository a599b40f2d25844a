import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isAppError } from '../../../core/index.ts';
import type { Sample } from '../sample.ts';
import { guessProject } from './guess.ts';

const table = (columns: string, rows: readonly (readonly (string | number)[])[]): Sample => ({
  columns: columns.split(','),
  rows: rows.map((row) => row.map(String)),
  whole: true,
  ragged: 0,
});
const range = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
const week = (i: number): string => new Date(Date.UTC(2022, 0, 3 + 7 * i)).toISOString().slice(0, 10);
const brands = ['a', 'b', 'c', 'd'];

test('weeks that all series lack are unreported, and weeks that one of them lacks are without a sale', () => {
  const weeks = range(80, (i) => i).filter((i) => i % 8 !== 5);
  const together = weeks.flatMap((i) => brands.map((brand, k) => [brand, week(i), 100 + ((i * 7 + k) % 11)]));
  assert.equal(guessProject(table('brand,week,units', together)).project.gaps, 'missing');
  const alone = range(80, (i) => i).flatMap((i) =>
    brands.filter((_, k) => (i + k) % 5 !== 0).map((brand, k) => [brand, week(i), 1 + ((i * 7 + k) % 11)]),
  );
  assert.equal(guessProject(table('brand,week,units', alone)).project.gaps, 'zero');
});

test('days on which all shops are closed are without a sale', () => {
  const days = range(90, (i) => new Date(Date.UTC(2024, 0, 1 + i))).filter((day) => day.getUTCDay() !== 0);
  const rows = days.flatMap((day, i) =>
    brands.map((shop, k) => [shop, day.toISOString().slice(0, 10), 500 + ((i * 7 + k) % 11)]),
  );
  const sample = { ...table('shop,date,sales', rows), whole: false };
  assert.equal(guessProject(sample).project.gaps, 'zero');
});

test('steps that a name calls weeks or days have their season and horizon; those named t have none', () => {
  const steps = (count: number, name: string, of = (i: number): string => String(i)) =>
    table(
      `item,${name},units`,
      brands.flatMap((item, k) => range(count, (i) => [item, of(i + 1), 5 + ((i * 7 + k) % 11)])),
    );
  const weeks = guessProject(steps(120, 'week')).project;
  assert.deepEqual([weeks.frequency, weeks.seasons, weeks.horizonSteps], ['step', [52], 13]);
  const days = guessProject(steps(120, 'd', (i) => `d_${i}`)).project;
  assert.deepEqual([days.seasons, days.horizonSteps], [[7], 28]);
  assert.deepEqual(guessProject(steps(120, 't')).project.seasons, []);
  const file = { file: 'load_hourly.csv', now: null };
  assert.deepEqual(guessProject(steps(400, 't'), {}, file).project.seasons, [24, 168]);
  const both = { file: 'hourly_and_weekly.csv', now: null };
  assert.deepEqual(guessProject(steps(400, 't'), {}, both).project.seasons, []);
});

const items = range(40, (i) => [`S${i}`, 'food', 1990 + (i % 12), 20 + i, 7]);

test('a table with one row for each series is about them, and no history', () => {
  const about = table('series_id,category,start_year,n_train,h', items);
  assert.throws(
    () => guessProject(about),
    (error) =>
      isAppError(error, 'cli/no-guess') &&
      /another series_id: .*no history.*--series series_id/.test(error.message),
  );
  assert.doesNotThrow(() => guessProject(about, { series: ['series_id'] }));
  const shops = table(
    'store,kind,size',
    range(30, (i) => [i + 1, 'abc'[i % 3] ?? '', 100 + i]),
  );
  assert.throws(() => guessProject(shops), /each of the 30 rows is of another store/);
  const firstDay = table(
    'sku,date,units',
    range(40, (i) => [`S${i}`, '2024-01-01', i]),
  );
  assert.equal(guessProject(firstDay).project.frequency, 'day');
});

test('a year and a month in two columns are asked about, and not taken for years', () => {
  const rows = range(48, (i) => [2020 + Math.floor(i / 24), 1 + (Math.floor(i / 2) % 12), `S${i % 2}`, i]);
  assert.throws(
    () => guessProject(table('year,month,sku,units', rows)),
    /two columns, year and month: .*2024-03/,
  );
  const years = table('year,month,sku,units', rows);
  assert.equal(guessProject(years, { time: 'year', frequency: 'year' }).project.frequency, 'year');
});

test('series are counted to the last one, and a name of each is no attribute', () => {
  const rows = range(2_500, (i) => i).flatMap((i) =>
    range(4, (k) => [`id${i}`, `kind${i % 5}`, `2024-0${k + 1}`, (i * 7 + k) % 11]),
  );
  const { project, seriesCount } = guessProject({
    ...table('series_id,kind,period,units', rows),
    isWide: true,
  });
  assert.equal(seriesCount, 2_500);
  assert.deepEqual([project.columns?.series, project.columns?.static], ['series_id', ['kind']]);
});
