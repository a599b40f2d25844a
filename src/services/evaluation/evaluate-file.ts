// `evaluate FILE`: from a data file to the scores of every model on it. No project, no data folder.

import { naturalSeason, type Panel } from '../../core/index.ts';
import type { DuckDb } from '../data/index.ts';
import { closedNotes } from './closed-notes.ts';
import { evaluateHierarchy } from './evaluate-hierarchy.ts';
import { type EvaluatePanelOptions, type Evaluation, evaluatePanel } from './evaluate-panel.ts';
import { notesOn } from './evaluation-notes.ts';
import type { EvaluateFileOptions, FileEvaluation } from './file-options.ts';
import { alignEnds, attributesOfPanel } from './hierarchy-panel.ts';
import { countStockouts, type Stockouts } from './hold-back.ts';
import { readPanelFile } from './read-panel-file.ts';

/** Levels scored when none are named: 80, 90 and 95 % intervals, and the deciles. */
export const defaultLevels: readonly number[] = [
  0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975,
];

/** Panels with fewer values than this are done before a thread has started. */
const threadedValuesMin = 30_000;
/** Reading takes about this share of the whole. */
const readShare = 0.1;

/**
 * Reads, holds back, fits, scores.
 * @throws AppError `data/*` when the file cannot be read as asked; see `evaluatePanel`
 */
export async function evaluateFile(db: DuckDb, options: EvaluateFileOptions): Promise<FileEvaluation> {
  const report = options.onProgress ?? ((): void => {});
  report(0, 'reading');
  const {
    table,
    built,
    notes: readingNotes,
  } = await readPanelFile(db, options, (share) => report(readShare * share, 'reading'));
  const natural = naturalSeason(options.frequency, options.workdays);
  const seasons = (options.seasons ?? [natural]).filter((m) => m > 1);
  const maseSeason = options.maseSeason ?? seasons[0] ?? 1;
  const testSteps = options.split === undefined ? null : built.testSteps;
  const evaluation = await evaluateBuilt(options, built.panel, {
    testSteps,
    horizon: options.horizon,
    seasons,
    maseSeason,
    maseFrom: options.maseFrom,
    folds: options.folds ?? 1,
    newestPassed: options.newestPassed,
    models: options.models ?? 'auto',
    ...(options.nonNegative === undefined ? {} : { nonNegative: options.nonNegative }),
    ...(options.gbdt === undefined ? {} : { params: options.gbdt }),
    levels: options.levels ?? defaultLevels,
    threads: table.values.length < threadedValuesMin ? 0 : options.threads,
    onProgress: (fraction, message) => report(readShare + (1 - readShare) * fraction, message),
    ...(options.onForecast === undefined
      ? {}
      : { onForecast: (forecast) => options.onForecast?.(forecast, table.grid) }),
  });
  return {
    rows: table.rows.kept,
    refused: {
      rows: table.rows.refused,
      refusedByCode: table.rows.refusedByCode,
      problems: table.rows.problems,
    },
    ...evaluation,
    horizon: options.horizon,
    seasons,
    maseSeason,
    notes: [
      ...readingNotes,
      ...notesOn(evaluation, { table, options, gapPeriods: built.gapPeriods }),
      ...closedNotes(built.panel, seasons[0] ?? 1),
    ],
  };
}

/** Evaluates the series, with groupings also their totals. */
async function evaluateBuilt(
  options: EvaluateFileOptions,
  panel: Panel,
  by: Omit<EvaluatePanelOptions, 'panel'>,
): Promise<Evaluation & Pick<FileEvaluation, 'hierarchy' | 'stockouts'>> {
  const groupings = options.hierarchy ?? [];
  const stockouts = (of: { panel: Panel; testSteps: Int32Array | null }): { stockouts?: Stockouts } =>
    options.stockout === undefined ? {} : { stockouts: countStockouts(of.panel, { ...by, ...of }) };
  if (groupings.length === 0)
    return { ...(await evaluatePanel({ ...by, panel })), ...stockouts({ ...by, panel }) };
  const aligned = alignEnds(panel, by.testSteps);
  const evaluation = await evaluateHierarchy({
    ...by,
    ...aligned,
    groupings,
    reconcile: options.reconcile,
    attributes: attributesOfPanel(aligned.panel, options.series),
    ...(options.onWindow === undefined ? {} : { onWindow: options.onWindow }),
  });
  return { ...evaluation, ...stockouts(aligned) };
}
