import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { project } from '../../../../test/hostile/data-fixture.ts';
import { isAppError, ObservationStatus, type Project, periodOf } from '../../../core/index.ts';
import { type BodyFormat, checkBody } from './check-body.ts';
import type { CheckedBody } from './ingest-result.ts';
import type { SeriesHigh } from './period-rules.ts';

const now = Date.UTC(2024, 5, 1, 12);
const { observed, missing, stockout } = ObservationStatus;

interface Given {
  project?: Project;
  highs?: ReadonlyMap<string, SeriesHigh>;
  format?: BodyFormat;
}

function check(rows: readonly object[], given: Given = {}): CheckedBody {
  const text =
    given.format === 'ndjson' ? rows.map((row) => JSON.stringify(row)).join('\n') : JSON.stringify(rows);
  return checkText(text, given);
}

function checkText(text: string, given: Given): CheckedBody {
  return checkBody(Buffer.from(text), {
    project: given.project ?? project,
    format: given.format ?? 'json',
    name: 'http',
    now,
    highs: given.highs ?? new Map(),
  });
}

function row(change: object = {}): object {
  return { item: 'a', date: '2024-05-01', units: 5, out: 0, ...change };
}

function day(date: string): number {
  return periodOf(project.grid, Date.parse(date));
}

test('every row rule gives its code, and the good row beside it lands', () => {
  const cases: [object, string][] = [
    [row({ item: '' }), 'null-series'],
    [row({ item: null }), 'null-series'],
    [row({ item: 'x'.repeat(201) }), 'bad-series'],
    [row({ item: 'a\u0007b' }), 'bad-series'],
    [row({ date: '' }), 'bad-time'],
    [row({ date: '2024-02-30' }), 'bad-time'],
    [row({ date: { year: 2024 } }), 'bad-time'],
    [row({ date: '9999-12-31' }), 'time-out-of-range'],
    [row({ date: '2024-06-03' }), 'future-time'],
    [row({ units: '1,234' }), 'bad-number'],
    [row({ units: 'NaN' }), 'bad-number'],
    [row({ units: 'Infinity' }), 'bad-number'],
    [row({ units: '5 pcs' }), 'bad-number'],
    [row({ units: '0x10' }), 'bad-number'],
    [row({ units: true }), 'bad-number'],
    [row({ units: [5] }), 'bad-number'],
    [row({ units: 1e308 }), 'bad-number'],
    [row({ units: '9007199254740993000' }), 'bad-number'],
    [row({ units: -1 }), 'negative'],
    [row({ units: 1_000_001 }), 'above-max'],
    [row({ out: 'maybe' }), 'bad-flag'],
  ];
  for (const [bad, code] of cases) {
    const found = check([bad, row({ item: 'b' })]);
    assert.deepEqual(found.quarantinedByCode, { [code]: 1 }, JSON.stringify(bad));
    assert.equal(found.accepted, 1);
    assert.equal(found.problems[0]?.row, 1);
    assert.deepEqual(found.problems[0]?.raw, bad);
  }
});

test('below-min and negative are told apart', () => {
  const free = { ...project, nonNegative: false, contract: { ...project.contract, minValue: -10 } };
  assert.equal(check([row({ units: -5 })], { project: free }).accepted, 1);
  assert.deepEqual(check([row({ units: -11 })], { project: free }).quarantinedByCode, { 'below-min': 1 });
});

test('what is not an object is a bad row; so is a line that is not JSON', () => {
  assert.deepEqual(check([row(), [1] as object, null as never]).quarantinedByCode, { 'bad-row': 2 });
  const lines = checkText(`${JSON.stringify(row())}\n{"item": \n`, { format: 'ndjson' });
  assert.deepEqual(lines.quarantinedByCode, { 'bad-row': 1 });
});

test('an hour skipped by daylight saving is quarantined', () => {
  const berlin: Project = {
    ...project,
    timezone: 'Europe/Berlin',
    grid: { frequency: 'hour', weekStart: 1 },
  };
  const found = check([row({ date: '2024-03-31T02:30' }), row({ date: '2024-03-31T03:30' })], {
    project: berlin,
  });
  assert.deepEqual(found.quarantinedByCode, { 'nonexistent-time': 1 });
  assert.equal(found.observations[0]?.period, Date.UTC(2024, 2, 31, 1) / 3_600_000);
});

test('empty is unknown demand, zero is zero demand, a stock-out keeps its sales as a lower bound', () => {
  const found = check([
    row({ item: 'a', units: null }),
    row({ item: 'b', units: 0 }),
    row({ item: 'c', units: 3, out: 'yes' }),
    row({ item: 'd', units: '', out: 1 }),
  ]);
  assert.deepEqual(
    found.observations.map(({ value, status }) => [value, status]),
    [
      [Number.NaN, missing],
      [0, observed],
      [3, stockout],
      [Number.NaN, stockout],
    ],
  );
});

test('identical rows are counted once; contradicting rows are all quarantined and leave the period unknown', () => {
  const same = check([row(), row()]);
  assert.deepEqual([same.accepted, same.duplicates, same.quarantined], [1, 1, 0]);
  const against = check([row(), row({ units: 6 }), row({ item: 'b' })]);
  assert.deepEqual(against.quarantinedByCode, { conflict: 2 });
  assert.deepEqual(
    against.observations.map(({ seriesId, status }) => [seriesId, status]),
    [
      ['a', ObservationStatus.refused],
      ['b', observed],
    ],
  );
  assert.deepEqual(
    against.problems.map((problem) => problem.row),
    [1, 2],
  );
});

