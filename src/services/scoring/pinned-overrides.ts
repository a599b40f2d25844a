// Overrides as they stood when a forecast file was asked for: what has been said since changes none of its bytes.

import type { OverrideStore } from '../../storage/ports/index.ts';
import type { ScoringPlan } from './scoring-plan.ts';

/** What stands in place of the mean, by series and period, units. */
export type PinnedOverrides = ReadonlyMap<string, ReadonlyMap<number, number>>;

const pageSize = 1000;

/** Cost: O(what was said of periods that the file may have). */
export async function pinnedOverrides(
  store: Pick<OverrideStore, 'overrideWords'>,
  plan: Pick<ScoringPlan, 'project' | 'periods' | 'overridesThrough'>,
): Promise<PinnedOverrides> {
  const standing = new Map<string, Map<number, number>>();
  const { overridesThrough: through, periods } = plan;
  for (let afterSeq = 0; afterSeq < through; ) {
    const ask = { afterSeq, periodMin: periods.from, limit: pageSize };
    const words = await store.overrideWords(plan.project.name, ask);
    for (const { seq, seriesId, period, standing: now } of words) {
      if (seq > through) return standing;
      const ofSeries = standing.get(seriesId) ?? new Map<number, number>();
      standing.set(seriesId, ofSeries);
      if (now === undefined) ofSeries.delete(period);
      else ofSeries.set(period, now.value);
      afterSeq = seq;
    }
    if (words.length < pageSize) break;
  }
  return standing;
}
