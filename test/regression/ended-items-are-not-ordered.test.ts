// Items that had ended kept the upper quantiles of their lifetime: P97.5 of 133 for a mean of 0, and orders as large.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { type Panel, Rng } from '../../src/core/index.ts';
import { evaluatePanel } from '../../src/services/evaluation/index.ts';

test('ended items have quantiles of nothing; regular, rare and seasonal ones beside them keep theirs', async () => {
  const rng = new Rng(7);
  const days = 500;
  const kinds: Record<string, (t: number) => number> = {
    ended: (t) => (t < 300 ? rng.poisson(40) : 0),
    live: () => rng.poisson(40),
    rare: () => (rng.uniform() < 0.1 ? 1 + rng.below(5) : 0),
    seasonal: (t) => (t % 365 < 90 ? rng.poisson(30) : 0),
  };
  const panel: Panel = {
    grid: { frequency: 'day', weekStart: 1 },
    series: Object.entries(kinds).flatMap(([name, of]) =>
      Array.from({ length: 4 }, (_, i) => ({
        id: `${name} ${i}`,
        start: 0,
        values: Float64Array.from({ length: days }, (_, t) => of(t)),
      })),
    ),
  };
  const highest = new Map<string, number>();
  const { ended } = await evaluatePanel({
    panel,
    testSteps: null,
    horizon: 14,
    seasons: [7],
    maseSeason: 7,
    folds: 1,
    models: 'auto',
    levels: [0.5, 0.975],
    threads: 0,
    onForecast: ({ seriesId, mean, quantiles }) => highest.set(seriesId, Math.max(...mean, ...quantiles)),
  });
  // In the last year the seasonal items have been silent for as long as in the year before: they are only out of season.
  assert.equal(ended, 4);
  for (const [id, value] of highest) assert.equal(value === 0, id.startsWith('ended'), `${id}: ${value}`);
});
