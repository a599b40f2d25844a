import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Change, driftPanel, driftStart, driftThrough } from '../../../test/fixtures/drift-panel.ts';
import { projectLike } from '../../../test/fixtures/project.ts';
import type { Project } from '../../core/index.ts';
import { checkPanel } from './check-panel.ts';
import type { DriftCheck } from './drift-report.ts';

const project: Project = {
  ...projectLike(),
  columns: { series: ['shop', 'item'], time: 'day', target: 'units', known: ['price', 'promo'] },
};

function checked(change?: Change, over: { through?: number; before?: DriftCheck | null } = {}): DriftCheck {
  const { through = driftThrough, before = null } = over;
  return checkPanel({ project, panel: driftPanel(change), through, holidays: null, before });
}

const verdicts = (check: DriftCheck): Record<string, string> =>
  Object.fromEntries(check.columns.map(({ column, group, verdict }) => [group ?? column, verdict]));
const faults = ({ faults: found }: DriftCheck): string[] =>
  found.map(({ kind, column }) => `${kind} ${column}`);

test('demand, its groups and the columns beside it are watched; what has not changed says so', () => {
  const check = checked();
  assert.deepEqual(Object.keys(verdicts(check)), ['units', 'north', 'south', 'price', 'promo']);
  assert.ok(!Object.values(verdicts(check)).includes('drift'), JSON.stringify(verdicts(check)));
  assert.deepEqual(check.faults, []);
  const [demand] = check.columns;
  assert.equal(demand?.decidedBy, 'season');
  assert.ok((demand.season?.smallestEffect as number) < 0.25 && demand.season?.effectUnit === 'level');
  assert.deepEqual([demand.coverage, demand.recent.nCurrent], [1, 28]);
});

test('a shop that sells a third less is found, and which one', () => {
  const check = checked({ days: 28, demand: (value, s) => (s >= 2 ? 0.65 * value : value) });
  const found = verdicts(check);
  assert.deepEqual([found.south, found.north, found.price], ['drift', 'none', 'none']);
  assert.match(
    check.columns.find(({ group }) => group === 'south')?.because ?? '',
    /^3\d % below what the same season of last year and the growth since let expect$/,
  );
});

test('a period that is not closed is not looked at', () => {
  const check = checked({ days: 1, demand: () => 0 }, { through: driftThrough - 1 });
  assert.equal(check.to, driftThrough - 1);
  assert.notEqual(check.verdict, 'drift');
});

test('a second check confirms; the same window once more is no second', () => {
  const fallen: Change = { days: 30, demand: (value) => 0.6 * value };
  const first = checked(fallen, { through: driftThrough - 2 });
  const [one] = first.columns;
  assert.deepEqual([one?.verdict, one?.confirmed], ['drift', false]);
  const again = checked(fallen, { through: driftThrough - 2, before: first });
  assert.equal(again.columns[0]?.confirmed, false);
  const second = checked(fallen, { before: JSON.parse(JSON.stringify(again)) as DriftCheck });
  assert.deepEqual([second.columns[0]?.verdict, second.columns[0]?.confirmed], ['drift', true]);
});

test('a price feed that dies is named with the day', () => {
  for (const days of [1, 3]) {
    const check = checked({ days, price: () => Number.NaN });
    assert.deepEqual(faults(check), ['dead price']);
    const [fault] = check.faults;
    assert.deepEqual([fault?.since, fault?.periods], [driftThrough - days + 1, days]);
    assert.match(fault?.because ?? '', /price has had no values since 20\d\d-\d\d-\d\d; before, 100 %/);
  }
});

test('a day on which everybody is closed is no dead feed, and a flag that is never set in that season is not stuck', () => {
  const closed = checked({ days: 1, demand: () => 0, price: () => Number.NaN, promo: () => Number.NaN });
  assert.deepEqual(faults(closed), []);
  const panel = driftPanel();
  const [, promo] = panel.covariates?.varying ?? [];
  for (const [i] of promo?.values.entries() ?? []) {
    const day = i % 1100;
    if (promo !== undefined && (day >= 1072 || (day >= 1072 - 364 && day < 1100 - 364))) promo.values[i] = 0;
  }
  const check = checkPanel({ project, panel, through: driftThrough, holidays: null, before: null });
  assert.deepEqual(faults(check), []);
});

test('a price in another unit is named with the factor, in all series or some', () => {
  const all = checked({ days: 1, price: (value) => 100 * value });
  assert.deepEqual(faults(all), ['unit price']);
  assert.match(all.faults[0]?.because ?? '', /price is 100 times what it was in 4 of 4 series since/);
  const half = checked({ days: 2, price: (value, s) => (s < 2 ? value / 1000 : value) });
  assert.match(half.faults[0]?.because ?? '', /price is 1\/1000 of what it was in 2 of 4 series/);
  assert.deepEqual(faults(checked({ days: 3, price: (value) => 0.5 * value })), []);
});

test('a column that is stuck, and a shop that has vanished', () => {
  assert.deepEqual(faults(checked({ days: 28, promo: () => 0 })), ['constant promo']);
  const gone = checked({ days: 28, demand: (value, s) => (s >= 2 ? 0 : value) });
  assert.deepEqual(faults(gone), ['vanished units']);
  assert.match(gone.faults[0]?.because ?? '', /^south has no units for 28 periods/);
});

test('too short a history is unknown, and nothing is thrown whatever the panel holds', () => {
  const panel = driftPanel();
  const short = {
    ...panel,
    series: panel.series.map((one) => ({ ...one, values: one.values.subarray(0, 20) })),
  };
  const check = checkPanel({ project, panel: short, through: driftStart + 19, holidays: null, before: null });
  assert.equal(check.verdict, 'unknown');
  const empty = { grid: panel.grid, series: [] };
  assert.equal(
    checkPanel({ project, panel: empty, through: 3, holidays: null, before: null }).verdict,
    'unknown',
  );
  for (const value of [Number.NaN, 0, 1e300, 5]) {
    const odd = checked({ days: 1100, demand: () => value, price: () => value, promo: () => value });
    assert.ok(!JSON.stringify(odd).includes('NaN'));
  }
});
