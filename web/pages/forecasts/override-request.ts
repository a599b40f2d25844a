// From what is filled in to what is asked of the API, and what it would come to.

import type * as api from '../../api.ts';

export type OverrideKind = api.Override['asked']['kind'];
export const overrideKinds: readonly OverrideKind[] = ['value', 'percent', 'units'];

export interface Draft {
  /** Timestamps of steps, both included. */
  readonly from: string;
  readonly through: string;
  readonly kind: OverrideKind;
  readonly amount: string;
  readonly reason: string;
}

type Steps = api.ServedNow['steps'];

/** The steps meant, in whichever order the ends are given. */
export function stepsOf(steps: Steps, { from, through }: Pick<Draft, 'from' | 'through'>): Steps {
  const [a, b] = [from, through].map((end) => steps.findIndex(({ timestamp }) => timestamp === end)) as [
    number,
    number,
  ];
  return steps.slice(Math.min(a, b), Math.max(a, b) + 1);
}

/** The number that is written; NaN = none. */
export function amountOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text.trim().replace(',', '.').replace('\u2212', '-'));
}

export function comesTo(kind: OverrideKind, amount: number, mean: number): number {
  if (kind === 'value') return amount;
  return kind === 'percent' ? mean + (mean * amount) / 100 : mean + amount;
}

export function requestOf(series: string, steps: Steps, draft: Draft): api.OverrideRequest {
  const amount = amountOf(draft.amount);
  return {
    series,
    periods: stepsOf(steps, draft).map(({ timestamp }) => ({ timestamp, [draft.kind]: amount })),
    reason: draft.reason.trim(),
  };
}

/** What stands, or stood, in the periods of a chart; null where nobody overrode anything. */
export function overriddenAt(
  timestamps: readonly string[],
  { forecast }: Pick<api.SeriesDetail, 'forecast'>,
  past: readonly api.Override[],
): (number | null)[] {
  const known = new Map<string, number>();
  for (const { timestamp, value, state } of past) if (state === 'closed') known.set(timestamp, value);
  for (const { timestamp, override } of forecast?.steps ?? [])
    if (override !== undefined) known.set(timestamp, override.value);
  return timestamps.map((timestamp) => known.get(timestamp) ?? null);
}
