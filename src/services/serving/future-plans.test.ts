// What forecasts are told of the periods to come.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { shop, type TestArtifact, World } from '../../../test/fixtures/serving-world.ts';
import { isAppError } from '../../core/index.ts';
import { checkOf } from '../contracts/testing.ts';
import type { ForecastRequest, ForecastResponse } from './forecast-request.ts';
import { responseJson, responseOf } from './forecast-response.ts';

const columns = {
  series: ['item'],
  time: 'date',
  target: 'units',
  known: ['price', 'event'],
  static: ['size'],
  categories: ['event'],
};
const artifact: TestArtifact = {
  model: 'naive',
  lastPeriod: 10,
  series: { a: [1, 2, 3], b: [4, 5, 6] },
  knows: ['price', 'holiday'],
};

/** Steps are of 12, 13 and 14 January 1970. */
async function trained(change: Partial<TestArtifact> = {}): Promise<World> {
  const world = new World(shop({ columns, calendar: { country: 'US' } }));
  world.championVersion = world.train({ ...artifact, knows: ['price'], ...change });
  await world.serving.start([world.project]);
  return world;
}

function means(response: ForecastResponse, series: string): number[] {
  return response.forecasts.find((one) => one.series === series)?.steps.map(({ mean }) => mean) ?? [];
}

test('plans of rows reach the model, and what is unknown is named in the answer', async () => {
  const world = await trained();
  await world.plan(['a', 11, { price: 2 }], ['a', 12, { price: 3, event: 'fair' }], ['b', 11, { price: 1 }]);
  await world.serving.catchUp('shop');
  const response = await world.serving.forecast('shop', {});
  assert.equal(response.cutoffAt, '1970-01-11');
  assert.deepEqual(means(response, 'a'), [2, 3, 0]);
  assert.deepEqual(means(response, 'b'), [1, 0, 0]);
  assert.deepEqual(response.missingCovariates, ['price']);
  assert.deepEqual(
    world.predictions.map(({ covariates }) => covariates),
    [{ price: [2, 3, null] }, { price: [1, null, null] }],
  );
});

test('a later plan replaces an earlier one, demand moves the steps on, and a plan is no demand', async () => {
  const world = await trained();
  await world.plan(['a', 11, { price: 2 }], ['a', 12, { price: 3 }], ['a', 14, { price: 9 }]);
  await world.plan(['a', 12, { price: 5 }], ['a', 13, { price: 7 }]);
  await world.ingest(['a', 11, 4]);
  await world.serving.catchUp('shop');
  const response = await world.serving.forecast('shop', { series: ['a'] });
  assert.equal(response.cutoffAt, '1970-01-12');
  assert.deepEqual(means(response, 'a'), [5, 7, 9]);
  assert.equal(response.missingCovariates, undefined);
});

test('the plans of a request come before those of rows: of a series before those for all, null as planned', async () => {
  const world = await trained();
  await world.plan(['a', 11, { price: 2 }], ['b', 12, { price: 3 }]);
  await world.serving.catchUp('shop');
  const future = { price: [null, 8, 8], b: { price: [1, '2', true] } };
  const answer = await world.serving.answer('shop', { future });
  const response = responseOf(answer);
  assert.deepEqual(means(response, 'a'), [2, 8, 8]);
  assert.deepEqual(means(response, 'b'), [1, 2, 1]);
  assert.deepEqual(JSON.parse([...responseJson(answer)].join('')), response);
  assert.deepEqual(world.predictions[0]?.covariates, { price: [2, 8, 8] });
  const same = await world.serving.answer('shop', { series: ['a'], future: { price: [4, 4, 4] } });
  assert.deepEqual(same.forecasts[0]?.prediction.covariates, { price: 4 });
});

test('the calendar is known without plans, and may be overruled', async () => {
  const world = await trained({ knows: ['holiday'], lastPeriod: 17 });
  await world.serving.forecast('shop', { series: ['a'] });
  const king = 'Martin Luther King Jr. Day';
  assert.deepEqual(world.predictions[0]?.covariates, { holiday: [king, 'none', 'none'] });
  await world.serving.forecast('shop', { series: ['a'], future: { holiday: [null, 'Fair', null] } });
  assert.deepEqual(world.predictions[1]?.covariates, { holiday: [king, 'Fair', 'none'] });
});

test('a model that looks at nothing is told nothing, and nothing is missing', async () => {
  const { knows: _, ...plain } = artifact;
  const world = new World(shop({ columns }));
  world.championVersion = world.train(plain);
  await world.serving.start([world.project]);
  const response = await world.serving.forecast('shop', { series: ['a'], future: { price: [1, 2, 3] } });
  assert.equal(response.missingCovariates, undefined);
  assert.equal(world.predictions[0]?.covariates, undefined);
});

test('values with dates reach the steps of those dates, whatever each series is closed through', async () => {
  const world = await trained();
  await world.ingest(['a', 11, 4]);
  await world.serving.catchUp('shop');
  const date = ['1970-01-13', '1970-01-12', '1970-01-16', '1999-01-01'];
  const ask = { future: { date, price: [3, 2, 6, 9], b: { date: ['1970-01-13'], price: [8] } } };
  const response = await world.serving.forecast('shop', ask);
  // The first step of a is the 13th, that of b the 12th.
  assert.deepEqual(means(response, 'a'), [3, 0, 0]);
  assert.deepEqual(means(response, 'b'), [2, 8, 0]);
  assert.deepEqual(response.missingCovariates, ['price']);
});

