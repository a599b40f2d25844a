// From what the API says of a series to what its charts draw.

import type * as api from '../../api.ts';

export interface Band {
  /** Share of demand that it should hold. */
  readonly level: number;
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
}

/** History, then the steps ahead; what is of the one is null in the other. */
export interface Fan {
  readonly timestamps: readonly string[];
  readonly demand: readonly (number | null)[];
  readonly mean: readonly (number | null)[];
  /** From the widest inward. */
  readonly bands: readonly Band[];
  /** Place of the newest period of the history. */
  readonly cutoff: number;
}

/** Steps that lie inside the history, as of a series of which rows have come since, are drawn over it. */
export function fanOf({ history, forecast }: Pick<api.SeriesDetail, 'history' | 'forecast'>): Fan {
  const steps = forecast?.steps ?? [];
  const timestamps = [...new Set([...history, ...steps].map(({ timestamp }) => timestamp))];
  const demandAt = new Map(history.map(({ timestamp, value }) => [timestamp, value]));
  const stepAt = new Map(steps.map((step) => [step.timestamp, step]));
  const ofSteps = (read: (step: (typeof steps)[number]) => number | undefined): (number | null)[] =>
    timestamps.map((timestamp) => {
      const step = stepAt.get(timestamp);
      return (step === undefined ? undefined : read(step)) ?? null;
    });
  return {
    timestamps,
    demand: timestamps.map((timestamp) => demandAt.get(timestamp) ?? null),
    mean: ofSteps(({ mean }) => mean),
    bands: pairsOf(Object.keys(steps[0]?.quantiles ?? {})).map(([low, high]) => ({
      level: Number((Number(high) - Number(low)).toFixed(6)),
      low: ofSteps(({ quantiles }) => quantiles[low]),
      high: ofSteps(({ quantiles }) => quantiles[high]),
    })),
    cutoff: history.length - 1,
  };
}

/** Levels that lie as far from both ends, from the outermost pair inward. */
function pairsOf(levels: readonly string[]): [low: string, high: string][] {
  const sorted = [...levels].sort((a, b) => Number(a) - Number(b));
  return sorted.flatMap((low, i): [string, string][] => {
    const high = sorted[sorted.length - 1 - i] as string;
    return Number(low) < 0.5 && Math.abs(Number(low) + Number(high) - 1) < 1e-9 ? [[low, high]] : [];
  });
}

/** What was said so many steps ahead, and what came, by the period it was said of. */
export function saidAhead(
  earlier: readonly api.EarlierForecast[],
  lead: number,
): { timestamp: string; mean: number; actual: number | null }[] {
  const said = new Map<string, { timestamp: string; mean: number; actual: number | null }>();
  // Newest first: of several forecasts of one cutoff the newest counts.
  for (const { steps } of earlier)
    for (const { timestamp, lead: of, mean, actual } of steps)
      if (of === lead && !said.has(timestamp)) said.set(timestamp, { timestamp, mean, actual });
  return [...said.values()].sort((a, b) => (a.timestamp < b.timestamp ? -1 : 1));
}
