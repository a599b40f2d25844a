import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPriceName } from './price-name.ts';

test('a price is known by its name, in several languages and spellings', () => {
  for (const name of [
    'price',
    'sell_price',
    'unitPrice',
    'Preis',
    'Stückpreis',
    'prix TTC',
    'preço',
    'PRICE (EUR)',
  ])
    assert.ok(isPriceName(name), name);
  for (const name of ['promo', 'price_change', 'priceIndex', 'appreciated', 'discount'])
    assert.ok(!isPriceName(name), name);
});