test('one list of steps for series whose steps begin apart is refused, unless it says the same of every step', async () => {
  const world = await trained();
  await world.ingest(['a', 11, 4]);
  await world.serving.catchUp('shop');
  const ask = (future: ForecastRequest['future'], series = ['b', 'a']): Promise<ForecastResponse> =>
    world.serving.forecast('shop', { series, ...(future ? { future } : {}) });
  await assert.rejects(ask({ price: [1, 2, 3] }), (error: Error) => {
    assert.ok(isAppError(error, 'serving/invalid-future'));
    assert.match(
      error.message,
      /those of "b" on 1970-01-12, of "a" on 1970-01-13; give the periods .* in "date"/,
    );
    return true;
  });
  assert.deepEqual(means(await ask({ price: [5, 5, 5] }), 'a'), [5, 5, 5]);
  assert.deepEqual(means(await ask({ price: [1, 2, 3] }, ['a']), 'a'), [1, 2, 3]);
  // A list of its own is of the steps of its own.
  const own = await ask({ a: { price: [1, 2, 3] }, b: { price: [4, 5, 6] } });
  assert.deepEqual(
    [means(own, 'a'), means(own, 'b')],
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
  );
});

test('plans that do not fit are refused, with what would', async () => {
  const world = await trained();
  const refused: [ForecastRequest['future'], RegExp][] = [
    [{ price: [1, 2] }, /"price" in `future` has 2 values: the horizon is 3/],
    [
      { units: [1, 2, 3] },
      /"units" in `future` is no column that is known ahead .*"price", "event", "holiday"/,
    ],
    [{ size: [1, 2, 3] }, /no column that is known ahead/],
    [{ price: [1, 'cheap', 3] }, /"price" in `future` holds "cheap": it is a column of numbers/],
    [{ c: { price: [1, 2, 3] } }, /series "c", which is not asked for/],
    [{ a: { cost: [1, 2, 3] } }, /"cost" in `future`/],
    [{ date: ['1970-01-12'], price: [1, 2, 3] }, /"price" in `future` has 3 values: "date" has 1/],
    [
      { date: ['tomorrow'], price: [1] },
      /"date" in `future` holds "tomorrow", which is no time of frequency day/,
    ],
  ];
  for (const [future, message] of refused)
    await assert.rejects(
      world.serving.forecast('shop', { series: ['a'], ...(future ? { future } : {}) }),
      (error) => isAppError(error, 'serving/invalid-future') && message.test(error.message),
    );
  assert.equal(world.predictions.length, 0);
});

test('a series with attributes and no demand is forecast by the model, and by the baseline once it sells', async () => {
  const world = await trained();
  await assert.rejects(world.serving.forecast('shop', { series: ['new'] }), (error) =>
    isAppError(error, 'serving/unknown-series'),
  );
  world.attributes.push({ seriesId: 'new', attributes: { size: 7 }, batchSeq: 1 });
  world.attributes.push({ seriesId: 'a', attributes: { size: 7 }, batchSeq: 1 });
  await world.serving.catchUp('shop');
  const response = await world.serving.forecast('shop', {});
  const { source, reason } = response.forecasts.find(({ series }) => series === 'new') ?? {};
  assert.deepEqual([source, reason, means(response, 'new')], ['model', 'new-series', [7, 7, 7]]);
  await world.ingest(['new', 11, 3]);
  await world.serving.catchUp('shop');
  const [later] = (await world.serving.forecast('shop', { series: ['new'] })).forecasts;
  assert.deepEqual([later?.source, later?.reason], ['baseline', 'new-series']);
});

test('a plan that the data contract lets no row have is refused, and named with its place', async () => {
  const range = checkOf(
    { kind: 'invalid', value: { minimum: 0 } },
    { id: 'price.range', columns: ['price'] },
  );
  const full = checkOf({ kind: 'nulls' }, { id: 'event.required', columns: ['event'] });
  const told = checkOf(
    { kind: 'invalid', value: { maximum: 1 } },
    { columns: ['price'], severity: 'warning' },
  );
  const project = shop({ columns });
  const rules = { file: 'c.yaml', id: 'c', version: '1', checks: [range, full, told], warnings: [] };
  const world = new World({ ...project, contract: { ...project.contract, rules } });
  world.championVersion = world.train({ ...artifact, knows: ['price'] });
  await world.serving.start([world.project]);
  const ask = (future: NonNullable<ForecastRequest['future']>) =>
    world.serving.forecast('shop', { series: ['a'], future });
  await assert.rejects(ask({ price: [2, -3, 1] }), (error) => {
    assert.ok(isAppError(error, 'serving/invalid-future'));
    assert.match(error.message, /"price" in `future` holds -3 as value 2, .*price\.range: is below 0/);
    return true;
  });
  await assert.rejects(ask({ event: ['fair', null, null] }), /event\.required: is empty/);
  assert.equal((await ask({ price: [2, 3, 1] })).forecasts.length, 1);
});

test('plans that what forecasts a series does not look at are named, as they change nothing', async () => {
  const blind = await trained({ knows: [] });
  const ask = { series: ['a'], future: { price: [1, 2, 3] } };
  assert.deepEqual((await blind.serving.forecast('shop', ask)).ignoredCovariates, ['price']);
  const seeing = await trained();
  assert.equal((await seeing.serving.forecast('shop', ask)).ignoredCovariates, undefined);
  const both = { series: ['a'], future: { price: [1, 2, 3], event: ['fair', 'fair', 'fair'] } };
  assert.deepEqual((await seeing.serving.forecast('shop', both)).ignoredCovariates, ['event']);
});
