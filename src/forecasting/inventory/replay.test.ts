import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Rng } from '../../core/index.ts';
import { leadTimeShares } from './lead-time.ts';
import { addReplays, type ReplayOptions, replay, replayFigures } from './replay.ts';
import { coverDemand, stockFor } from './service-level.ts';

const base: ReplayOptions = {
  demand: Float64Array.of(4, 4, 4, 4, 4, 4),
  review: 1,
  lead: leadTimeShares(1),
  rules: { minimum: 0, pack: 0 },
  levelsAt: () => ({ reorderPoint: 8, orderUpTo: 8 }),
  prices: { holding: 1, shortage: 10 },
  unmet: 'waits',
  seed: 1,
};

test('steady demand with stock for lead time and review is always served from an empty shelf', () => {
  const result = replay(base);
  // Two periods fill the pipeline: four of them count. Stock 4 at the start of each is sold out, nothing is left over.
  assert.equal(result.periods, 4);
  assert.deepEqual([result.shortUnits, result.stockSum, result.orders], [0, 0, 4]);
  assert.deepEqual([result.cycles, result.cyclesServed], [4, 4]);
});

test('one unit less leaves one unit short in every period, and the cost says so', () => {
  const result = replay({ ...base, levelsAt: () => ({ reorderPoint: 7, orderUpTo: 7 }) });
  assert.equal(result.shortUnits, 4);
  assert.equal(result.shortageCost, 40);
  assert.deepEqual(replayFigures(result), { cycleService: 0, fillRate: 0.75, stockMean: 0, cost: 40 });
});

test('lost demand is not delivered later', () => {
  const short = { ...base, levelsAt: () => ({ reorderPoint: 2, orderUpTo: 2 }) };
  const lost = replay({ ...short, unmet: 'lost' });
  assert.ok(lost.orderedUnits < replay(short).orderedUnits);
  assert.equal(lost.demandUnits, 16);
});

test('unknown demand passes without being counted', () => {
  const result = replay({ ...base, demand: Float64Array.of(4, 4, 4, Number.NaN, 4, 4) });
  assert.equal(result.periods, 3);
  assert.equal(result.demandUnits, 12);
});

test('packs and a smallest order are kept', () => {
  const result = replay({ ...base, rules: { minimum: 10, pack: 6 } });
  assert.equal(result.orderedUnits % 12, 0);
});

test('the level of the right quantile serves its share of cycles', () => {
  const rng = new Rng(3);
  const demand = Float64Array.from({ length: 20_000 }, () => rng.poisson(4));
  // Demand of three periods has mean 12: P(D ≤ 16) = 0.8987, P(D ≤ 18) = 0.9626.
  const share = (level: number): number =>
    replayFigures(
      replay({
        ...base,
        demand,
        lead: leadTimeShares(2),
        levelsAt: () => ({ reorderPoint: level, orderUpTo: level }),
      }),
    ).cycleService;
  assert.ok(Math.abs(share(16) - 0.8987) < 0.01);
  assert.ok(Math.abs(share(18) - 0.9626) < 0.01);
});

test('sparse demand reviewed often gets the cycle service it was promised, and no more', () => {
  const rng = new Rng(5);
  const sparse = (): number => (rng.uniform() < 0.3 ? -10 * Math.log(1 - rng.uniform()) : 0);
  const paths = Float64Array.from({ length: 3 * 20_000 }, sparse);
  const cover = coverDemand(paths, { horizon: 3, leads: new Int32Array(20_000).fill(2), review: 1 });
  const demand = Float64Array.from({ length: 40_000 }, sparse);
  for (const level of [0.9, 0.95]) {
    const stock = stockFor({ kind: 'cycle', level }, cover);
    const levelsAt = () => ({ reorderPoint: stock, orderUpTo: stock });
    const { cycleService } = replayFigures(replay({ ...base, demand, lead: leadTimeShares(2), levelsAt }));
    assert.ok(Math.abs(cycleService - level) < 0.01, `${level}: ${cycleService}`);
  }
});

test('more stock never serves less', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(20), { minLength: 10, maxLength: 40 }),
      fc.nat(40),
      fc.integer({ min: 1, max: 20 }),
      fc.constantFrom('waits' as const, 'lost' as const),
      (values, level, more, unmet) => {
        const demand = Float64Array.from(values);
        const at = (stock: number) =>
          replay({ ...base, demand, unmet, levelsAt: () => ({ reorderPoint: stock, orderUpTo: stock }) });
        const [low, high] = [at(level), at(level + more)];
        return high.shortUnits <= low.shortUnits && high.stockSum >= low.stockSum;
      },
    ),
  );
});

test('figures of several series add up', () => {
  const one = replay(base);
  const two = addReplays([one, one]);
  assert.equal(two.demandUnits, 2 * one.demandUnits);
  assert.equal(replayFigures(two).fillRate, replayFigures(one).fillRate);
});
