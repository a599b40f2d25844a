import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { leadTimeShares } from './lead-time.ts';
import { arrivalOf, periodsOfStock } from './position.ts';
import { stockCurve } from './stock-curve.ts';

const horizon = 5;
const input = (change: Partial<Parameters<typeof stockCurve>[0]> = {}) => ({
  paths: Float64Array.from([2, 2, 2, 2, 2, 4, 4, 4, 4, 4]),
  horizon,
  lead: leadTimeShares(2),
  position: { onHand: 10, backorders: 1, onOrder: [{ units: 6, due: 2 }] },
  seed: 1,
  ...change,
});

test('stock falls by demand, and rises by what is due and by the order when its lead time is over', () => {
  const curve = stockCurve(input(), 8);
  assert.deepEqual([...curve.demand], [3, 3, 3, 3, 3]);
  assert.deepEqual([...curve.receipts], [0, 6, 8, 0, 0]);
  assert.deepEqual([...curve.ordered], [0, 0, 8, 0, 0]);
  assert.deepEqual([...curve.stock], [6, 9, 14, 11, 8]);
  assert.deepEqual([...curve.withoutOrder], [6, 9, 6, 3, 0]);
  assert.deepEqual([...curve.low], [5, 7, 11, 7, 3]);
  assert.deepEqual([...curve.high], [7, 11, 17, 15, 13]);
});

test('a lead time of 0 serves the next period already, one past the forecast comes in none', () => {
  assert.deepEqual([...stockCurve(input({ lead: leadTimeShares(0) }), 8).ordered], [8, 0, 0, 0, 0]);
  assert.deepEqual([...stockCurve(input({ lead: leadTimeShares(5) }), 8).ordered], [0, 0, 0, 0, 0]);
});

const whole = fc.integer({ min: 0, max: 40 });
const paths = fc
  .integer({ min: 1, max: 6 })
  .chain((log) =>
    fc
      .array(whole, { minLength: 2 ** log * horizon, maxLength: 2 ** log * horizon })
      .map((units) => Float64Array.from(units)),
  );
const position = fc.record({
  onHand: whole,
  backorders: whole,
  onOrder: fc.array(fc.record({ units: whole, due: fc.integer({ min: -2, max: 8 }) }), { maxLength: 4 }),
});

test('nothing is lost: each end is the one before, plus what came, less what was asked, and the order tells the two curves apart', () => {
  fc.assert(
    fc.property(paths, position, whole, fc.integer({ min: 0, max: 6 }), (demand, held, order, lead) => {
      const curve = stockCurve(input({ paths: demand, position: held, lead: leadTimeShares(lead) }), order);
      let before = held.onHand - held.backorders;
      let came = 0;
      for (let k = 0; k < horizon; k++) {
        // Counts of paths are powers of two: every mean is exact.
        const after = before + (curve.receipts[k] as number) - (curve.demand[k] as number);
        assert.equal(curve.stock[k], after);
        came += curve.ordered[k] as number;
        assert.equal(curve.stock[k], (curve.withoutOrder[k] as number) + came);
        assert.ok((curve.low[k] as number) <= (curve.high[k] as number));
        before = after;
      }
      const count = demand.length / horizon;
      const asked = demand.reduce((sum, units) => sum + units, 0) / count;
      const due = held.onOrder.reduce((sum, { units, due: at }) => sum + (at <= horizon ? units : 0), 0);
      assert.equal(before, held.onHand - held.backorders + due + (lead < horizon ? order : 0) - asked);
    }),
  );
});

test('of an uncertain lead time the order comes in shares that add up to it', () => {
  const lead = leadTimeShares([
    { periods: 1, probability: 0.25 },
    { periods: 3, probability: 0.75 },
  ]);
  const demand = new Float64Array(8 * horizon).fill(1);
  const curve = stockCurve(input({ paths: demand, lead }), 8);
  assert.deepEqual([...curve.ordered], [0, 2, 0, 6, 0]);
  assert.deepEqual(arrivalOf(lead), { earliest: 2, likely: 4, latest: 4 });
  assert.deepEqual(arrivalOf(leadTimeShares(2)), { earliest: 3, likely: 3, latest: 3 });
});

test('stock lasts for periods and the share of the last one, with what comes on the way', () => {
  const demand = Float64Array.of(4, 4, 4, 4);
  const lasts = (onHand: number, onOrder: { units: number; due: number }[] = [], backorders = 0) =>
    periodsOfStock({ onHand, backorders, onOrder }, demand);
  assert.equal(lasts(0), 0);
  assert.equal(lasts(6), 1.5);
  assert.equal(lasts(8), 2);
  assert.equal(lasts(6, [{ units: 4, due: 2 }]), 2.5);
  assert.equal(lasts(6, [{ units: 40, due: 3 }]), 1.5, 'what comes too late does not help');
  assert.equal(lasts(2, [], 3), 0);
  assert.equal(lasts(16), null);
  assert.equal(periodsOfStock({ onHand: 0, backorders: 0, onOrder: [] }, new Float64Array(4)), null);
});
