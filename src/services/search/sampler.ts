// Where to look next. A sampler proposes a point of the space from what the earlier points gave.

import type { Rng } from '../../core/index.ts';
import { type Dimension, fromUnit, isActive, type Params, type ParamValue, type Space } from './space.ts';

/** What is known of a point: its loss at the highest fidelity it has reached. */
export interface Observation {
  readonly params: Params;
  /** Index of the fidelity, 0 = the cheapest. */
  readonly rung: number;
  /** Lower is better; Infinity = it failed. */
  readonly loss: number;
}

/** Deterministic for what is seen and the state of the random source. */
export type Sampler = (seen: readonly Observation[], rng: Rng) => Params;

export const samplerNames = ['tpe', 'random'] as const;
export type SamplerName = (typeof samplerNames)[number];

/** Every parameter from its whole range, whatever is seen (Bergstra and Bengio 2012). */
export function randomSampler(space: Space): Sampler {
  return (_seen, rng) => drawPoint(space, (dimension) => drawUniform(dimension, rng));
}

/** A point of the space, one active parameter after the other. */
export function drawPoint(space: Space, draw: (dimension: Dimension) => ParamValue): Params {
  const params: Record<string, ParamValue> = {};
  for (const dimension of space.dimensions) {
    if (isActive(dimension, params)) params[dimension.name] = draw(dimension);
  }
  return params;
}

/** A value with even odds over the range or the choices. */
export function drawUniform(dimension: Dimension, rng: Rng): ParamValue {
  return dimension.kind === 'choice'
    ? (dimension.values[rng.below(dimension.values.length)] as ParamValue)
    : fromUnit(dimension, rng.uniform());
}
