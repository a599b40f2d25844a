// How the version that serves does on the folds of a training: what a challenger is compared with.

import type { Panel, Series } from '../../core/index.ts';
import { decodeForecaster } from '../../forecasting/models/index.ts';
import { panelOf } from './check-data.ts';
import { type FoldScores, type FoldShape, ofForecaster, panelFolds, scoreFolds } from './fold-scores.ts';

export interface ChampionScoresInput {
  /** The champion's artifact, verified. */
  readonly artifact: Uint8Array;
  /** The challenger's snapshot. */
  readonly panel: Panel;
  /** Series in the order of the challenger's scores; all are in the panel. */
  readonly seriesIds: readonly string[];
  readonly shape: FoldShape;
}

/** Cost: folds × one fit, or one pass where the champion has not seen the demand. */
export async function championScores(input: ChampionScoresInput): Promise<FoldScores> {
  const byId = new Map(input.panel.series.map((one) => [one.id, one]));
  // A snapshot never changes, so none is missing.
  const panel = panelOf(
    input.panel,
    input.seriesIds.map((id) => byId.get(id) as Series),
  );
  const folds = await panelFolds(panel, input.shape);
  return await scoreFolds(folds, ofForecaster(decodeForecaster(input.artifact), folds));
}
