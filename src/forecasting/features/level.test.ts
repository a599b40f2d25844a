import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Panel } from '../../core/index.ts';
import { launchLevelsByOthers, planFeatures, trailingLevel, windowOf } from './index.ts';
import { testPanel } from './testing.ts';

const options = { horizon: 28, seasons: [7], nonNegative: true };
const plain = planFeatures(testPanel({ withCovariates: false }), options);

function levelOf(values: readonly number[], plan = plain): number {
  const history = Float64Array.from(values);
  return trailingLevel(plan, {
    values: history,
    last: history.length - 1,
    period: 18_000,
    series: -1,
    covariates: undefined,
  });
}

test('the level of a dense series is the mean of its last 56 days', () => {
  const values = Array.from({ length: 200 }, (_, t) => (t < 144 ? 500 : 10 + (t % 2)));
  assert.ok(Math.abs(levelOf(values) - 10.5) < 1e-12);
});

test('unknown days count for nothing, not for zero', () => {
  const values = Array.from({ length: 200 }, (_, t) => (t % 3 === 0 ? Number.NaN : 12));
  assert.equal(levelOf(values), 12);
});

test('one giant order moves the level by ten usual demands at most', () => {
  const values = Array(200).fill(8);
  values[190] = 80_000;
  assert.ok(levelOf(values) <= (55 * 8 + 10 * 8) / 56);
});

test('a series that has gone quiet keeps a level above zero, and a lower one', () => {
  const values = Array.from({ length: 200 }, (_, t) => (t < 100 ? 10 : 0));
  const level = levelOf(values);
  assert.ok(level > 0 && level < 3, String(level));
});

test('returns do not take the level to zero where demand may be negative', () => {
  assert.equal(levelOf(Array.from({ length: 200 }, (_, t) => (t % 2 === 0 ? 5 : -5))), 5);
});

test('zeros before the first demand are not history', () => {
  assert.equal(levelOf([...Array(150).fill(0), ...Array(50).fill(6)]), 6);
});

/** 40 series launched one after the other: small stores begin at 5 a day, large ones at 50. */
function launches(): Panel {
  const series = Array.from({ length: 40 }, (_, s) => ({
    id: `item ${s}`,
    start: 17_000 + 40 * s,
    values: new Float64Array(300).fill(s % 2 === 0 ? 5 : 50),
  }));
  return {
    grid: { frequency: 'day', weekStart: 1 },
    series,
    covariates: {
      begins: new Int32Array(41),
      starts: Int32Array.from(series, ({ start }) => start),
      varying: [],
      fixed: [
        { name: 'store', labels: ['small', 'large'], values: Float32Array.from(series, (_, s) => s % 2) },
      ],
    },
  };
}

/** The same series, all there from the start: too few launches to learn from, so whole series stand in. */
function grown(): Panel {
  const panel = launches();
  const series = panel.series.map((one) => ({ ...one, start: 17_000 }));
  const covariates = panel.covariates && { ...panel.covariates, starts: new Int32Array(40).fill(17_000) };
  return { ...panel, series, ...(covariates === undefined ? {} : { covariates }) };
}

test('a series without history begins at the level at which its like began', () => {
  const plan = planFeatures(launches(), options);
  assert.equal(plan.launch.launches, true);
  const at = (code: number): number =>
    trailingLevel(plan, {
      values: new Float64Array(0),
      last: -1,
      period: 18_000,
      series: -1,
      covariates: undefined,
      statics: Float32Array.of(code),
    });
  // Shrunk towards the mean of all, exp(½(ln 5 + ln 50)) = 15.8, by four series against twenty.
  assert.ok(at(0) > 5 && at(0) < 8, String(at(0)));
  assert.ok(at(1) > 35 && at(1) < 50, String(at(1)));
  const unknown = at(Number.NaN);
  assert.ok(Math.abs(unknown - 15.8) < 1, String(unknown));
});

test('a young series leans on its like and lets go by the eighth value', () => {
  const plan = planFeatures(launches(), options);
  const levelAfter = (count: number): number =>
    trailingLevel(plan, {
      values: new Float64Array(count).fill(5),
      last: count - 1,
      period: 18_000,
      series: -1,
      covariates: undefined,
      statics: Float32Array.of(1),
    });
  assert.ok(levelAfter(1) > levelAfter(3) && levelAfter(3) > levelAfter(7));
  assert.equal(levelAfter(8), 5);
});

test('what a series sells itself has no part in the launch level that the others tell it', () => {
  for (const panel of [launches(), grown()]) {
    const plan = planFeatures(panel, options);
    const before = launchLevelsByOthers(plan, panel);
    assert.ok(before.every((level) => level > 0 && Number.isFinite(level)));
    for (const s of [1, 7, 38]) {
      const changed = { ...panel, series: panel.series.slice() };
      const own = panel.series[s] as (typeof panel.series)[number];
      changed.series[s] = { ...own, values: own.values.map((value) => 100 * value) };
      const changedPlan = planFeatures(changed, options);
      const after = launchLevelsByOthers(changedPlan, changed);
      assert.equal(after[s], before[s]);
      assert.notEqual(changedPlan.launch.all, plan.launch.all);
    }
  }
});

test('the launch level told by the others is near the one told by all', () => {
  const panel = launches();
  const plan = planFeatures(panel, options);
  const levels = launchLevelsByOthers(plan, panel);
  levels.forEach((level, series) => {
    const all = trailingLevel(plan, windowOf(panel, { series, origin: -1 }));
    assert.ok(Math.abs(level / all - 1) < 0.1, `${level}, ${all}`);
  });
});

test('a series without any like it is told the launch level of the plan', () => {
  const panel = testPanel({ seriesCount: 1, withCovariates: false });
  const plan = planFeatures(panel, options);
  const own = trailingLevel(plan, windowOf(panel, { series: 0, origin: -1 }));
  assert.deepEqual([...launchLevelsByOthers(plan, panel)], [own]);
});
