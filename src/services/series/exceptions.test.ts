import assert from 'node:assert/strict';
import { test } from 'node:test';
import { projectLike } from '../../../test/fixtures/project.ts';
import type { SeriesFigures } from '../data/index.ts';
import { buildTable } from './build-table.ts';
import { exceptionKinds, exceptionsOf } from './exceptions.ts';
import type { SeriesTable } from './series-table.ts';

const project = projectLike({
  columns: { series: ['item'], time: 'date', target: 'units', known: ['price'] },
  horizonSteps: 7,
});
const pause = { breathe: () => Promise.resolve(), elapsedMs: () => 0 };
/** Day 20,000 is 2024-10-04. */
const to = 20_000;

interface Item {
  readonly ahead?: number;
  readonly lastYear: number;
  readonly price?: number;
  readonly missed?: number;
  readonly first?: number;
}

function tableOf(items: Readonly<Record<string, Item>>): Promise<SeriesTable> {
  const ids = Object.keys(items).sort();
  const of = (value: (item: Item) => number): Float64Array =>
    Float64Array.from(ids, (id) => value(items[id] as Item));
  const figures: SeriesFigures = {
    from: to - 363,
    to,
    ids,
    first: Int32Array.from(of(({ first = to - 900 }) => first)),
    newest: Int32Array.from(of(() => to)),
    known: Int32Array.from(of(() => 364)),
    unknown: Int32Array.from(of(() => 0)),
    units: of(() => 1000),
    squares: of(() => 5000),
    price: of(({ price = Number.NaN }) => price),
    unitsBefore: of(({ lastYear }) => lastYear),
    knownBefore: Int32Array.from(of(() => 7)),
  };
  const errors = Object.entries(items).flatMap(([id, { missed }]) => {
    if (missed === undefined) return [];
    const sums = { absolute: missed, signed: missed, demand: 50 };
    return [[id, { n: 7, labelsDue: 7, ...sums, valueAdded: { n: 7, value: 0 } }] as const];
  });
  return buildTable(
    {
      project,
      revision: 1,
      at: 0,
      batchSeq: 1,
      served: undefined,
      figures,
      errors: { window: null, series: errors, omitted: 0 },
      attributes: new Map(),
      ahead: new Map(
        Object.entries(items).flatMap(([id, { ahead }]) =>
          ahead === undefined ? [] : [[id, Float64Array.of(ahead)]],
        ),
      ),
      lastYear: { from: to + 1 - 364, to: to + 7 - 364 },
    },
    pause,
  );
}

test('what is far from last year, and what missed, is ranked by money and said in a sentence', async () => {
  const table = await tableOf({
    cheap: { ahead: 100, lastYear: 10, price: 1 },
    dear: { ahead: 10, lastYear: 40, price: 50 },
    near: { ahead: 100, lastYear: 90, price: 100 },
    missed: { lastYear: 5, price: 4, missed: 30 },
    priceless: { ahead: 100, lastYear: 10 },
    young: { ahead: 100, lastYear: 0, price: 90, first: to - 100 },
  });
  const { items, counts } = await exceptionsOf(table, { kinds: exceptionKinds, limit: 10 }, pause);
  assert.deepEqual(counts, { miss: 1, lastYear: 2, ended: 0, silent: 0 });
  assert.deepEqual(
    items.map(({ kind, place, amount, because }) => [kind, table.ids[place], amount, because]),
    [
      [
        'lastYear',
        'dear',
        1500,
        '10 units are forecast for 2024-10-05 to 2024-10-11, 75 % below the 40 of a year before',
      ],
      ['miss', 'missed', 120, 'over 7 labels its forecasts missed by 30 of 50 units (60 %), mostly too high'],
      [
        'lastYear',
        'cheap',
        90,
        '100 units are forecast for 2024-10-05 to 2024-10-11, 900 % above the 10 of a year before',
      ],
    ],
  );
});

test('of many the largest are kept, however many there are', async () => {
  const items = Object.fromEntries(
    Array.from({ length: 200 }, (_, i) => [
      `item ${i}`,
      { lastYear: 0, price: 1, missed: ((i * 37) % 200) + 1 },
    ]),
  );
  const table = await tableOf(items);
  const found = await exceptionsOf(table, { kinds: ['miss'], limit: 3 }, pause);
  assert.deepEqual(
    found.items.map(({ amount }) => amount),
    [200, 199, 198],
  );
  assert.equal(found.counts.miss, 200);
});
