import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HttpWorld } from '../../../test/fixtures/http-world.ts';
import type * as api from './contract.ts';

const hostile = `<img src=x onerror=alert(1)>/\u202E\u001B[31m"'%2F?#`;
let world: HttpWorld;

async function get<T>(url: string, status = 200): Promise<T> {
  const response = await world.app.inject({ method: 'GET', url });
  assert.equal(response.statusCode, status, response.body);
  return response.json() as T;
}

const list = (query = ''): Promise<api.SeriesList> => get(`/v1/projects/shop/series${query}`);
const ids = ({ items }: api.SeriesList): string[] => items.map(({ series }) => series);

before(async () => {
  world = await HttpWorld.open();
  const days = Array.from({ length: 30 }, (_, i) => i - 30);
  await world.observe(
    ...days.flatMap((day): [string, number, number][] => [
      ['apples', day, 10],
      ['pears', day, day % 2 === 0 ? 4 : 0],
      [hostile, day, 1],
    ]),
  );
  const version = await world.train({ apples: [10, 10], pears: [0, 4], [hostile]: [1, 1] });
  await world.promote(version);
  await world.app.inject({ method: 'POST', url: '/v1/projects/shop/forecast', payload: {} });
  await world.observe(['apples', 0, 13], ['pears', 0, 4], [hostile, 0, 1], ['new/plums', -1, 500]);
});
after(() => world.close());

test('the list says what each figure rests on, and what is said a moment ago is in it', async () => {
  const { items, total, matched, value, accuracy, asOf, next } = await list();
  assert.deepEqual([total, matched, next], [4, 4, null]);
  assert.deepEqual(
    items.map(({ series }) => series),
    [hostile, 'apples', 'new/plums', 'pears'].sort(),
  );
  assert.equal(asOf.version, 1);
  assert.equal(value?.column, null);
  assert.deepEqual(accuracy, { from: '2026-01-31', to: '2026-01-31', seriesOmitted: 0 });
  const apples = items.find(({ series }) => series === 'apples');
  assert.deepEqual(apples, {
    series: 'apples',
    attributes: {},
    state: 'active',
    firstAt: '2026-01-01',
    newestAt: '2026-01-31',
    classes: { abc: 'A', xyz: 'X' },
    value: {
      n: 30,
      units: 300,
      price: null,
      amount: 300,
      share: 300 / (300 + 60 + 30 + 500),
      variation: apples?.value.variation,
    },
    error: { n: 1, labelsDue: 1, absolute: 3, mae: 3, wape: 3 / 13, bias: -3 / 13, amount: 3 },
    valueAdded: { n: 1, value: 0 },
  });
});

test('a series whose first row comes long after the others is new, and has no forecast to be graded', async () => {
  const { items } = await list('?state=new');
  assert.deepEqual(
    items.map(({ series, state, error, valueAdded }) => [series, state, error, valueAdded]),
    [['new/plums', 'new', null, { n: 0, value: null }]],
  );
});

test('series are found by a part of the id, by class, and sorted by what is asked', async () => {
  assert.deepEqual(ids(await list('?search=PL')), ['apples', 'new/plums']);
  assert.deepEqual(ids(await list('?sort=value&limit=2')), ['new/plums', 'apples']);
  assert.deepEqual(ids(await list('?sort=error')).at(-1), 'new/plums');
  assert.deepEqual(ids(await list('?sort=error'))[0], 'apples');
  assert.deepEqual(ids(await list('?sort=error&order=reversed')).at(-1), 'new/plums');
  assert.deepEqual(ids(await list('?class=C')), [hostile]);
  assert.deepEqual(ids(await list('?class=BZ')), []);
});

test('pages go through all series once, also while rows come', async () => {
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page: api.SeriesList = await list(
      `?sort=value&limit=1${cursor === null ? '' : `&cursor=${cursor}`}`,
    );
    seen.push(...ids(page));
    cursor = page.next;
    await world.observe(['pears', -1, 900 + seen.length]);
  } while (cursor !== null);
  assert.deepEqual(seen, ['new/plums', 'apples', 'pears', hostile]);
  await world.observe(['pears', -1, 0]);
});

test('what cannot be asked is refused with what to do', async () => {
  for (const query of [
    '?cursor=nonsense',
    '?state=asleep',
    '?class=D',
    '?attribute=red',
    '?limit=0',
    '?sort=size',
  ]) {
    const problem = await get<api.Problem>(`/v1/projects/shop/series${query}`, 400);
    assert.ok(problem.hint.length > 0 && problem.detail.length > 0, query);
  }
  const { next } = await list('?limit=1');
  const other = await get<api.Problem>(`/v1/projects/shop/series?limit=1&sort=value&cursor=${next}`, 400);
  assert.equal(other.code, 'series/invalid-cursor');
  const nobody = await get<api.Problem>('/v1/projects/shop/series/nobody', 404);
  assert.equal(nobody.code, 'serving/unknown-series');
  assert.match(nobody.hint, /observations/);
  const reversed = await get<api.Problem>(
    '/v1/projects/shop/series/apples?from=2026-01-30&to=2026-01-01',
    400,
  );
  assert.equal(reversed.code, 'series/invalid-window');
  await get('/v1/projects/shop/series/apples?from=1990-01-01&to=2026-01-01', 400);
});

