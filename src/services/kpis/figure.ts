// One KPI: the value with what it rests on, or the reason why there is none.

import type { Window } from './minute-ring.ts';

/** What a value must keep to. */
export interface Bound {
  readonly kind: 'at-most' | 'at-least';
  readonly value: number;
}

export interface Figure {
  /** Null when it is not known; `reason` then says why. */
  readonly value: number | null;
  /** How many things the value rests on. */
  readonly n: number;
  readonly window: Window;
  readonly bound: Bound | null;
  /** Null without a bound, or when the value is not known. */
  readonly within: boolean | null;
  readonly reason: string | null;
  /** Not measured but computed from something else. */
  readonly estimated: boolean;
}

interface Found {
  readonly value: number | null;
  readonly n: number;
  readonly window: Window;
  readonly bound?: Bound | undefined;
  /** Told when the value is null. */
  readonly otherwise?: string;
  /** Overrides the comparison with the bound; null = not known. */
  readonly within?: boolean | null;
  readonly estimated?: boolean;
}

export function figure({ value, n, window, bound, otherwise, within, estimated = false }: Found): Figure {
  const known = value !== null && Number.isFinite(value);
  const kept = bound && known ? keeps(value, bound) : null;
  return {
    value: known ? value : null,
    n,
    window,
    bound: bound ?? null,
    within: within === undefined || !known ? kept : within,
    reason: known ? null : (otherwise ?? 'nothing was counted in the window'),
    estimated,
  };
}

/** A share or mean: `part` ÷ `n`; null when nothing was counted. */
export function ratio(part: number, n: number): number | null {
  return n > 0 ? part / n : null;
}

export const atMost = (value: number): Bound => ({ kind: 'at-most', value });
export const atLeast = (value: number): Bound => ({ kind: 'at-least', value });

function keeps(value: number, bound: Bound): boolean {
  return bound.kind === 'at-most' ? value <= bound.value : value >= bound.value;
}
