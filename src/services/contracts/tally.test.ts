import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type BoundOperator, type CheckRule, type ContractCheck, keepsBound } from '../../core/index.ts';
import { ContractTally, type TallyOptions } from './tally.ts';
import { checkOf } from './testing.ts';
import { usualOf } from './usual.ts';
import type { Cell } from './value-rule.ts';

interface Row {
  readonly seriesId: string;
  readonly period: number;
  readonly cells: readonly Cell[];
}

const columns = ['store', 'value', 'price'];

function tally(checks: readonly ContractCheck[], rows: readonly Row[], given: Partial<TallyOptions> = {}) {
  const engine = new ContractTally({
    checks,
    columns,
    scope: 'table',
    label: (period) => `period ${period}`,
    hoursSince: (period) => 100 - period,
    ...given,
  });
  const refused = rows.map((row, i) => engine.add({ ...row, cells: [...row.cells], number: i + 1 }));
  return { results: engine.results(), refused };
}

const row = (store: Cell, value: Cell, price: Cell = null, period = 0): Row => ({
  seriesId: String(store),
  period,
  cells: [store, value, price],
});

/** What each kind of row check counts, written down once more in the plainest way. */
const oracles: readonly { rule: CheckRule; columns: string[]; broken: (rows: readonly Row[]) => Row[] }[] = [
  {
    rule: { kind: 'nulls' },
    columns: ['price'],
    broken: (rows) => rows.filter(({ cells }) => cells[2] === null),
  },
  {
    rule: { kind: 'missing', words: ['a'] },
    columns: ['store'],
    broken: (rows) => rows.filter(({ cells }) => cells[0] === null || cells[0] === 'a'),
  },
  {
    rule: { kind: 'invalid', value: { minimum: 2, maximum: 5, belowMaximum: true } },
    columns: ['value'],
    broken: (rows) => rows.filter(({ cells: [, v] }) => v !== null && (Number(v) < 2 || Number(v) >= 5)),
  },
  {
    rule: { kind: 'invalid', value: { values: ['a', 'b'] } },
    columns: ['store'],
    broken: (rows) => rows.filter(({ cells }) => cells[0] === 'c'),
  },
  {
    rule: { kind: 'references', values: ['b', 'c'] },
    columns: ['store'],
    broken: (rows) => rows.filter(({ cells }) => cells[0] === 'a'),
  },
  {
    rule: { kind: 'duplicates' },
    columns: ['store', 'price'],
    broken: (rows) =>
      rows.filter(({ cells: [a, , c] }, i) =>
        a === null || c === null
          ? false
          : rows.slice(0, i).some(({ cells }) => cells[0] === a && String(cells[2]) === String(c)),
      ),
  },
];

const anyRow = fc
  .tuple(
    fc.constantFrom('a', 'b', 'c', null),
    fc.constantFrom(null, 0, 1, 2, 3.5, 5, 8),
    fc.constantFrom(null, 1, 2, '1'),
  )
  .map(([store, value, price]) => row(store, value, price));

test('the verdict on any table is that of a naive count', () => {
  fc.assert(
    fc.property(
      fc.array(anyRow, { maxLength: 30 }),
      fc.constantFrom(...oracles),
      fc.constantFrom<BoundOperator>('mustBe', 'mustNotBe', 'mustBeLessThan', 'mustBeGreaterOrEqualTo'),
      fc.integer({ min: 0, max: 40 }),
      fc.constantFrom('rows' as const, 'percent' as const),
      (rows, oracle, operator, low, unit) => {
        const check = checkOf(oracle.rule, { columns: oracle.columns, bound: { operator, low }, unit });
        const [result] = tally([check], rows).results;
        const broken = oracle.broken(rows);
        if (rows.length === 0) return assert.equal(result?.status, 'not checked');
        const figure = unit === 'rows' ? broken.length : (100 * broken.length) / rows.length;
        assert.equal(result?.figure, figure);
        assert.equal(result.status, keepsBound(check.bound, figure) ? 'passed' : 'failed');
        assert.equal(result.n, rows.length);
        const places = broken.slice(0, 5).map((one) => rows.indexOf(one) + 1);
        assert.deepEqual(
          result.examples.map(({ row: number }) => number),
          places,
        );
      },
    ),
  );
});

test('rows are refused by a check that tolerates none, and by no other', () => {
  const rows = [row('a', 3), row('a', null)];
  const strict = checkOf({ kind: 'nulls' }, { columns: ['value'] });
  assert.match(tally([strict], rows).refused[1]?.reason ?? '', /^nulls: column "value" null is empty$/);
  for (const tolerant of [
    { ...strict, severity: 'warning' as const },
    { ...strict, refuses: 'batch' as const },
    { ...strict, bound: { operator: 'mustBeLessThan' as const, low: 2 } },
    { ...strict, unit: 'percent' as const, bound: { operator: 'mustBeLessOrEqualTo' as const, low: 50 } },
  ])
    assert.deepEqual(tally([tolerant], rows).refused, [null, null]);
});

