import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Rng } from '../../core/index.ts';
import { type CoverDemand, coverDemand, shortageShare, stockFor } from './service-level.ts';

function spread(count: number, quantile: (level: number) => number): CoverDemand {
  const through = Float64Array.from({ length: count }, (_, i) => quantile((i + 0.5) / count));
  return { before: new Float64Array(count), through, periodic: false };
}

const uniform = spread(1000, (level) => 100 * level);
const exponential = spread(20_000, (level) => -10 * Math.log(1 - level));
const demands = fc.array(fc.nat(50), { minLength: 8, maxLength: 40 }).map((values): CoverDemand => {
  const before = Float64Array.from(values);
  return {
    before,
    through: before.map((value, i) => value + (values[(i + 3) % values.length] as number)),
    periodic: true,
  };
});

test('the newsvendor of uniform demand orders the critical ratio of the range', () => {
  const stock = stockFor({ kind: 'costs', shortage: 3, leftover: 1 }, uniform);
  assert.ok(Math.abs(stock - 75) < 0.1, String(stock));
});

test('the newsvendor of exponential demand orders −μ·ln(1 − ratio)', () => {
  const stock = stockFor({ kind: 'costs', shortage: 9, leftover: 1 }, exponential);
  assert.ok(Math.abs(stock - 10 * Math.log(10)) < 0.02, String(stock));
});

test('with reviews no stock has a cheaper cycle than the one for costs', () => {
  fc.assert(
    fc.property(
      demands,
      fc.double({ min: 0.1, max: 50, noNaN: true }),
      fc.nat(120),
      (demand, shortage, other) => {
        const costOf = (stock: number): number =>
          demand.through.reduce((sum, value, i) => {
            const short = Math.max(0, value - stock) - Math.max(0, (demand.before[i] as number) - stock);
            return sum + Math.max(0, stock - value) + shortage * short;
          }, 0);
        const stock = stockFor({ kind: 'costs', shortage, leftover: 1 }, demand);
        return costOf(stock) <= costOf(other) + 1e-6;
      },
    ),
  );
});

test('the fill rate of exponential demand has the stock −μ·ln(1 − β)', () => {
  // E(D − s)₊ = μ·exp(−s ÷ μ) for an exponential distribution.
  const stock = stockFor({ kind: 'fill', level: 0.95 }, exponential);
  assert.ok(Math.abs(stock - 10 * Math.log(20)) < 0.05, String(stock));
});

test('Poisson demand of mean 4 needs 8 units for 95 % of cycles', () => {
  const rng = new Rng(1);
  const through = Float64Array.from({ length: 20_000 }, () => rng.poisson(4));
  const demand = { before: new Float64Array(20_000), through, periodic: false };
  // P(D ≤ 7) = 0.9489, P(D ≤ 8) = 0.9786: tables of the Poisson distribution.
  assert.equal(stockFor({ kind: 'cycle', level: 0.96 }, demand), 8);
  assert.equal(stockFor({ kind: 'cycle', level: 0.94 }, demand), 7);
});

test('a cycle without demand misses nothing, whatever an earlier one left owing', () => {
  // Ten paths: one asks for 8 units before the cycle and none in it, one for 5 in it, the others for nothing.
  const before = Float64Array.of(8, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  const through = Float64Array.of(8, 5, 0, 0, 0, 0, 0, 0, 0, 0);
  const stock = (level: number, periodic: boolean): number =>
    stockFor({ kind: 'cycle', level }, { before, through, periodic });
  assert.deepEqual([stock(0.9, true), stock(0.91, true)], [0, 5]);
  assert.deepEqual(
    [stock(0.9, false), stock(0.91, false)],
    [5, 8],
    'without review the cycle is the lead time',
  );
});

test('the stock for a cycle service is the smallest that reaches it', () => {
  fc.assert(
    fc.property(demands, fc.double({ min: 0.5, max: 0.99, noNaN: true }), (demand, level) => {
      const served = (stock: number): number =>
        demand.through.filter((value, i) => value <= stock || value <= (demand.before[i] as number)).length /
        demand.through.length;
      const stock = stockFor({ kind: 'cycle', level }, demand);
      return served(stock) >= level - 1e-9 && (stock === 0 || served(stock - 0.01) < level);
    }),
  );
});

test('the stock for a fill rate is the smallest that reaches it', () => {
  fc.assert(
    fc.property(demands, fc.double({ min: 0.5, max: 0.99, noNaN: true }), (demand, level) => {
      const stock = stockFor({ kind: 'fill', level }, demand);
      const wanted = demand.through.some((value, i) => value > (demand.before[i] as number));
      if (!wanted) return stock === 0;
      return (
        shortageShare(stock, demand) <= 1 - level + 1e-9 &&
        (stock === 0 || shortageShare(stock - 0.01, demand) > 1 - level - 1e-9)
      );
    }),
  );
});

test('a higher target never asks for less stock, and more stock never leaves more short', () => {
  fc.assert(
    fc.property(
      demands,
      fc.constantFrom('cycle' as const, 'fill' as const),
      fc.double({ min: 0.5, max: 0.98, noNaN: true }),
      (demand, kind, level) => {
        const low = stockFor({ kind, level }, demand);
        const high = stockFor({ kind, level: level + 0.019 }, demand);
        return high >= low - 1e-9 && shortageShare(high, demand) <= shortageShare(low, demand) + 1e-9;
      },
    ),
  );
});

test('demand is summed over lead time, and over lead time and review', () => {
  const paths = Float64Array.of(1, 2, 3, 4, 10, 20, 30, 40);
  const { before, through } = coverDemand(paths, { horizon: 4, leads: Int32Array.of(1, 2), review: 2 });
  assert.deepEqual([...before], [1, 30]);
  assert.deepEqual([...through], [6, 100]);
});

test('without demand nothing is needed', () => {
  const none = spread(10, () => 0);
  assert.equal(stockFor({ kind: 'fill', level: 0.99 }, none), 0);
  assert.equal(stockFor({ kind: 'cycle', level: 0.99 }, none), 0);
  assert.equal(shortageShare(0, none), 0);
});
