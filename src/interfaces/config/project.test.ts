import assert from 'node:assert/strict';
import { test } from 'node:test';

import { projectProblems } from './check.ts';
import { resolveProject } from './project.ts';

test('a series needs two seasons of history, and hardly any where there is no season', () => {
  const periodsMin = (seasons?: number[]): number =>
    resolveProject('shop', { frequency: 'month', ...(seasons === undefined ? {} : { seasons }) }).contract
      .historyPeriodsMin;
  assert.deepEqual([periodsMin(), periodsMin([]), periodsMin([6])], [24, 4, 12]);
});

test('the price is one of the columns beside demand, and a number', () => {
  const priceOf = (columns: object) => resolveProject('shop', { columns }).columns.price;
  assert.equal(priceOf({ known: ['cost'], price: 'cost' }), 'cost');
  assert.equal(priceOf({ known: ['cost'] }), undefined);
  const problems = (columns: object): string => projectProblems('shop', { columns }).join();
  assert.equal(problems({ known: ['cost'], price: 'cost' }), '');
  assert.match(
    problems({ known: ['cost'], price: 'rrp' }),
    /price names .*rrp.*none of known, past and static/,
  );
  assert.match(
    problems({ static: ['size'], categories: ['size'], price: 'size' }),
    /price names .*size.*which is a category/,
  );
});