test('two times of one day contradict each other unless they may be added', () => {
  const rows = [row({ date: '2024-05-01T09:00' }), row({ date: '2024-05-01T17:00' })];
  assert.deepEqual(check(rows).quarantinedByCode, { conflict: 2 });
  const sum = check([...rows, row({ date: '2024-05-01T17:00' })], {
    project: { ...project, conflicts: 'sum' },
  });
  assert.deepEqual([sum.observations[0]?.value, sum.accepted, sum.duplicates], [15, 3, 0]);
  const last = check([row({ units: 9 }), row({ units: 2 })], { project: { ...project, conflicts: 'last' } });
  assert.deepEqual([last.observations[0]?.value, last.accepted, last.duplicates], [2, 1, 1]);
});

test('an empty cell gives way to a value of the same period', () => {
  const found = check([row({ units: null }), row({ units: 7 })]);
  assert.deepEqual([found.observations[0]?.value, found.duplicates], [7, 1]);
});

test('a suspected change of unit is quarantined, and the true row beside it lands', () => {
  const highs = new Map([['a', { high: 40, count: 30 }]]);
  const found = check([row({ units: 41 }), row({ units: 41_000 })], { highs });
  assert.deepEqual(found.quarantinedByCode, { 'unit-jump': 1 });
  assert.equal(found.observations[0]?.value, 41);
  assert.match(
    found.problems[0]?.reason ?? '',
    /41000 is more than 100 times 41|41000 is more than 100 times 40/,
  );
});

test('few values, or none above zero, say nothing about a unit', () => {
  assert.equal(check([row({ units: 5000 })], { highs: new Map([['a', { high: 1, count: 7 }]]) }).accepted, 1);
  assert.equal(
    check([row({ units: 5000 })], { highs: new Map([['a', { high: 0, count: 99 }]]) }).accepted,
    1,
  );
});

test('three periods in a row above the limit are a new level', () => {
  const days = Array.from({ length: 14 }, (_, i) =>
    row({ date: `2024-05-${String(i + 1).padStart(2, '0')}`, units: i < 8 ? 2 : 1000 }),
  );
  const found = check(days);
  assert.deepEqual(found.quarantinedByCode, { 'unit-jump': 3 });
  assert.equal(found.accepted, 11);
});

test('a column that no row has refuses the whole body; so does a header without it', () => {
  assert.throws(
    () => check([{ item: 'a', date: '2024-05-01' }]),
    (error) => isAppError(error, 'data/missing-column') && /"units"/.test(error.message),
  );
  assert.throws(
    () => checkText('item,date\na,2024-05-01\n', { format: 'csv' }),
    (error) => isAppError(error, 'data/missing-column') && /it has: item, date/.test(error.message),
  );
});

test('without series columns everything is one series', () => {
  const one = { ...project, columns: { ...project.columns, series: [] } };
  assert.deepEqual(
    check([row(), row({ date: '2024-05-02' })], { project: one }).observations.map((found) => found.seriesId),
    ['all', 'all'],
  );
});

test('names of JavaScript objects are names like any other', () => {
  const strange = { ...project, columns: { series: ['__proto__'], time: 'constructor', target: 'toString' } };
  const text = '[{"__proto__":"__proto__","constructor":"2024-05-01","toString":4},{}]';
  const found = checkText(text, { project: strange });
  assert.deepEqual(found.observations, [
    { seriesId: '__proto__', period: day('2024-05-01'), value: 4, status: observed },
  ]);
  assert.deepEqual(found.quarantinedByCode, { 'null-series': 1 });
});

test('the same rows give the same result as JSON, NDJSON and CSV, and nothing sent is lost', () => {
  const value = fc.oneof(
    fc.integer({ min: -5, max: 200 }),
    fc.constantFrom('', 'x', '1,5', 'NaN', '1e400', '12.5', '-0'),
  );
  const rows = fc.array(
    fc.record({
      item: fc.constantFrom('a', 'b', 'c/d', '', ' ', '__proto__', 'ü'),
      date: fc.constantFrom('2024-05-01', '2024-05-02', '2024-05-02T12:00', '2024-02-30', '9999-01-01', ''),
      units: value,
      out: fc.constantFrom('', '0', '1', 'no', '?'),
    }),
    { minLength: 1, maxLength: 25 },
  );
  fc.assert(
    fc.property(rows, fc.constantFrom('quarantine', 'last', 'sum'), (given, conflicts) => {
      const options = { project: { ...project, conflicts } } as const;
      const csv = `item,date,units,out\n${given.map((r) => [r.item, r.date, `"${r.units}"`, r.out].join(',')).join('\n')}\n`;
      const results = [
        check(given, { ...options, format: 'json' }),
        check(given, { ...options, format: 'ndjson' }),
        checkText(csv, { ...options, format: 'csv' }),
      ];
      for (const found of results) {
        assert.equal(found.accepted + found.duplicates + found.quarantined, given.length);
        assert.deepEqual(found.observations, results[0]?.observations);
        assert.deepEqual(found.quarantinedByCode, results[0]?.quarantinedByCode);
      }
    }),
  );
});

test('lines of which none is an object are refused one by one, as what they are', () => {
  const text = '{"item":"a","date":"2024-05-01","units":Infinity}\n[1]\n';
  const found = checkText(text, { format: 'ndjson' });
  assert.deepEqual([found.accepted, found.quarantinedByCode], [0, { 'bad-row': 2 }]);
});
