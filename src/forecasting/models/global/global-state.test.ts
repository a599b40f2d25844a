import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Panel } from '../../../core/index.ts';
import { planFeatures, type SeriesWindow, windowOf, writeFeatures } from '../../features/index.ts';
import { testPanel } from '../../features/testing.ts';
import { windowOfState } from './global-model.ts';
import { advanceWindow, followSeries } from './global-state.ts';

const horizon = 7;
const leads = Int32Array.from({ length: horizon }, (_, k) => k + 1);
const panel = testPanel({ periods: 120, zeros: 0.1 });
const plan = planFeatures(panel, { horizon, seasons: [7], nonNegative: true });
const parts = {
  plan,
  form: 'ratio' as const,
  nonNegative: true,
  boosters: [],
  quantiles: null,
  factor: 1,
  covariates: panel.covariates,
};
const keep = plan.historyPeriods;

/** Every feature of every lead by name, and the level. */
function featuresOf(window: SeriesWindow): Record<string, Float32Array | number> {
  const values = new Float32Array(plan.columns.length * horizon);
  const level = writeFeatures(plan, window, leads, { values, rows: horizon, at: 0 });
  const columns = plan.columns.map(({ name }, c): [string, Float32Array] => [
    name,
    values.slice(c * horizon, (c + 1) * horizon),
  ]);
  return { level, ...Object.fromEntries(columns) };
}

const demand = fc.oneof(
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
  { weight: 2, arbitrary: fc.constant(0) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 400 }) },
);
/** Histories shorter and longer than what a state keeps, some of them late to sell anything. */
const history = fc
  .tuple(fc.integer({ min: 0, max: 90 }), fc.array(demand, { maxLength: 120 }))
  .map(([quiet, values]) => Float64Array.of(...new Array<number>(quiet).fill(0), ...values));

test('a state that saw a history period by period has the features of the panel, bit for bit', () => {
  assert.ok(keep > 60 && keep < 150);
  fc.assert(
    fc.property(
      history,
      fc.integer({ min: 0, max: 5 }),
      fc.integer({ min: -10, max: 30 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (values, series, offset, share) => {
        const start = 17_000 + offset;
        const replaced: Panel = { ...panel, series: panel.series.slice() };
        (replaced.series as (typeof panel.series)[number][])[series] = { id: 'replaced', start, values };
        const seen = Math.floor(share * values.length);
        const state = followSeries(values.subarray(0, seen), { series, start, keep });
        for (const value of values.subarray(seen)) advanceWindow(state, value);
        assert.deepEqual(
          featuresOf(windowOfState(parts, state)),
          featuresOf(windowOf(replaced, { series, origin: values.length - 1 })),
        );
      },
    ),
    { numRuns: 150 },
  );
});
