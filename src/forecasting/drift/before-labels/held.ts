// How often estimates before labels held, once labels came: what says whether the next one can be believed.

import { normalQuantile } from '../../maths/index.ts';
import type { Estimate } from './class-accuracy.ts';

export interface PastEstimate extends Estimate {
  /** What labels said later; null: not yet. */
  readonly realised: number | null;
}

export interface HeldOften {
  /** Estimates of which the labels have come. */
  readonly of: number;
  /** … that lay within twice the whole deviation of what came. */
  readonly held: number;
  readonly share: number | null;
  /** Where the share lies with 95 %. */
  readonly between: readonly [number, number] | null;
  /** Mean of (realised − estimate) ÷ whole deviation: which way estimates fail. */
  readonly leaning: number | null;
  /** `no`: fewer held than would if nothing but chance were at work, so what rows mean has changed. */
  readonly believable: 'yes' | 'no' | 'unknown';
}

/** Below this many, nothing is said of whether they can be believed. */
const pastMin = 10;
/** Two deviations of a normal law hold so many. */
const expectedShare = 0.9545;

export function heldOften(past: readonly PastEstimate[]): HeldOften {
  const away = past.flatMap(({ value, samplingSd, modelSd, realised }) => {
    if (realised === null || !Number.isFinite(realised - value)) return [];
    const sd = Math.hypot(samplingSd, modelSd);
    return [sd > 0 ? (realised - value) / sd : realised === value ? 0 : 9];
  });
  const of = away.length;
  if (of === 0) return { of, held: 0, share: null, between: null, leaning: null, believable: 'unknown' };
  const held = away.filter((distance) => Math.abs(distance) <= 2).length;
  const between = shareBetween(held, of);
  const leaning = away.reduce((sum, distance) => sum + Math.min(9, Math.max(-9, distance)) / of, 0);
  const believable = of < pastMin ? 'unknown' : between[1] < expectedShare ? 'no' : 'yes';
  return { of, held, share: held / of, between, leaning, believable };
}

/** Source: Wilson 1927, JASA 22. */
function shareBetween(count: number, of: number): [number, number] {
  const z = normalQuantile(0.975);
  const p = count / of;
  const middle = (p + (z * z) / (2 * of)) / (1 + (z * z) / of);
  const half = (z * Math.sqrt((p * (1 - p)) / of + (z * z) / (4 * of * of))) / (1 + (z * z) / of);
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}
