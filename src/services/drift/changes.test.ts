import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Change, driftPanel, driftThrough } from '../../../test/fixtures/drift-panel.ts';
import { projectLike } from '../../../test/fixtures/project.ts';
import type { DriftChange, Project } from '../../core/index.ts';
import type { ErrorAt } from './change-cost.ts';
import { checkPanel } from './check-panel.ts';
import type { DriftCheck } from './drift-report.ts';

const project: Project = {
  ...projectLike(),
  columns: { series: ['shop', 'item'], time: 'day', target: 'units', known: ['price', 'promo'] },
};

function checked(
  change: Change,
  over: { of?: Project; before?: DriftCheck; errorAt?: ErrorAt; through?: number; seed?: number } = {},
): DriftCheck {
  const { of = project, before = null, errorAt = null, through = driftThrough } = over;
  return checkPanel({
    project: of,
    panel: driftPanel(change, over.seed),
    through,
    holidays: null,
    before,
    errorAt,
  });
}

function changeOf(check: DriftCheck, column: string, group: string | null = null): DriftChange {
  const found = check.columns.find((one) => one.column === column && one.group === group)?.change;
  assert.ok(found, `${column} has drifted`);
  return found;
}

const southFalls: Change = { days: 20, demand: (value, s) => (s >= 2 ? 0.65 * value : value) };

test('a fall of one shop is sudden, began on its day, and is that shop; what has not drifted has no change', () => {
  const check = checked(southFalls);
  const { kind, began, beganBetween, segments, kindBecause } = changeOf(check, 'units');
  assert.deepEqual([kind, kindBecause], ['sudden', null]);
  assert.ok(Math.abs((began as number) - (driftThrough - 19)) <= 1, String(began));
  const [first, last] = beganBetween as [number, number];
  assert.ok(first <= driftThrough - 19 && last >= driftThrough - 19);
  assert.deepEqual(
    segments.map(({ attribute, value, series, seriesAll }) => [attribute, value, series, seriesAll]),
    [['shop', 'south', 2, 4]],
  );
  assert.ok((segments[0]?.shareOfChange as number) > 0.9 && (segments[0]?.shareOfAll as number) < 0.7);
  assert.equal(changeOf(check, 'units', 'south').segments.length, 0, 'both of its items fell alike');
  assert.equal(check.columns.find(({ column }) => column === 'price')?.change, null);
});

test('a slow fall is not sudden', () => {
  const falling: Change = { days: 100, demand: (value) => value };
  const panel = driftPanel(falling);
  for (const { values } of panel.series)
    for (let i = 0; i < 120; i++) values[980 + i] = (values[980 + i] as number) * (1 - 0.5 * (i / 120));
  const check = checkPanel({ project, panel, through: driftThrough, holidays: null, before: null });
  const { kind, began } = changeOf(check, 'units');
  assert.ok(kind === 'incremental' || kind === 'gradual', kind);
  assert.ok((began as number) < check.from, 'it began before the window');
});

test('cost is error × price over a horizon, dearest first; unknown without a price', () => {
  const check = checked(southFalls);
  const all = changeOf(check, 'units').cost;
  assert.ok(all.status === 'ok' && all.isSure && all.amount > 0, JSON.stringify(all));
  assert.deepEqual([all.errorsOf, all.series, all.steps], ['expected', 4, project.horizonSteps]);
  const south = changeOf(check, 'units', 'south');
  assert.ok(south.cost.status === 'ok' && south.rank > changeOf(check, 'units').rank);
  assert.ok(south.cost.amount <= all.amount);
  const priceless: Project = { ...project, columns: { ...project.columns, known: ['promo'] } };
  const { cost } = changeOf(checked(southFalls, { of: priceless }), 'units');
  assert.ok(cost.status === 'unknown');
  assert.match(cost.because, /columns\.price/);
});

test('errors of what was served are what it costs, where forecasts have met their demand', () => {
  // Two units more of error in the window than before, in each of four series of prices 2 to 5.
  const from = driftThrough - 27;
  const errorAt: ErrorAt = (s, period) => (period >= from ? 3 : 1) + 0.01 * ((period + s) % 3);
  const { cost } = changeOf(checked(southFalls, { errorAt }), 'units');
  assert.ok(cost.status === 'ok');
  assert.equal(cost.errorsOf, 'forecasts');
  const whole = 2 * (2 + 3 + 4 + 5) * project.horizonSteps;
  assert.ok(Math.abs(cost.amount / whole - 1) < 0.05, `${cost.amount} ${whole}`);
  const half: ErrorAt = (s, period) => (period % 2 === 0 ? errorAt(s, period) : Number.NaN);
  const few = changeOf(checked(southFalls, { errorAt: half }), 'units').cost;
  assert.equal(few.errorsOf, 'expected', 'half of the periods are too few');
});

test('a price that one item changes costs by that item alone', () => {
  const check = checked({ days: 24, price: (value, s) => (s === 1 ? 3 * value : value) });
  const { cost, segments } = changeOf(check, 'price');
  assert.equal(cost.series, 1);
  assert.ok(segments.every(({ shareOfChange }) => shareOfChange > 0.5));
});

test('what a column once was is known when it is so again, and is kept in bounds', () => {
  const raised: Change = { days: 24, promo: (value) => 1 - value };
  let before = checked(raised);
  assert.ok(changeOf(before, 'promo').kind === 'sudden');
  assert.equal(before.concepts?.length, 1);
  for (let i = 0; i < 3; i++) before = checked(raised, { before });
  assert.equal(before.concepts?.length, 1, 'what goes on is one concept');
  const old = { ...(before.concepts?.[0] as object), from: 10, to: 20 } as never;
  const again = checked(raised, { before: { ...before, concepts: [old] } });
  const { kind, wasSoSince } = changeOf(again, 'promo');
  assert.deepEqual([kind, wasSoSince], ['recurring', 10]);
  const size = JSON.stringify(again).length;
  assert.ok(size < 20_000, `${size} characters`);
  assert.ok(!JSON.stringify(again).includes('NaN'));
});
