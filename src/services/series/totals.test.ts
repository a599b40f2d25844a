import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { projectLike } from '../../../test/fixtures/project.ts';
import { seriesIdOf } from '../../core/index.ts';
import type { SeriesFigures } from '../data/index.ts';
import { buildTable } from './build-table.ts';
import type { SeriesTable } from './series-table.ts';
import { shownTotals } from './shown-totals.ts';
import { totalsOf } from './totals.ts';

const horizon = 3;
const project = projectLike({
  columns: { series: ['store', 'item'], time: 'date', target: 'units', static: ['colour'] },
  horizonSteps: horizon,
});
const pause = { breathe: () => Promise.resolve(), elapsedMs: () => 0 };

interface Item {
  readonly store: string;
  readonly item: string;
  readonly colour?: string;
  readonly units: number;
  readonly means?: readonly number[];
}

function tableOf(items: readonly Item[]): Promise<SeriesTable> {
  const byId = new Map(items.map((item) => [seriesIdOf([item.store, item.item]), item]));
  const ids = [...byId.keys()].sort();
  const of = (value: number): Float64Array => new Float64Array(ids.length).fill(value);
  const figures: SeriesFigures = {
    from: 0,
    to: 363,
    ids,
    first: Int32Array.from(of(-400)),
    newest: Int32Array.from(of(363)),
    known: Int32Array.from(of(364)),
    unknown: Int32Array.from(of(0)),
    units: Float64Array.from(ids, (id) => byId.get(id)?.units ?? 0),
    squares: of(0),
    price: of(Number.NaN),
    unitsBefore: of(2),
    knownBefore: Int32Array.from(of(horizon)),
  };
  return buildTable(
    {
      project,
      revision: 1,
      at: 0,
      batchSeq: 1,
      served: undefined,
      figures,
      errors: null,
      attributes: new Map(
        [...byId].flatMap(([id, { colour }]) => (colour === undefined ? [] : [[id, { colour }]])),
      ),
      ahead: new Map(
        [...byId].flatMap(([id, { means }]) => (means === undefined ? [] : [[id, Float64Array.from(means)]])),
      ),
      lastYear: { from: 0, to: horizon - 1 },
    },
    pause,
  );
}

test('groups are sums of their series, named by the parts of ids as they were written', async () => {
  const table = await tableOf([
    { store: 'a/b', item: '<i>', colour: 'red', units: 5, means: [1, 2, 3] },
    { store: 'a/b', item: '%2F', units: 7, means: [10, 20, 30] },
    { store: 'c', item: '<i>', colour: 'red', units: 1 },
  ]);
  const shown = shownTotals(await totalsOf(table, { by: ['store'], limit: 10 }, pause));
  assert.deepEqual(
    shown.items.map(({ key, series, forecasts, units, steps, lastYear }) => [
      key,
      series,
      forecasts,
      units,
      steps.map(({ mean }) => mean),
      lastYear,
    ]),
    [
      [{ store: 'a/b' }, 2, 2, 12, [11, 22, 33], { units: 4, series: 2 }],
      [{ store: 'c' }, 1, 0, 1, [0, 0, 0], { units: 2, series: 1 }],
    ],
  );
  assert.deepEqual(shown.columns, ['store', 'item', 'colour']);
  const colours = shownTotals(await totalsOf(table, { by: ['colour'], limit: 1 }, pause));
  assert.deepEqual(
    colours.items.map(({ key }) => key),
    [{ colour: '' }],
  );
  assert.deepEqual([colours.others?.groups, colours.others?.units, colours.total.units], [1, 6, 13]);
});

test('what is shown adds up to what is shown above it, to the last bit, by whatever it is grouped', async () => {
  const word = fc.constantFrom('a', 'b', 'c/d', 'e');
  const item = fc.record({
    store: word,
    item: fc.string({ minLength: 1, maxLength: 2 }),
    units: fc.double({ min: 0, max: 1e6, noNaN: true }),
    means: fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: horizon, maxLength: horizon }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(item, { maxLength: 20 }),
      fc.integer({ min: 1, max: 4 }),
      async (items, limit) => {
        const table = await tableOf(items);
        const totals: number[] = [];
        for (const by of [[], ['store'], ['item', 'store'], ['colour']]) {
          const shown = shownTotals(await totalsOf(table, { by, limit }, pause));
          const parts = [...shown.items, ...(shown.others === null ? [] : [shown.others])];
          assert.equal(
            parts.reduce((sum, { units }) => sum + units, 0),
            shown.total.units,
          );
          for (const [k, step] of shown.total.steps.entries())
            assert.equal(
              parts.reduce((sum, { steps }) => sum + (steps[k]?.mean ?? 0), 0),
              step.mean,
            );
          totals.push(shown.total.units);
        }
        for (const total of totals) assert.ok(Math.abs(total - (totals[0] ?? 0)) <= 1e-9 * (totals[0] ?? 0));
      },
    ),
    { numRuns: 60 },
  );
});

test('a column that is none of the series is refused with those that there are', async () => {
  const table = await tableOf([]);
  await assert.rejects(totalsOf(table, { by: ['price'], limit: 1 }, pause), {
    code: 'series/unknown-column',
    message: /there is store, item, colour/,
  });
});
