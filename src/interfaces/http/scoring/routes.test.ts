import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { HttpWorld } from '../../../../test/fixtures/http-world.ts';
import { TensorModels } from '../../../../test/fixtures/tensor-models.ts';

let world: HttpWorld;

before(async () => {
  const columns = { series: ['series'], time: 'timestamp', target: 'value', known: ['price'] };
  world = await HttpWorld.open({ sources: [new TensorModels()], project: { columns } });
  await world.promote(await world.train({ a: [1, 2, 3], b: [4, 5, 6], 17: [7] }));
});
after(() => world.close());

type Injected = Awaited<ReturnType<HttpWorld['app']['inject']>>;

const json = { 'content-type': 'application/json' };
const csv = { 'content-type': 'text/csv' };

const invoke = (body: unknown, headers: Record<string, string> = json): Promise<Injected> =>
  world.app.inject({
    method: 'POST',
    url: '/invocations',
    payload: typeof body === 'string' ? body : JSON.stringify(body),
    headers,
  });

async function predictions<T>(body: unknown, headers?: Record<string, string>): Promise<T[]> {
  const answer = await invoke(body, headers);
  assert.equal(answer.statusCode, 200, answer.body);
  return (answer.json() as { predictions: T[] }).predictions;
}

async function refused(body: unknown, headers?: Record<string, string>): Promise<string> {
  const answer = await invoke(body, headers);
  assert.equal(answer.statusCode, 400, answer.body);
  const { error_code, message, ...others } = answer.json() as Record<string, string>;
  assert.deepEqual([error_code, others], ['BAD_REQUEST', {}]);
  return message ?? '';
}

interface Forecast {
  readonly mean: readonly number[];
  readonly quantiles: readonly (readonly number[])[];
  readonly timestamp: readonly string[];
  readonly level: readonly number[];
  readonly prediction_id: string;
  readonly source: string;
}

test('is ready, and says which MLflow it follows', async () => {
  const ping = await world.app.inject('/ping');
  assert.deepEqual([ping.statusCode, ping.body], [200, '\n']);
  assert.match((await world.app.inject('/version')).body, /^\d+\.\d+\.\d+$/);
  for (const name of ['nobody', 'echo']) {
    const named = await world.app.inject({ url: '/ping', headers: { 'x-almanac-model': name } });
    assert.equal(named.statusCode, name === 'echo' ? 200 : 404);
  }
});

for (const [form, body] of [
  ['dataframe_split', { dataframe_split: { index: [0, 1], columns: ['series'], data: [['b'], ['a']] } }],
  ['dataframe_records', { dataframe_records: [{ series: 'b' }, { series: 'a' }] }],
  ['instances of objects', { instances: [{ series: 'b' }, { series: 'a' }] }],
  ['instances of values', { instances: ['b', 'a'] }],
  ['inputs by name', { inputs: { series: ['b', 'a'] } }],
  ['inputs in a list', { inputs: ['b', 'a'] }],
  ['inputs of objects', { inputs: [{ series: 'b' }, { series: 'a' }] }],
] as const) {
  test(`${form}: a forecast per row, stored`, async () => {
    const [b, a, ...none] = await predictions<Forecast>(body);
    assert.equal(none.length, 0);
    assert.deepEqual(
      [b?.mean, a?.mean],
      [
        [6, 6, 6, 6],
        [3, 3, 3, 3],
      ],
    );
    assert.equal(b?.quantiles.length, 5);
    assert.equal(b?.quantiles[0]?.length, 4);
    assert.deepEqual([b?.level.length, b?.timestamp[0], b?.source], [5, '2026-01-31', 'model']);
    const stored = await world.app.inject(`/v1/predictions/${a?.prediction_id}`);
    assert.equal(stored.json().series, 'a');
  });
}

test('CSV with a header, any of its usual delimiters and line ends; ids may look like numbers', async () => {
  for (const text of ['series\nb\n17\n', 'series\rb\r17', '\ufeffseries\r\n"b"\r\n\r\n17']) {
    const [b, seventeen] = await predictions<Forecast>(text, csv);
    assert.deepEqual([b?.mean[0], seventeen?.mean[0]], [6, 7]);
  }
  const semicolons = 'price;promo;weekday\r\n10;2;1\r\n';
  assert.deepEqual(await predictions(semicolons, { ...csv, 'x-almanac-model': 'matrix' }), [[9]]);
  const [row] = await predictions<Forecast>({ dataframe_records: [{ series: 17 }] });
  assert.equal(row?.mean[0], 7);
});

test('params and a body that Python wrote, with NaN in it', async () => {
  const body =
    '{"dataframe_records": [{"series": "a", "price": [1.5, NaN]}], "params": {"horizon": 2, "quantiles": [0.1, 0.9]}}';
  const [a] = await predictions<Forecast>(body);
  assert.deepEqual([a?.mean.length, a?.level], [2, [0.1, 0.9]]);
  const inText = '{"dataframe_records": [{"series": "NaN, -Infinity \\" NaN"}, {"series": "a"}]}';
  const answer = await invoke(inText);
  assert.equal(answer.statusCode, 404);
  assert.match(answer.json().message, /NaN, -Infinity/);
});

