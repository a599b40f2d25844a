// Errors of what was served, by series and period: what a drift did to them, where its forecasts have met their demand.

import type { Panel, Project } from '../../core/index.ts';
import type { PredictionStore } from '../../storage/ports/index.ts';
import { type AccuracyMonitor, isOfVersion } from '../monitor/index.ts';
import type { ErrorAt } from './change-cost.ts';

/** Predictions read at most; of more, about so many, scattered evenly. */
const predictionsMax = 20_000;

/** @returns null where none has met its demand. Cost: O(predictions read × horizon) */
export async function servedErrors(
  { project, panel }: { readonly project: Project; readonly panel: Panel },
  { from, to }: { readonly from: number; readonly to: number },
  of: {
    readonly monitor: Pick<AccuracyMonitor, 'steps'>;
    readonly store: Pick<PredictionStore, 'predictionStats'>;
  },
): Promise<ErrorAt | null> {
  const { count, cutoffMin, cutoffMax } = await of.store.predictionStats(project.name);
  if (cutoffMin === null || cutoffMax === null) return null;
  // Cutoffs come evenly: so many of all lie in the window.
  const reach = Math.min(cutoffMax, to) - Math.max(cutoffMin, from - project.horizonSteps) + 1;
  const inWindow = count * Math.min(1, Math.max(0, reach) / (cutoffMax - cutoffMin + 1));
  const oneIn = Math.max(1, Math.ceil(inWindow / predictionsMax));
  const place = new Map(panel.series.map(({ id }, s) => [id, s]));
  const width = to - from + 1;
  const [sums, counts] = [new Map<number, number>(), new Map<number, number>()];
  for await (const page of of.monitor.steps(project, { fromPeriod: from, toPeriod: to, oneIn })) {
    for (const { record, lead, period, label } of page) {
      const s = place.get(record.seriesId);
      if (s === undefined || typeof label !== 'number' || !isOfVersion(record)) continue;
      const key = s * width + (period - from);
      sums.set(key, (sums.get(key) ?? 0) + Math.abs(label - (record.mean[lead - 1] as number)));
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  if (sums.size === 0) return null;
  return (s, period) => {
    const key = s * width + (period - from);
    return period < from || period > to ? Number.NaN : (sums.get(key) ?? Number.NaN) / (counts.get(key) ?? 1);
  };
}
