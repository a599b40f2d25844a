// A forecast of 7 steps lost its labels when one of 28 steps for the same series came after it on a page: its demand was
// then taken as zero (gap rule zero) or as not arrived (gap rule missing).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../src/core/index.ts';
import { AccuracyMonitor } from '../../src/services/monitor/index.ts';
import { openSqliteStore } from '../../src/storage/sqlite/index.ts';
import { commitOf, predictionOf, row, startMs } from '../conformance/store-fixtures.ts';
import { pastOf } from '../fixtures/past.ts';
import { projectLike } from '../fixtures/project.ts';

for (const gaps of ['zero', 'missing'] as const) {
  test(`forecasts of 7 and of 28 steps, all of them right, have no error (gap rule ${gaps})`, async () => {
    const clock = new ManualClock(startMs);
    const store = openSqliteStore({ path: ':memory:', clock });
    const demand = (period: number): number => 100 + period;
    const days = Array.from({ length: 200 }, (_, i) => row('apples', i + 1, demand(i + 1)));
    await store.commitBatch(commitOf('a', days));
    await store.appendPredictions(
      [
        [100, 7],
        [110, 28],
      ].map(([cutoff = 0, horizon = 0]) =>
        predictionOf(`p${cutoff}`, {
          cutoff,
          levels: [],
          mean: Float64Array.from({ length: horizon }, (_, i) => demand(cutoff + i + 1)),
          quantiles: new Float64Array(0),
        }),
      ),
    );
    const monitor = new AccuracyMonitor({
      store,
      past: async (_name, range) => pastOf([], range),
      clock,
      breathe: async () => {},
    });
    const { overall } = await monitor.accuracy(projectLike({ gaps, horizonSteps: 28, seasons: [1] }));
    assert.equal(overall.metrics.n, 35);
    assert.equal(overall.metrics.mae, 0);
    assert.equal(overall.labelCoverage, 1);
    await store.close();
  });
}
