import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Rng } from '../../core/index.ts';
import { onCurve } from '../models/index.ts';
import { adaptLevels, type LevelTally, modelLevelsFor, type PeriodEvidence } from './adapt-levels.ts';

const levels = [0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975];
/** Quantiles of the normal distribution at those levels: what training learnt. */
const normal = Float64Array.of(-1.96, -1.2816, -0.6745, 0, 0.6745, 1.2816, 1.96);
const horizon = 7;
const memory = 14;

interface World {
  readonly series: number;
  readonly periods: number;
  /** Quantiles of the model at `levels`, the same for all series. */
  readonly curve: Float64Array;
  demand(rng: Rng, period: number): number;
  readonly seed: number;
  readonly adapt?: boolean;
}

interface Lived {
  /** By period: share of labels inside the 80 % interval, mean pinball loss. */
  readonly inside: number[];
  readonly pinball: number[];
  readonly modelLevels: number[];
}

/** Every period each series is forecast a horizon ahead with the levels adapted to the labels known by then. */
function live(world: World): Lived {
  const { series, periods, curve, seed, adapt = true } = world;
  const rng = new Rng(seed);
  const evidence: PeriodEvidence[] = [];
  const served: { quantiles: number[]; modelLevels: number[] }[] = [];
  const inside: number[] = [];
  const pinball: number[] = [];
  let modelLevels = levels;
  for (let period = 0; period < periods; period++) {
    const recent = evidence.filter((each) => each.period > period - 2 * memory);
    if (adapt) modelLevels = adaptLevels(recent, { levels, memory }).map((each) => each.modelLevel);
    served.push({ quantiles: modelLevels.map((level) => onCurve(levels, curve, level)), modelLevels });
    const demand = Array.from({ length: series }, () => world.demand(rng, period));
    const tallies = levels.map((): LevelTally => ({ n: 0, below: 0, atOrBelow: 0, shifts: 0 }));
    for (const { quantiles, modelLevels: asked } of served.slice(-horizon)) {
      const range = { low: quantiles[1] as number, high: quantiles[5] as number };
      for (const y of demand) {
        inside[period] = (inside[period] ?? 0) + Number(y >= range.low && y <= range.high);
        for (const [l, tally] of tallies.entries()) {
          const quantile = quantiles[l] as number;
          const level = levels[l] as number;
          tally.n++;
          tally.below += Number(y < quantile);
          tally.atOrBelow += Number(y <= quantile);
          tally.shifts += odds(asked[l] as number) - odds(level);
          const miss = (y - quantile) * (y >= quantile ? level : level - 1);
          pinball[period] = (pinball[period] ?? 0) + miss / levels.length;
        }
      }
    }
    const labels = series * Math.min(horizon, period + 1);
    inside[period] = (inside[period] as number) / labels;
    pinball[period] = (pinball[period] as number) / labels;
    evidence.push({ period, series, tallies });
  }
  return { inside, pinball, modelLevels };
}

