import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Rng } from '../../core/index.ts';
import { because } from './because.ts';
import { leadTimeShares } from './lead-time.ts';
import { orderQuantity } from './order-quantity.ts';
import { type PlanInput, planStock } from './plan.ts';

const horizon = 8;
const count = 2000;

/** Poisson paths of a mean per period, or a level drawn once per path and kept. */
function poissonPaths(mean: number, kept = false): Float64Array {
  const rng = new Rng(7);
  const paths = new Float64Array(count * horizon);
  for (let i = 0; i < count; i++) {
    const level = kept ? mean * (0.5 + rng.uniform()) : mean;
    for (let k = 0; k < horizon; k++) paths[i * horizon + k] = rng.poisson(level);
  }
  return paths;
}

const base: PlanInput = {
  paths: poissonPaths(5),
  horizon,
  lead: leadTimeShares(3),
  policy: {
    kind: 'R,S',
    review: 1,
    target: { kind: 'cycle', level: 0.95 },
    rules: { minimum: 0, pack: 0 },
  },
  position: { onHand: 10, backorders: 0, onOrder: [] },
  whole: true,
  seed: 1,
};

function plan(change: Omit<Partial<PlanInput>, 'policy'> & { policy?: Partial<PlanInput['policy']> }) {
  return planStock({ ...base, ...change, policy: { ...base.policy, ...change.policy } });
}

test('four periods of Poisson demand with mean 5 need 28 units for 95 %', () => {
  // Poisson of mean 20: P(D ≤ 27) = 0.9475, P(D ≤ 28) = 0.9657.
  const result = plan({ policy: { target: { kind: 'cycle', level: 0.955 } } });
  assert.equal(result.reorderPoint, 28);
  // Of the paths, so that it and the reorder point are of one distribution.
  assert.ok(Math.abs(result.meanDemand - 20) < 0.2);
  assert.equal(result.safetyStock, 28 - result.meanDemand);
  assert.equal(result.orderQuantity, 18);
  assert.ok(Math.abs(result.textbook.safetyStock - 1.695 * Math.sqrt(20)) < 0.3);
});

test('errors that last raise the safety stock over those that cancel', () => {
  const lasting = plan({ paths: poissonPaths(5, true) });
  const single = plan({});
  assert.ok(lasting.safetyStock > single.safetyStock + 2, `${lasting.safetyStock} ${single.safetyStock}`);
});

test('an uncertain lead time needs more stock than its mean', () => {
  const random = plan({
    lead: leadTimeShares([
      { periods: 1, probability: 1 },
      { periods: 5, probability: 1 },
    ]),
  });
  assert.ok(Math.abs(random.meanDemand - 20) < 0.3);
  assert.equal(random.leadTimeMean, 3);
  assert.ok(random.reorderPoint > plan({}).reorderPoint);
  // Half the orders take five periods: six periods of demand, mean 30, at nearly their own median and more.
  assert.ok(random.reorderPoint >= 35 && random.reorderPoint <= 39, String(random.reorderPoint));
});

test('what is on order counts when it comes in time, and backorders count against', () => {
  const due = (lead: number) =>
    plan({ position: { onHand: 10, backorders: 4, onOrder: [{ units: 20, due: lead }] } });
  assert.equal(due(2).stockPosition, 26);
  assert.equal(due(-1).stockPosition, 26);
  assert.equal(due(7).stockPosition, 6);
});

test('the outlook says when stock runs out if nothing is ordered', () => {
  const result = plan({ position: { onHand: 12, backorders: 0, onOrder: [] } });
  assert.equal(result.stockoutLead, 3);
  assert.ok(result.stockoutProbability > 0.9);
  assert.ok(result.stockoutProbabilityBeforeArrival > 0.7 && result.stockoutProbabilityBeforeArrival < 0.9);
  assert.ok(Math.abs(result.expectedShortage - 8) < 0.4);
  const ample = plan({ position: { onHand: 1000, backorders: 0, onOrder: [] } });
  assert.deepEqual([ample.stockoutLead, ample.stockoutProbability, ample.orderQuantity], [null, 0, 0]);
});

test('s,S orders up to a lot above the reorder point, s,Q whole lots', () => {
  const upTo = plan({ policy: { kind: 's,S', lot: 40 } });
  assert.equal(upTo.orderUpTo, upTo.reorderPoint + 40);
  assert.equal(upTo.orderQuantity, upTo.orderUpTo - 10);
  const lots = plan({ policy: { kind: 's,Q', lot: 7 } });
  assert.equal(lots.orderQuantity % 7, 0);
  assert.ok(10 + lots.orderQuantity >= lots.reorderPoint && 10 + lots.orderQuantity < lots.reorderPoint + 7);
});

test('an order is never negative, keeps the minimum, and comes in whole packs', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -100, max: 100, noNaN: true }),
      fc.nat(50),
      fc.nat(20),
      (need, minimum, pack) => {
        const quantity = orderQuantity(need, { minimum, pack });
        if (need <= 1e-9) return quantity === 0;
        return quantity >= need - 1e-6 && quantity >= minimum && (pack === 0 || quantity % pack === 0);
      },
    ),
  );
  assert.equal(orderQuantity(3, { minimum: 10, pack: 4 }), 12);
  assert.equal(orderQuantity(24, { minimum: 0, pack: 12 }), 24);
});

test('more on the shelf never makes running out likelier, nor the order larger', () => {
  fc.assert(
    fc.property(fc.nat(60), fc.nat(30), (onHand, more) => {
      const with_ = (units: number) => plan({ position: { onHand: units, backorders: 0, onOrder: [] } });
      const [low, high] = [with_(onHand), with_(onHand + more)];
      return (
        high.stockoutProbability <= low.stockoutProbability &&
        high.expectedShortage <= low.expectedShortage &&
        high.orderQuantity <= low.orderQuantity
      );
    }),
    { numRuns: 20 },
  );
});

test('the reason says what to worry about', () => {
  const words = { period: 'day', coverPeriods: 4, stockoutAt: '2026-04-02' };
  const say = (onHand: number): string =>
    because(plan({ position: { onHand, backorders: 0, onOrder: [] } }), words);
  assert.match(say(5), /^runs out, about 2026-04-02, before an order placed now arrives/);
  assert.match(
    say(20),
    /^stock 20 .* is below the reorder point 2[78]: \d+ % chance of running out within 4 days/,
  );
  assert.match(say(100), /at the reorder point 2[78] or above: 0 % chance/);
});
