import assert from 'node:assert/strict';
import { test } from 'node:test';

import { cutTarget, meanSale } from './cut-target.ts';

test('what sells once in forty periods is learnt as it sells, a giant order of what sells daily is not', () => {
  const rare = Float64Array.from({ length: 80 }, (_, t) => (t % 40 === 7 ? 12 : 0));
  const sale = meanSale(rare);
  assert.equal(sale, 12);
  assert.equal(cutTarget(12 / 0.3, { sale, level: 0.3 }), 40);
  assert.equal(cutTarget(900 / 0.3, { sale, level: 0.3 }), 80);
  assert.equal(cutTarget(90, { sale: 1, level: 1 }), 30);
  assert.equal(cutTarget(-90, { sale: 1, level: 1 }), -30);
  assert.equal(meanSale(new Float64Array(3)), 0);
});
