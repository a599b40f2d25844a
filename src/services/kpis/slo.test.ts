import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { availabilityOf, budgetLeft, burnRate, burnRules, burnState, failuresMin } from './slo.ts';

const objective = { availability: 0.999, windowDays: 30 };

test('thirty days have the rates of the workbook: 14.4, 6 and 1', () => {
  const rules = burnRules(objective).map(({ name, longMinutes, shortMinutes, rate }) => [
    name,
    longMinutes,
    shortMinutes,
    Number(rate.toFixed(9)),
  ]);
  assert.deepEqual(rules, [
    ['page-fast', 60, 5, 14.4],
    ['page-slow', 360, 30, 6],
    ['ticket', 4320, 360, 1],
  ]);
});

test('a rule as long as the objective itself is left out', () => {
  assert.deepEqual(
    burnRules({ availability: 0.99, windowDays: 3 }).map(({ name }) => name),
    ['page-fast', 'page-slow'],
  );
});

test('without a request nothing can be told', () => {
  const none = { n: 0, failed: 0 };
  assert.equal(availabilityOf(none), null);
  assert.equal(budgetLeft(objective, none), null);
  assert.equal(burnRate(objective, none), null);
  const [rule] = burnRules(objective);
  assert.ok(rule);
  assert.equal(burnState(objective, rule, { long: none, short: none }).burning, null);
});

test('the budget is spent exactly when availability is as promised', () => {
  assert.ok(Math.abs(budgetLeft(objective, { n: 100_000, failed: 100 }) as number) < 1e-9);
  assert.ok(Math.abs((budgetLeft(objective, { n: 100_000, failed: 50 }) as number) - 0.5) < 1e-9);
  assert.ok((budgetLeft(objective, { n: 100_000, failed: 101 }) as number) < 0);
});

test('an alarm needs both windows, and more failures than chance brings', () => {
  const [rule] = burnRules(objective);
  assert.ok(rule);
  const burning = (long: [number, number], short: [number, number]): boolean | null =>
    burnState(objective, rule, {
      long: { n: long[0], failed: long[1] },
      short: { n: short[0], failed: short[1] },
    }).burning;
  assert.equal(burning([1000, 20], [100, 2]), true);
  assert.equal(burning([1000, 20], [100, 0]), false);
  assert.equal(burning([1000, 5], [100, 5]), false);
  assert.equal(burning([10, failuresMin - 1], [10, 2]), false);
  assert.equal(burning([10, failuresMin], [10, 3]), true);
});

test('more failures never burn more slowly, nor leave more of the budget', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.nat(1e6), fc.nat(1e6), (n, a, b) => {
      const [few, many] = [Math.min(a, b, n), Math.min(Math.max(a, b), n)];
      const rate = (failed: number): number => burnRate(objective, { n, failed }) as number;
      const left = (failed: number): number => budgetLeft(objective, { n, failed }) as number;
      assert.ok(rate(few) <= rate(many) && left(few) >= left(many));
    }),
  );
});