test('one series comes with its history, what is served now, and what earlier forecasts said with what came', async () => {
  const detail = await get<api.SeriesDetail>('/v1/projects/shop/series/apples?from=2026-01-25');
  assert.deepEqual(detail.window, { from: '2026-01-25', to: '2026-01-31' });
  assert.deepEqual(detail.history.at(-1), { timestamp: '2026-01-31', value: 13, status: 'observed' });
  assert.equal(detail.listed?.series, 'apples');
  assert.deepEqual(
    [detail.forecast?.cutoffAt, detail.forecast?.version, detail.forecast?.steps[0]?.timestamp],
    ['2026-01-31', 1, '2026-02-01'],
  );
  assert.deepEqual(
    detail.earlier.map(({ cutoffAt, version, steps }) => [
      cutoffAt,
      version,
      steps.map(({ lead, mean, actual }) => [lead, mean, actual]),
    ]),
    [
      [
        '2026-01-30',
        1,
        [
          [1, 10, 13],
          [2, 10, null],
          [3, 10, null],
          [4, 10, null],
        ],
      ],
    ],
  );
  assert.deepEqual(
    detail.versions.map(({ number, aliases }) => [number, aliases]),
    [[1, ['champion']]],
  );
});

test('looking at a series stores no forecast', async () => {
  const { count } = await world.store.predictionStats('shop');
  await get('/v1/projects/shop/series/pears');
  assert.equal((await world.store.predictionStats('shop')).count, count);
});

test('an id of markup, slashes and signs is an id like any other', async () => {
  const detail = await get<api.SeriesDetail>(`/v1/projects/shop/series/${encodeURIComponent(hostile)}`);
  assert.equal(detail.series, hostile);
  assert.equal(detail.listed?.series, hostile);
  assert.deepEqual(ids(await list(`?search=${encodeURIComponent('<IMG')}`)), [hostile]);
  const plums = await get<api.SeriesDetail>('/v1/projects/shop/series/new%2Fplums');
  assert.deepEqual([plums.forecast?.source, plums.forecast?.reason], ['baseline', 'new-series']);
});

test('a forecast is taken apart into parts that add up to it, or a sentence says why not', async () => {
  const { forecast } = await get<api.SeriesDetail>('/v1/projects/shop/series/apples');
  const why = await get<api.SeriesExplanation>('/v1/projects/shop/series/apples/explain');
  assert.deepEqual([why.model, why.version, why.statement, why.source], ['naive', 1, null, 'model']);
  assert.deepEqual(
    why.steps.map(({ timestamp, mean }) => [timestamp, mean]),
    forecast?.steps.map(({ timestamp, mean }) => [timestamp, mean]),
  );
  for (const { mean, drivers } of [...why.steps, why.total])
    assert.equal(
      Object.values(drivers ?? {}).reduce((sum, part) => sum + part, 0),
      mean,
    );
  const plums = await get<api.SeriesExplanation>('/v1/projects/shop/series/new%2Fplums/explain?horizon=2');
  assert.deepEqual([plums.steps.length, plums.total.drivers, plums.model], [2, null, null]);
  assert.match(String(plums.statement), /has not learnt this series yet: it repeats the last season/);
  const nobody = await get<api.Problem>('/v1/projects/shop/series/nobody/explain', 404);
  assert.equal(nobody.code, 'serving/unknown-series');
  await get('/v1/projects/shop/series/apples/explain?horizon=99', 400);
  const { count } = await world.store.predictionStats('shop');
  const plans = await world.app.inject({
    method: 'POST',
    url: `/v1/projects/shop/series/${encodeURIComponent(hostile)}/explain`,
    payload: { horizon: 1 },
  });
  assert.deepEqual([plans.statusCode, (plans.json() as api.SeriesExplanation).series], [200, hostile]);
  assert.equal((await world.store.predictionStats('shop')).count, count);
});

test('exceptions are ranked, each with its reason in a sentence', async () => {
  const all = await get<api.SeriesExceptions>('/v1/projects/shop/exceptions');
  assert.deepEqual(all.counts, { miss: 1, lastYear: 0, ended: 0, silent: 0 });
  assert.deepEqual(
    all.items.map(({ kind, amount, because, series }) => [kind, amount, because, series.series]),
    [['miss', 3, 'over 1 label its forecasts missed by 3 of 13 units (23 %), mostly too low', 'apples']],
  );
  const none = await get<api.SeriesExceptions>('/v1/projects/shop/exceptions?kind=silent&limit=1');
  assert.deepEqual([none.items, none.counts.miss], [[], 1]);
  await get('/v1/projects/shop/exceptions?kind=boring', 400);
  await get('/v1/projects/none/exceptions', 404);
});

test('totals are sums of what the list says, and an unknown column is refused', async () => {
  const { items, total, others, by } = await get<api.SeriesTotals>(
    '/v1/projects/shop/totals?by=series&limit=2',
  );
  const listed = await list('?sort=value');
  assert.deepEqual(by, ['series']);
  assert.deepEqual(
    items.map(({ key, units }) => [key.series, units]),
    listed.items.slice(0, 2).map(({ series, value }) => [series, value.units]),
  );
  assert.equal(others?.groups, 2);
  assert.equal(total.units, items.reduce((sum, { units }) => sum + units, 0) + (others?.units ?? 0));
  const alone = await get<api.SeriesTotals>('/v1/projects/shop/totals');
  assert.deepEqual([alone.total.series, alone.items.length], [4, 1]);
  const refused = await get<api.Problem>('/v1/projects/shop/totals?by=colour', 400);
  assert.equal(refused.code, 'series/unknown-column');
});
