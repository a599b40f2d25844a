// FVA was empty just after a training: it seals the history, and labels were read from the tail alone.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { AccuracyMonitor } from '../../src/services/monitor/index.ts';
import { predictionOf } from '../conformance/store-fixtures.ts';
import { projectLike } from '../fixtures/project.ts';
import { openDataFixture, project } from '../hostile/data-fixture.ts';

test('seasonal naive is compared on every label, though the season before the forecast is sealed', async () => {
  const fixture = await openDataFixture();
  try {
    const { data, store, clock } = fixture;
    const day = (n: number): string => new Date(Date.UTC(2024, 3, 1 + n)).toISOString().slice(0, 10);
    const rows = (from: number, to: number, units: (n: number) => number): string =>
      [
        'item,date,units,out',
        ...Array.from({ length: to - from }, (_, i) => `bolt,${day(from + i)},${units(from + i)},0`),
      ].join('\n');
    const history = await fixture.file(
      'history.csv',
      rows(0, 28, (n) => 10 * (n % 7)),
    );
    await data.ingestFile(project, history);
    await data.seal(project.name);
    const cutoff = Date.UTC(2024, 3, 28) / 86_400_000;
    await store.appendPredictions([
      predictionOf('p1', {
        seriesId: 'bolt',
        cutoff,
        levels: [],
        mean: new Float64Array(14).fill(30),
        quantiles: new Float64Array(0),
      }),
    ]);
    await data.ingestFile(
      project,
      await fixture.file(
        'days.csv',
        rows(28, 42, (n) => 10 * (n % 7) + 1),
      ),
    );
    await data.seal(project.name);
    await data.prune(project.name);
    const monitor = new AccuracyMonitor({
      store,
      past: (name, range) => data.sealedPast(name, range),
      clock,
      breathe: async () => {},
    });
    const weekly = projectLike({ ...project, seasons: [7], horizonSteps: 14 });
    const first = await monitor.accuracy(weekly, { groupBy: 'version' });
    assert.equal(first.overall.metrics.n, 14);
    assert.equal(first.baseline.n, 14);
    assert.equal(first.baseline.metrics.mae, 1, 'a week ago it was one less');
    assert.equal(first.groups?.[0]?.valueAdded.n, 14);
    // A correction of the history, sealed at once as a file is, counts from then on.
    await data.ingestFile(
      project,
      await fixture.file(
        'mend.csv',
        rows(21, 28, (n) => 10 * (n % 7) + 1),
      ),
    );
    const second = await monitor.accuracy(weekly, { groupBy: 'version' });
    assert.equal(second.baseline.metrics.mae, 0);
  } finally {
    await fixture.close();
  }
});
