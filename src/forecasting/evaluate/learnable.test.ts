import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Covariates, Panel } from '../../core/index.ts';
import { learnablePanel } from './learnable.ts';

/** Level 50, with one value in its place. */
function withOne(at: number, value: number): Float64Array {
  return Float64Array.from({ length: 60 }, (_, t) => (t === at ? value : 45 + (t % 11)));
}

function panelOf(histories: readonly Float64Array[], covariates?: Covariates): Panel {
  const series = histories.map((values, s) => ({ id: `item${s}`, start: 1, values }));
  return {
    grid: { frequency: 'day', weekStart: 1 },
    series,
    ...(covariates === undefined ? {} : { covariates }),
  };
}

/** A promotion known ahead, in the periods of one series that are named. */
function promotedAt(...periods: number[]): Covariates {
  const values = new Float32Array(60);
  for (const t of periods) values[t] = 1;
  return {
    begins: Int32Array.of(0, 60),
    starts: Int32Array.of(1),
    varying: [{ name: 'promotion', role: 'known', labels: null, values }],
    fixed: [],
  };
}

test('one order that dwarfs all others is unknown to whoever learns, and the history itself stays as it is', () => {
  const history = withOne(40, 900);
  const { panel, leftOut } = learnablePanel(panelOf([withOne(40, 100), history]));
  assert.deepEqual(leftOut, [1]);
  assert.ok(Number.isNaN(panel.series[1]?.values[40]));
  assert.equal(history[40], 900);
  assert.deepEqual(learnablePanel(panel).leftOut, [], 'twice is once');
});

test('two large orders come again, and a launch of few values says nothing of what is large', () => {
  const twice = withOne(40, 900);
  twice[20] = 700;
  const sparse = Float64Array.from({ length: 60 }, (_, t) => (t % 3 === 0 ? 1 + (t % 4) : 0));
  const panel = panelOf([twice, Float64Array.of(2, 3, 90), sparse, new Float64Array(60)]);
  assert.equal(learnablePanel(panel).panel, panel);
});

test('a value stays that a promotion explains, and goes where others had the same promotion', () => {
  const history = withOne(40, 900);
  assert.deepEqual(learnablePanel(panelOf([history], promotedAt(40))).leftOut, []);
  assert.deepEqual(learnablePanel(panelOf([history], promotedAt(10, 40))).leftOut, [0]);
  assert.deepEqual(learnablePanel(panelOf([history], promotedAt(10))).leftOut, [0]);
});