test('what cannot be known is not checked, and says why', () => {
  const checks = [
    checkOf({ kind: 'unchecked', why: 'it is written for people' }),
    checkOf({ kind: 'nulls' }, { columns: ['colour'] }),
    checkOf({ kind: 'rows' }, { scope: 'table' }),
    checkOf({ kind: 'segments', values: null }, { columns: ['store'] }),
    checkOf({ kind: 'units', factor: 10 }, { columns: ['value'] }),
  ];
  const { results } = tally(checks, [row('a', 1)], { scope: 'batch' });
  assert.deepEqual(
    results.map(({ status, why }) => [status, why]),
    [
      ['not checked', 'it is written for people'],
      ['not checked', 'column "colour" is not read here'],
      ['not checked', 'it is asked of the whole table, not of a batch'],
      ['not checked', 'the project has no history that could say who is usual'],
      ['not checked', 'no row is of a known series'],
    ],
  );
});

test('volume is measured per period against what is usual, and the newest period may be unfinished', () => {
  const check = checkOf(
    { kind: 'volume' },
    { unit: 'percent', bound: { operator: 'mustBeBetween', low: 50, high: 200 } },
  );
  const rows = [0, 0, 1, 1, 2, 3, 3, 4].map((period) => row('a', 1, null, period));
  const [good] = tally([check], rows).results;
  assert.deepEqual([good?.status, good?.figure, good?.n], ['passed', 50, 4]);
  const holes = [0, 0, 1, 1, 3, 3, 4].map((period) => row('a', 1, null, period));
  const [bad] = tally([check], holes).results;
  assert.deepEqual([bad?.status, bad?.figure], ['failed', 0]);
  assert.deepEqual(bad?.examples, [{ row: null, value: 'period 2: 0 rows' }]);
});

test('segments, balance, freshness, units and references ask the history of the project', () => {
  const highs = new Map([
    ['a/1', { high: 10 }],
    ['b/1', { high: 10 }],
  ]);
  const usual = usualOf(highs, { columns: ['store', 'item'], partsOf: (id) => id.split('/') });
  const rows = ['a/1', 'a/1', 'a/1', 'z/1'].map((seriesId, i) => ({
    seriesId,
    period: i,
    cells: [seriesId.slice(0, 1), i === 2 ? 1000 : 5, null],
  }));
  const { results } = tally(
    [
      checkOf({ kind: 'segments', values: null }, { columns: ['store'] }),
      checkOf(
        { kind: 'balance' },
        { columns: ['store'], unit: 'percent', bound: { operator: 'mustBeLessThan', low: 60 } },
      ),
      checkOf({ kind: 'freshness' }, { unit: 'hours', bound: { operator: 'mustBeLessOrEqualTo', low: 97 } }),
      checkOf({ kind: 'units', factor: 12 }, { columns: ['value'] }),
      checkOf({ kind: 'references', values: null }, { columns: ['store'] }),
    ],
    rows,
    { usual },
  );
  assert.deepEqual(
    results.map(({ status, figure, n }) => [status, figure, n]),
    [
      ['failed', 1, 2],
      ['failed', 75, 4],
      ['passed', 97, 4],
      ['failed', 1, 3],
      ['failed', 1, 4],
    ],
  );
  assert.deepEqual(results[0]?.examples, [{ row: null, value: 'b' }]);
  assert.deepEqual(results[3]?.examples, [{ row: 3, value: '1000' }]);
  assert.deepEqual(results[4]?.examples, [{ row: 4, value: '"z"' }]);
});

test('a row that is set aside is none that a later one repeats', () => {
  const unique = checkOf({ kind: 'duplicates' }, { id: 'unique', columns: ['store'] });
  const range = checkOf({ kind: 'invalid', value: { minimum: 0 } }, { id: 'range', columns: ['value'] });
  for (const checks of [
    [unique, range],
    [range, unique],
  ]) {
    const { refused, results } = tally(checks, [row('a', -1), row('a', 1), row('a', 2)]);
    assert.deepEqual(
      refused.map((refusal) => refusal?.check.id),
      ['range', undefined, 'unique'],
    );
    assert.deepEqual(results.map(({ id, figure }) => [id, figure]).sort(), [
      ['range', 1],
      ['unique', 1],
    ]);
  }
});
