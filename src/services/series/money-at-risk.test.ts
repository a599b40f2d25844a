import assert from 'node:assert/strict';
import { test } from 'node:test';
import { projectLike } from '../../../test/fixtures/project.ts';
import { moneyAtRisk } from './money-at-risk.ts';
import { priceColumn } from './price-column.ts';
import type { SeriesTable } from './series-table.ts';

const pause = { breathe: () => Promise.resolve(), elapsedMs: () => 0 };
const valueAdded = { n: 0, value: null };

function tableOf(
  items: readonly { readonly price?: number; readonly absolute?: number; readonly n?: number }[],
  hasPrice = true,
): SeriesTable {
  return {
    project: projectLike({ horizonSteps: 7 }),
    price: hasPrice ? { name: 'price', kind: 'varying' } : null,
    ids: items.map((_, i) => `s${i}`),
    prices: Float64Array.from(items, ({ price = Number.NaN }) => price),
    errors: items.map(({ absolute, n = 10 }) =>
      absolute === undefined ? undefined : { n, labelsDue: n, absolute, signed: 0, demand: 100, valueAdded },
    ),
  } as unknown as SeriesTable;
}

test('money at risk is price × mean absolute error × horizon over the series that have both', async () => {
  const table = tableOf([
    { price: 2, absolute: 20 },
    { price: 5, absolute: 30, n: 5 },
    { absolute: 10 },
    { price: 9 },
    { absolute: 0 },
  ]);
  assert.deepEqual(await moneyAtRisk(table, pause), {
    column: 'price',
    amount: 2 * 2 * 7 + 5 * 6 * 7,
    reason: null,
    units: (2 + 6 + 1) * 7,
    horizonSteps: 7,
    series: 3,
    labels: 25,
    unpriced: 1,
    ungraded: 1,
  });
});

test('it is unknown, never zero, without a price, without labels, or where no price is known', async () => {
  const of = async (table: SeriesTable) => {
    const { amount, reason } = await moneyAtRisk(table, pause);
    assert.equal(amount, null);
    return reason;
  };
  assert.match(String(await of(tableOf([{ absolute: 3 }], false))), /no price column: .*columns\.price/);
  assert.equal(await of(tableOf([{ price: 1 }, {}])), 'no forecast has met its demand yet');
  assert.equal(await of(tableOf([{ absolute: 3 }])), 'no series has a price in price');
});

test('the column of the price is the one that settings name, else the first that is called so', () => {
  const columns = { series: ['item'], time: 'date', target: 'units' };
  assert.equal(priceColumn({ ...columns, known: ['cost'] }), null);
  assert.deepEqual(priceColumn({ ...columns, known: ['price', 'cost'], price: 'cost' }), {
    name: 'cost',
    kind: 'varying',
  });
  assert.deepEqual(priceColumn({ ...columns, known: ['price'], static: ['rrp'], price: 'rrp' }), {
    name: 'rrp',
    kind: 'fixed',
  });
});
