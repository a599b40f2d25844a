import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Panel, Rng } from '../../core/index.ts';
import { type PlanEffect, planEffects } from './plan-effects.ts';

interface World {
  readonly seed: number;
  readonly series?: number;
  readonly periods?: number;
  /** Mean demand of a period at the usual price. */
  readonly level?: number;
  readonly elasticity?: number;
  readonly promotion?: number;
  /** How much promotions of different series differ, as a standard deviation of logarithms. */
  readonly differ?: number;
}

/** Counts with a season, a level that moves, prices that fall with promotions, and noise that lasts. */
function panelOf(world: World): Panel {
  const { seed, series: count = 30, periods = 140, level = 20 } = world;
  const { elasticity = -1.5, promotion = 1.8, differ = 0 } = world;
  const rng = new Rng(seed);
  const price = new Float32Array(count * periods);
  const promo = new Float32Array(count * periods);
  const series = Array.from({ length: count }, (_, s) => {
    const values = new Float64Array(periods);
    const own = promotion * Math.exp(differ * rng.normal());
    const usual = 2 + 8 * rng.uniform();
    let lasting = 0;
    let now = usual;
    for (let t = 0; t < periods; t++) {
      if (rng.uniform() < 0.15) now = usual * (0.7 + 0.5 * rng.uniform());
      const isPromoted = rng.uniform() < 0.2;
      price[s * periods + t] = now;
      promo[s * periods + t] = isPromoted ? 1 : 0;
      lasting = 0.6 * lasting + 0.2 * rng.normal();
      const season = 1 + 0.4 * Math.sin((2 * Math.PI * t) / 52);
      const weekday = t % 7 < 5 ? 1 : 0.5;
      const mean =
        level * season * weekday * (now / usual) ** elasticity * (isPromoted ? own : 1) * Math.exp(lasting);
      values[t] = poisson(rng, mean);
    }
    return { id: `s${s}`, start: 0, values };
  });
  return {
    grid: { frequency: 'day', weekStart: 1 },
    series,
    covariates: {
      begins: Int32Array.from({ length: count + 1 }, (_, s) => s * periods),
      starts: new Int32Array(count),
      varying: [
        { name: 'price', role: 'known', labels: null, values: price },
        { name: 'promo', role: 'known', labels: null, values: promo },
      ],
      fixed: [],
    },
  };
}

function poisson(rng: Rng, mean: number): number {
  let count = 0;
  for (let left = Math.exp(-mean), product = rng.uniform(); product > left; count++) product *= rng.uniform();
  return count;
}

const effectsOf = (world: World): Record<string, PlanEffect> =>
  Object.fromEntries(planEffects(panelOf(world), [7]).map((effect) => [effect.column, effect]));

describe('planEffects', () => {
  it('finds elasticity and factor, of demand that is often zero too', () => {
    for (const level of [20, 0.6]) {
      const { price, promo } = effectsOf({ seed: 5, level, series: 60 });
      assert.ok(price !== undefined && promo !== undefined);
      assert.equal(price.measure, 'elasticity');
      assert.equal(promo.measure, 'factor');
      assert.equal(promo.series, 60);
      for (const [effect, truth] of [
        [price, -1.5],
        [promo, 1.8],
      ] as const) {
        assert.ok(effect.low < truth && truth < effect.high, `${level}: ${JSON.stringify(effect)}`);
        assert.ok(effect.high - effect.low < 0.8, JSON.stringify(effect));
      }
    }
  });

  it('holds the truth in 95 of 100 intervals, of many series and of few, alike and different', () => {
    const worlds: readonly Omit<World, 'seed'>[] = [
      { series: 12 },
      { series: 2, periods: 300 },
      { series: 20, differ: 0.3 },
    ];
    for (const world of worlds) {
      let held = 0;
      let off = 0;
      for (let seed = 1; seed <= 60; seed++) {
        const { price, promo } = effectsOf({ ...world, seed });
        if (price !== undefined && price.low <= -1.5 && price.high >= -1.5) held++;
        if (promo !== undefined && promo.low <= 1.8 && promo.high >= 1.8) held++;
        off += (price?.estimate ?? 0) + 1.5;
      }
      assert.ok(held >= 104 && held < 120, `${JSON.stringify(world)}: ${held} of 120`);
      assert.ok(Math.abs(off / 60) < 0.1, `${off / 60}`);
    }
  });

  it('says nothing of a column that moves in too few places, or of none', () => {
    const panel = panelOf({ seed: 3, series: 10 });
    const promo = panel.covariates?.varying[1]?.values as Float32Array;
    promo.fill(0);
    promo[200] = promo[201] = 1;
    assert.deepEqual(
      planEffects(panel, [7]).map(({ column }) => column),
      ['price'],
    );
    assert.deepEqual(planEffects({ grid: panel.grid, series: panel.series }, [7]), []);
  });

  it('looks at every so many series of a panel that is too large', () => {
    const { price } = effectsOf({ seed: 4, series: 60, periods: 2000 });
    assert.equal(price?.series, 30);
    assert.ok(price.low < -1.5 && price.high > -1.5 && price.periods <= 100_000, JSON.stringify(price));
  });

  it('does not take unknown demand or unknown plans for anything', () => {
    const panel = panelOf({ seed: 9 });
    const before = planEffects(panel, [7]);
    for (const { values } of panel.series) for (let t = 0; t < values.length; t += 5) values[t] = Number.NaN;
    const prices = panel.covariates?.varying[0]?.values as Float32Array;
    for (let i = 3; i < prices.length; i += 11) prices[i] = Number.NaN;
    for (const [i, effect] of planEffects(panel, [7]).entries()) {
      const one = before[i] as PlanEffect;
      assert.ok(effect.periods < one.periods);
      assert.ok(effect.low < one.estimate && one.estimate < effect.high, JSON.stringify([one, effect]));
    }
  });
});