test('ids past 2^53 keep their digits; values that have more than one text are none of a column of texts', async () => {
  const answer = await invoke('{"dataframe_records":[{"series":9007199254740993}]}');
  assert.equal(answer.statusCode, 404);
  assert.match(answer.json().message, /9007199254740993/);
  for (const value of ['true', '1e21', '1.5', 'null', 'NaN'])
    assert.match(await refused(`{"dataframe_records":[{"series":${value}}]}`), /"series" holds .* is a text/);
  for (const value of ['"a\\u0000"', '"\\ud800"'])
    assert.match(
      await refused(`{"dataframe_records":[{"series":${value}}]}`),
      /"series" holds a text with .* at place 0/,
    );
});

test('a model of a matrix takes columns by its names, in any order, or as they come', async () => {
  const headers = { ...json, 'x-almanac-model': 'matrix' };
  const split = {
    columns: ['weekday', 'extra', 'price', 'promo'],
    data: [
      [1, 'x', 10, 2],
      [2, 'y', 20, 0],
    ],
  };
  assert.deepEqual(await predictions({ dataframe_split: split }, headers), [[9], [26]]);
  assert.deepEqual(await predictions({ instances: [[10, 2, 1]] }, headers), [[9]]);
  assert.deepEqual(await predictions({ inputs: { X: [[10, 2, 1]] } }, headers), [[9]]);
  const text = 'price,promo,weekday\n10,2,1\n,0,2\n';
  assert.deepEqual(await predictions(text, { ...csv, 'x-almanac-model': 'matrix' }), [[9], [null]]);
  assert.match(
    await refused({ dataframe_records: [{ price: 1 }] }, headers),
    /needs the columns "promo", "weekday"/,
  );
});

test('a model with a tensor per column takes each from its column', async () => {
  const headers = { ...json, 'x-almanac-model': 'columns', 'x-almanac-version': '1' };
  const rows = [
    { price: 1.5, count: 2, promo: true, store: 4 },
    { price: '2.5', count: '9007199254740993', promo: 'False', store: 'Nord' },
  ];
  assert.deepEqual(await predictions({ dataframe_records: rows }, headers), [
    { sum: 4.5, store: '4' },
    { sum: 2.5 + 9007199254740992, store: 'Nord' },
  ]);
  const missing = await refused({ dataframe_records: [{ price: 1, count: 2, store: 'x' }] }, headers);
  assert.match(missing, /needs "promo": the request has the columns "price", "count", "store"/);
  assert.match(await refused({ instances: [[1, 2, true, 'x']] }, headers), /several inputs: name them/);
  const hole = await refused({ dataframe_records: [rows[0], { ...rows[1], count: null }] }, headers);
  assert.match(hole, /"count" holds null at place 1: INT64/);
});

test('the answer names who gave it, is compressed on request, and has null for what is not finite', async () => {
  const answer = await invoke(
    { instances: new Array(100).fill('a') },
    { ...json, 'accept-encoding': 'gzip' },
  );
  assert.equal(answer.headers['content-encoding'], 'gzip');
  assert.equal(JSON.parse(gunzipSync(answer.rawPayload).toString()).predictions.length, 100);
  assert.deepEqual([answer.headers['x-almanac-model'], answer.headers['x-almanac-version']], ['shop', '1']);
  const headers = { ...json, 'x-almanac-model': 'unsound' };
  assert.deepEqual(await predictions({ inputs: [1] }, headers), [null, null]);
});

for (const [what, body, message] of [
  ['no form', { data: [1] }, /exactly one of dataframe_split, .* it has none/],
  ['two forms', { inputs: [1], instances: [1] }, /instances and inputs/],
  ['a list', [1], /must be a JSON object.*not a list/],
  ['null', null, /not null/],
  ['params that are no object', { inputs: ['a'], params: [1] }, /params must be an object/],
  ['params that are objects', { inputs: ['a'], params: { horizon: {} } }, /params.horizon/],
  ['a split without data', { dataframe_split: { columns: ['series'] } }, /lists columns and data/],
  ['a row too short', { dataframe_split: { columns: ['series', 'price'], data: [['a']] } }, /data\[0\]/],
  ['a column twice', { dataframe_split: { columns: ['a', 'a'], data: [] } }, /"a" is there twice/],
  ['records that are no objects', { dataframe_records: [{ series: 'a' }, 3] }, /dataframe_records\[1\]/],
  ['records that are no list', { dataframe_records: { series: 'a' } }, /list of objects/],
  [
    'a misspelt column',
    { dataframe_records: [{ series: 'a', prize: 1 }] },
    /no columns "prize": it takes "series", "price"/,
  ],
  ['no rows', { dataframe_records: [] }, /needs "series"/],
  ['an empty list', { inputs: [] }, /names no series/],
  ['objects as cells', { inputs: { series: [{}] } }, /holds \{\}/],
] as const) {
  test(`refuses ${what}, naming it`, async () => assert.match(await refused(body), message));
}

for (const [what, text, message] of [
  ['nothing', '', /empty/],
  ['only a header', 'series\n', /names no series/],
  ['a row too long', 'series\na,b\n', /row 1 .* 2 fields, the header 1/],
  ['a quote that is never closed', 'series\n"a\n', /not closed/],
  ['text after a quote', 'series\n"a"b\n', /text follows/],
] as const) {
  test(`CSV: refuses ${what}`, async () => assert.match(await refused(text, csv), message));
}
