import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from '../../core/index.ts';
import { median } from '../../forecasting/maths/index.ts';
import { choiceDensity, type Density, numberDensity } from './parzen.ts';
import { type Observation, randomSampler, type Sampler } from './sampler.ts';
import { type NumberDimension, type Params, parseSpace, type Space } from './space.ts';
import { tpeSampler } from './tpe.ts';

const axis: NumberDimension = { name: 'x', kind: 'float', min: -5, max: 10, scale: 'linear', when: [] };

/** The lowest loss after so many trials. */
function lowest(
  sampler: Sampler,
  loss: (params: Params) => number,
  options: { trials: number; seed: number },
): number {
  const rng = new Rng(options.seed);
  const seen: Observation[] = [];
  for (let t = 0; t < options.trials; t++) {
    const params = sampler(seen, rng);
    seen.push({ params, rung: 0, loss: loss(params) });
  }
  return Math.min(...seen.map((one) => one.loss));
}

function medians(
  space: Space,
  loss: (params: Params) => number,
  trials: number,
): { tpe: number; random: number } {
  const seeds = Array.from({ length: 21 }, (_, i) => 100 + i);
  const of = (make: () => Sampler): number =>
    median(seeds.map((seed) => lowest(make(), loss, { trials, seed })));
  return { tpe: of(() => tpeSampler(space)), random: of(() => randomSampler(space)) };
}

test('finds lower values of the Branin function than random draws, in the median over 21 seeds', () => {
  // Branin and Hoo 1972: three minima of 0.397887.
  const branin = ({ x, y }: Params): number => {
    const [a, b] = [Number(x), Number(y)];
    const bowl = b - (5.1 * a * a) / (4 * Math.PI ** 2) + (5 * a) / Math.PI - 6;
    return bowl ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(a) + 10;
  };
  const space = parseSpace({
    x: { kind: 'float', min: -5, max: 10 },
    y: { kind: 'float', min: 0, max: 15 },
  });
  const { tpe, random } = medians(space, branin, 60);
  assert.ok(tpe < random, `tpe ${tpe}, random ${random}`);
  assert.ok(tpe < 0.6, `tpe ${tpe}`);
});

test('finds a better point of a conditional space with logarithms and integers than random draws', () => {
  const space = parseSpace({
    loss: { kind: 'choice', values: ['squared', 'poisson', 'tweedie', 'huber'] },
    power: { kind: 'float', min: 1, max: 2, when: { loss: 'tweedie' } },
    rate: { kind: 'float', min: 0.001, max: 1, scale: 'log' },
    leaves: { kind: 'integer', min: 2, max: 512, scale: 'log' },
  });
  const loss = (p: Params): number =>
    (p.loss === 'tweedie' ? Math.abs(Number(p.power) - 1.3) : 0.5) +
    Math.abs(Math.log(Number(p.rate) / 0.05)) +
    Math.abs(Math.log(Number(p.leaves) / 31));
  const { tpe, random } = medians(space, loss, 60);
  assert.ok(tpe < 0.8 * random, `tpe ${tpe}, random ${random}`);
});

test('a sphere in six dimensions is searched better than at random', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const space = parseSpace(
    Object.fromEntries(names.map((name) => [name, { kind: 'float', min: -1, max: 1 }])),
  );
  const sphere = (p: Params): number => names.reduce((sum, name) => sum + (Number(p[name]) - 0.3) ** 2, 0);
  const { tpe, random } = medians(space, sphere, 80);
  assert.ok(tpe < 0.5 * random, `tpe ${tpe}, random ${random}`);
});

test('the same seed and the same results give the same proposals', () => {
  const space = parseSpace({ x: { kind: 'float', min: 0, max: 1 }, k: { kind: 'integer', min: 1, max: 9 } });
  const loss = ({ x, k }: Params): number => Number(x) * Number(k);
  const run = (seed: number): number => lowest(tpeSampler(space), loss, { trials: 30, seed });
  assert.equal(run(7), run(7));
});

test('failed points are the worst: none is proposed near them when others are finite', () => {
  const space = parseSpace({ x: { kind: 'float', min: 0, max: 1 } });
  const loss = ({ x }: Params): number => (Number(x) > 0.5 ? Number.POSITIVE_INFINITY : 1 - Number(x));
  const rng = new Rng(3);
  const seen: Observation[] = Array.from({ length: 40 }, (_, i) => {
    const params = { x: (i + 0.5) / 40 };
    return { params, rung: 0, loss: loss(params) };
  });
  const drawn = Array.from({ length: 50 }, () => Number(tpeSampler(space)(seen, rng).x));
  assert.ok(median(drawn) > 0.3 && median(drawn) < 0.55, `median ${median(drawn)}`);
});

/** Share of the density between two values. The constant it is known up to is that of the normal density. */
function share(density: Density, from: number, to: number): number {
  const steps = 20_000;
  let sum = 0;
  for (let i = 0; i < steps; i++)
    sum += Math.exp(density.logDensity(from + ((to - from) * (i + 0.5)) / steps));
  return (sum * (to - from)) / (steps * (axis.max - axis.min) * Math.sqrt(2 * Math.PI));
}

test('the density of a number integrates to one over its axis', () => {
  const integral = share(numberDensity(axis, [-4.9, 0, 0, 3, 9.9]), axis.min, axis.max);
  assert.ok(Math.abs(integral - 1) < 1e-4, `integral ${integral}`);
});

test('draws follow the density', () => {
  const density = numberDensity(axis, [2, 2.1, 2.2]);
  const rng = new Rng(5);
  const near = Array.from({ length: 4000 }, () => Number(density.draw(rng))).filter((x) => x > 0 && x < 4.5);
  assert.ok(Math.abs(near.length / 4000 - share(density, 0, 4.5)) < 0.03, `${near.length} of 4000`);
});

test('choices are drawn by how often they were seen, unseen ones now and then', () => {
  const choice = choiceDensity({ name: 'c', kind: 'choice', values: ['a', 'b'], when: [] }, [
    'a',
    'a',
    'a',
    'z',
  ]);
  assert.ok(Math.abs(Math.exp(choice.logDensity('a')) - 3.5 / 4) < 1e-12);
  assert.ok(Math.abs(Math.exp(choice.logDensity('b')) - 0.5 / 4) < 1e-12);
  assert.equal(choice.logDensity('z'), Number.NEGATIVE_INFINITY);
});
