// What two snapshots differ in as it is answered through every door: periods by their names.

import { type Project, periodLabel, type ShownSnapshotDiff } from '../../core/index.ts';
import type { SnapshotDiff } from './snapshots.ts';

export function shownSnapshotDiff({ grid }: Pick<Project, 'grid'>, diff: SnapshotDiff): ShownSnapshotDiff {
  const { correctionExamples, periodMaxBefore, periodMaxAfter } = diff;
  return {
    ...diff,
    correctionExamples: correctionExamples.map(({ seriesId, period, before, after }) => ({
      series: seriesId,
      period: periodLabel(grid, period),
      before,
      after,
    })),
    seriesAddedExamples: [...diff.seriesAddedExamples],
    seriesRemovedExamples: [...diff.seriesRemovedExamples],
    periodMaxBefore: periodLabel(grid, periodMaxBefore),
    periodMaxAfter: periodLabel(grid, periodMaxAfter),
    segmentsAdded: [...diff.segmentsAdded],
    segmentsRemoved: [...diff.segmentsRemoved],
  };
}
