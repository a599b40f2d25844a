// Tree-structured Parzen estimator: look where good points are dense and bad ones are not.

import type { Rng } from '../../core/index.ts';
import { choiceDensity, type Density, numberDensity } from './parzen.ts';
import { drawPoint, type Observation, randomSampler, type Sampler } from './sampler.ts';
import { type Dimension, isActive, type ParamValue, type Space } from './space.ts';

export interface TpeOptions {
  /** Share of the points seen that count as good; at most 25 of them. */
  readonly goodShare: number;
  /** So many points are drawn at random before any is proposed. */
  readonly startup: number;
  /** Proposals drawn from the good density, of which the best is taken. */
  readonly proposals: number;
}

const defaults: TpeOptions = { goodShare: 0.15, startup: 10, proposals: 24 };
const goodMax = 25;

/**
 * Splits what is seen into good and bad, and proposes the point with the highest ratio of their densities, parameter by
 * parameter. A point that reached a higher fidelity beats one that did not; within one, the lower loss does.
 * Source: Bergstra, Bardenet, Bengio and Kégl 2011, NeurIPS, section 4. Cost: O(seen × parameters × proposals).
 */
export function tpeSampler(space: Space, options: Partial<TpeOptions> = {}): Sampler {
  const { goodShare, startup, proposals } = { ...defaults, ...options };
  const random = randomSampler(space);
  return (seen, rng) => {
    if (seen.length < startup) return random(seen, rng);
    const ranked = [...seen].sort((a, b) => b.rung - a.rung || compare(a.loss, b.loss));
    const goodCount = Math.min(goodMax, Math.max(2, Math.ceil(goodShare * seen.length)));
    const split: Split = { good: ranked.slice(0, goodCount), bad: ranked.slice(goodCount) };
    return drawPoint(space, (dimension) => propose(dimension, split, { rng, proposals }));
  };
}

interface Split {
  readonly good: readonly Observation[];
  readonly bad: readonly Observation[];
}

/** The best of a few values drawn from the good density. */
function propose(
  dimension: Dimension,
  { good, bad }: Split,
  { rng, proposals }: { rng: Rng; proposals: number },
): ParamValue {
  const [dense, sparse] = [densityOf(dimension, good), densityOf(dimension, bad)];
  let best = dense.draw(rng);
  let bestRatio = dense.logDensity(best) - sparse.logDensity(best);
  for (let i = 1; i < proposals; i++) {
    const value = dense.draw(rng);
    const ratio = dense.logDensity(value) - sparse.logDensity(value);
    if (ratio > bestRatio) [best, bestRatio] = [value, ratio];
  }
  return best;
}

/** The density of one parameter among the points that have it. */
function densityOf(dimension: Dimension, points: readonly Observation[]): Density {
  const values = points
    .filter(({ params }) => isActive(dimension, params))
    .flatMap(({ params }) => params[dimension.name] ?? []);
  if (dimension.kind === 'choice') return choiceDensity(dimension, values);
  return numberDensity(
    dimension,
    values.filter((value) => typeof value === 'number'),
  );
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