function odds(level: number): number {
  return Math.log(level / (1 - level));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

test('when the variance doubles after training, coverage comes back within a few points', () => {
  const break_ = 60;
  const world = {
    series: 60,
    periods: 200,
    curve: normal,
    seed: 5,
    demand: (rng: Rng, period: number) => rng.normal() * (period < break_ ? 1 : Math.SQRT2),
  };
  const adapted = live(world);
  const before = live({ ...world, adapt: false });
  assert.ok(mean(before.inside.slice(break_)) < 0.66, 'unadapted intervals hold what they happen to');
  assert.ok(Math.abs(mean(adapted.inside.slice(0, break_)) - 0.8) < 0.02);
  assert.ok(Math.abs(mean(adapted.inside.slice(break_ + 3 * memory)) - 0.8) < 0.03);
  assert.ok(mean(adapted.pinball.slice(break_)) < mean(before.pinball.slice(break_)));
});

test('intervals that are too wide become narrower', () => {
  const world = {
    series: 60,
    periods: 120,
    curve: normal,
    seed: 2,
    demand: (rng: Rng) => 0.6 * rng.normal(),
  };
  assert.ok(mean(live({ ...world, adapt: false }).inside) > 0.95);
  assert.ok(Math.abs(mean(live(world).inside.slice(60)) - 0.8) < 0.03);
});

test('where nothing changes, coverage stays and the loss hardly grows', () => {
  for (const [series, losses] of [
    [1, 0.01],
    [60, 0.002],
  ] as const) {
    const world = { series, periods: 400, curve: normal, seed: 3, demand: (rng: Rng) => rng.normal() };
    const [adapted, plain] = [live(world), live({ ...world, adapt: false })];
    assert.ok(Math.abs(mean(adapted.inside) - mean(plain.inside)) < 0.015, `${series} series`);
    assert.ok(mean(adapted.pinball) < (1 + losses) * mean(plain.pinball), `${series} series`);
  }
});

test('shocks that all series share do not make it swing', () => {
  const shocks = new Rng(8);
  const common = Array.from({ length: 400 }, () => 0.6 * shocks.normal());
  const world = {
    series: 60,
    periods: common.length,
    curve: normal,
    seed: 7,
    demand: (rng: Rng, period: number) => 0.8 * rng.normal() + (common[period] as number),
  };
  const [adapted, plain] = [live(world), live({ ...world, adapt: false })];
  assert.ok(Math.abs(mean(adapted.inside) - mean(plain.inside)) < 0.02);
  assert.ok(mean(adapted.pinball) < 1.01 * mean(plain.pinball));
});

test('many zeros move no level', () => {
  // Four periods in five without demand, else 1 … 4: quantiles up to 75 % are zero.
  const curve = Float64Array.of(0, 0, 0, 0, 0, 2, 4);
  const demand = (rng: Rng): number => (rng.uniform() < 0.8 ? 0 : 1 + rng.below(4));
  const { modelLevels } = live({ series: 60, periods: 400, curve, seed: 11, demand });
  assert.deepEqual(modelLevels.slice(0, 5), levels.slice(0, 5));
  for (const l of [5, 6])
    assert.ok(Math.abs(odds(modelLevels[l] as number) - odds(levels[l] as number)) < 0.3);
});

const tally = fc
  .record({
    n: fc.integer({ min: 0, max: 5000 }),
    below: fc.double({ min: 0, max: 1, noNaN: true }),
    ties: fc.double({ min: 0, max: 1, noNaN: true }),
    shift: fc.double({ min: -3, max: 3, noNaN: true }),
  })
  .map(({ n, below, ties, shift }) => {
    const count = Math.floor(n * below);
    return { n, below: count, atOrBelow: count + Math.floor((n - count) * ties), shifts: n * shift };
  });
const period = fc.record({
  period: fc.integer({ min: -100, max: 100 }),
  series: fc.integer({ min: 1, max: 1000 }),
  tallies: fc.array(tally, { minLength: levels.length, maxLength: levels.length }),
});

test('whatever the labels, model levels ascend, keep within ten times the odds, and depend on no order', () => {
  fc.assert(
    fc.property(fc.uniqueArray(period, { maxLength: 12, selector: (each) => each.period }), (evidence) => {
      const adapted = adaptLevels(evidence, { levels, memory });
      for (const [l, { level, modelLevel }] of adapted.entries()) {
        assert.ok(l === 0 || modelLevel >= (adapted[l - 1]?.modelLevel as number));
        assert.ok(Math.abs(odds(modelLevel) - odds(level)) <= Math.log(10) + 0.011);
      }
      const levelsOf = (order: readonly PeriodEvidence[]): number[] =>
        adaptLevels(order, { levels, memory }).map((each) => Math.round(1e3 * each.modelLevel));
      const reversed = levelsOf([...evidence].reverse());
      for (const [l, level] of levelsOf(evidence).entries())
        assert.ok(Math.abs(level - (reversed[l] as number)) <= 6);
    }),
    { seed: 4 },
  );
});

test('few labels, or labels of few periods, move nothing', () => {
  const wrong = (n: number): LevelTally[] => levels.map(() => ({ n, below: n, atOrBelow: n, shifts: 0 }));
  const few = Array.from({ length: 10 }, (_, at) => ({ period: at, series: 9, tallies: wrong(9) }));
  const sudden = [0, 1].map((at) => ({ period: at, series: 900, tallies: wrong(900) }));
  for (const evidence of [[], few, sudden])
    assert.deepEqual(
      adaptLevels(evidence, { levels, memory }).map((each) => each.modelLevel),
      levels,
    );
});

test('levels between those adapted are shifted in between, and all keep their order', () => {
  const adapted = { levels: [0.1, 0.5, 0.9], modelLevels: [0.05, 0.5, 0.95] };
  assert.deepEqual(modelLevelsFor([0.1, 0.5, 0.9], adapted), [0.05, 0.5, 0.95]);
  const [far, low, middle, high] = modelLevelsFor([0.01, 0.3, 0.7, 0.99], adapted) as [
    number,
    number,
    number,
    number,
  ];
  assert.ok(far < 0.01 && low > 0.05 && low < 0.3 && middle > 0.7 && high > 0.99);
  const level = fc.double({ min: 0.001, max: 0.999, noNaN: true });
  fc.assert(
    fc.property(level, level, (a, b) => {
      const [first, second] = modelLevelsFor([Math.min(a, b), Math.max(a, b)], adapted) as [number, number];
      assert.ok(first <= second + 1e-6);
    }),
    { seed: 5 },
  );
});
