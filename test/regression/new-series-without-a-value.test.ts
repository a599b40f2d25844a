// A new series of which nothing but a row without a value had come made every request for all series fail as unknown.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { World } from '../fixtures/serving-world.ts';

test('a request for everything leaves out a series of which no value is known; one that names it is told', async () => {
  const world = new World();
  world.championVersion = world.train({ model: 'naive', lastPeriod: 10, series: { a: [1, 2, 3] } });
  await world.serving.start([world.project]);
  await world.ingest(['new', 11, null]);
  await world.serving.catchUp('shop');
  const { forecasts } = await world.serving.forecast('shop', {});
  assert.deepEqual(
    forecasts.map(({ series }) => series),
    ['a'],
  );
  const named = world.serving.forecast('shop', { series: ['a', 'new'] });
  await assert.rejects(named, { code: 'serving/unknown-series' });
});
