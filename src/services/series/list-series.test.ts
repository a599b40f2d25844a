import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { projectLike } from '../../../test/fixtures/project.ts';
import type { SeriesErrors } from '../monitor/index.ts';
import { buildTable } from './build-table.ts';
import { listSeries, type SeriesQuery } from './list-series.ts';
import type { SeriesTable } from './series-table.ts';
import { sortInSlices } from './slices.ts';

const project = projectLike({
  columns: { series: ['item'], time: 'date', target: 'units', static: ['colour'] },
});
const pause = { breathe: () => Promise.resolve(), elapsedMs: () => 0 };
let revision = 0;

/** Errors by id; undefined = none of its forecasts was due. */
async function tableOf(errors: Readonly<Record<string, number | undefined>>): Promise<SeriesTable> {
  const of = (absolute: number): SeriesErrors => ({
    n: 1,
    labelsDue: 1,
    absolute,
    signed: absolute,
    demand: 10,
    valueAdded: { n: 1, value: 1 - absolute },
  });
  const known = Object.entries(errors).flatMap(([id, absolute]) =>
    absolute === undefined ? [] : [[id, of(absolute)] as const],
  );
  revision += 1;
  return await buildTable(
    {
      project,
      revision,
      at: 0,
      batchSeq: 1,
      served: undefined,
      figures: null,
      errors: { window: null, series: known, omitted: 0 },
      ahead: new Map(),
      lastYear: null,
      attributes: new Map(
        Object.keys(errors).map((id) => [id, { colour: id.length % 2 === 0 ? 'Red' : 'blue' }]),
      ),
    },
    pause,
  );
}

async function all(
  tables: (page: number) => SeriesTable,
  query: Omit<SeriesQuery, 'cursor'>,
): Promise<string[]> {
  const seen: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; ; page++) {
    const table = tables(page);
    const { places, next } = await listSeries(table, { ...query, cursor }, pause);
    seen.push(...places.map((place) => table.ids[place] as string));
    if (next === null) return seen;
    cursor = next;
  }
}

test('pages of any size give every series once, in either direction, those without a figure last', async () => {
  const errors = fc.dictionary(
    fc.string({ minLength: 1, maxLength: 3 }),
    fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
    { maxKeys: 20, noNullPrototype: true },
  );
  await fc.assert(
    fc.asyncProperty(errors, fc.integer({ min: 1, max: 5 }), fc.boolean(), async (of, limit, reversed) => {
      const table = await tableOf(of);
      for (const sort of ['id', 'error', 'valueAdded'] as const) {
        const paged = await all(() => table, { sort, reversed, limit });
        const whole = await all(() => table, { sort, reversed, limit: 1000 });
        assert.deepEqual(paged, whole);
        assert.deepEqual([...whole].sort(), Object.keys(of).sort());
      }
      const found = (await all(() => table, { sort: 'error', limit })).map((id) => of[id] ?? -1);
      assert.deepEqual(
        found,
        [...found].sort((a, b) => b - a),
      );
    }),
  );
});

test('a cursor goes on in a newer table: who keeps its figure comes once, whoever came or moved meanwhile', async () => {
  const before = await tableOf({ a: 5, b: 4, c: 3, d: 2, e: undefined });
  const after = await tableOf({ a: 5, aa: 9, b: 4, bb: 3.5, c: 3, d: 2, e: undefined, f: undefined });
  const seen = await all((page) => (page === 0 ? before : after), { sort: 'error', limit: 2 });
  assert.deepEqual(seen, ['a', 'b', 'bb', 'c', 'd', 'e', 'f']);
});

test('attributes are searched whatever the case, and filtered exactly', async () => {
  const table = await tableOf({ ab: 1, abc: 2 });
  assert.deepEqual(await all(() => table, { search: 'rEd', limit: 9 }), ['ab']);
  assert.deepEqual(await all(() => table, { attributes: { colour: 'Red' }, limit: 9 }), ['ab']);
  assert.deepEqual(await all(() => table, { attributes: { colour: 'red' }, limit: 9 }), []);
  assert.deepEqual(await all(() => table, { attributes: { constructor: 'x' }, limit: 9 }), []);
});

test('long lists are sorted in slices as short ones are at once', async () => {
  const values = Array.from({ length: 5000 }, (_, i) => (i * 7919) % 997);
  const order = await sortInSlices(
    pause,
    values.length,
    (a, b) => (values[a] as number) - (values[b] as number),
  );
  const expected = values
    .map((_, i) => i)
    .sort((a, b) => (values[a] as number) - (values[b] as number) || a - b);
  assert.deepEqual([...order], expected);
});
