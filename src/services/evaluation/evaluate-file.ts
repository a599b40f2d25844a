// `evaluate FILE`: from a data file to the scores of every model on it. No project, no data folder.

import { type Dialect, type Frequency, type GapRule, naturalSeason, type Panel } from '../../core/index.ts';
import { attributesOf, type ReconcileMethod } from '../../forecasting/hierarchy/index.ts';
import { isGlobal } from '../../forecasting/models/index.ts';
import { buildPanel, type DuckDb, readTable, type Table, type TableConflictRule } from '../data/index.ts';
import { closedNotes } from './closed-notes.ts';
import { unusedNote } from './column-evidence.ts';
import { evaluateHierarchy, type HierarchyEvaluation } from './evaluate-hierarchy.ts';
import {
  type EvaluatePanelOptions,
  type Evaluation,
  evaluatePanel,
  type ScoredForecast,
} from './evaluate-panel.ts';
import { alignEnds, attributesOfPanel } from './hierarchy-panel.ts';
import type { HierarchyWindow } from './hierarchy-window.ts';
import { countStockouts, type Stockouts } from './hold-back.ts';

export interface EvaluateFileOptions {
  readonly path: string;
  readonly series: readonly string[];
  readonly time: string;
  readonly target: string;
  /** Column that says yes (`1`, `true`, `yes`) where the item was out of stock: demand is neither learnt there nor scored. */
  readonly stockout?: string | undefined;
  readonly frequency: Frequency;
  readonly horizon: number;
  /** Default: the frequency's natural season; [1] or [] = none. */
  readonly seasons?: readonly number[] | undefined;
  /** Default: the first season. */
  readonly maseSeason?: number | undefined;
  /** Column that says `train` or `test`; else the last horizon of each series is held back. */
  readonly split?: string | undefined;
  readonly folds?: number | undefined;
  readonly gaps?: GapRule | undefined;
  /** Rows of one series and time with different values: `error` (default), `last` or `sum`, which adds up equal ones too. */
  readonly conflicts?: TableConflictRule | undefined;
  /** How the file is written. */
  readonly dialect?: Dialect | undefined;
  readonly join?: string | undefined;
  readonly where?: string | undefined;
  readonly known?: readonly string[] | undefined;
  readonly past?: readonly string[] | undefined;
  readonly static?: readonly string[] | undefined;
  /** Groupings by series columns and attributes whose totals are forecast and scored too, see `parseGroupings`. */
  readonly hierarchy?: readonly string[] | undefined;
  readonly models?: 'auto' | readonly string[] | undefined;
  readonly levels?: readonly number[] | undefined;
  /** Worker threads for panels that are worth it. */
  readonly threads: number;
  readonly onProgress?: ((fraction: number, message: string) => void) | undefined;
  /** With a hierarchy: the reconciled forecasts of all totals and series, else those of the series. */
  readonly onForecast?: ((forecast: ScoredForecast, grid: Table['grid']) => void) | undefined;
  /** With a hierarchy: what to reconcile by, see `evaluateHierarchy`. */
  readonly reconcile?: ReconcileMethod | undefined;
  /** With a hierarchy: see `evaluateHierarchy`. */
  readonly onWindow?: ((window: HierarchyWindow) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface FileEvaluation extends Evaluation {
  /** Rows used, after the filter. */
  readonly rows: number;
  /** Rows that break a rule that `ingest` has too: the demand of their periods is unknown. */
  readonly refused: Pick<Table['rows'], 'refusedByCode' | 'problems'> & { readonly rows: number };
  readonly horizon: number;
  readonly seasons: readonly number[];
  readonly maseSeason: number;
  /** With a stock-out column: periods whose demand is unknown, as the item was out of stock. */
  readonly stockouts?: Stockouts;
  /** With groupings: how good the totals are. */
  readonly hierarchy?: HierarchyEvaluation;
  /** What a reader of the figures should know, in sentences. */
  readonly notes: readonly string[];
}

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
  const table = await readTable(db, {
    path: options.path,
    series: options.series,
    time: options.time,
    target: options.target,
    frequency: options.frequency,
    ...(options.stockout === undefined ? {} : { stockout: options.stockout }),
    ...(options.split === undefined ? {} : { split: options.split }),
    ...(options.join === undefined ? {} : { join: options.join }),
    ...(options.where === undefined ? {} : { where: options.where }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.conflicts === undefined ? {} : { conflicts: options.conflicts }),
    ...(options.dialect === undefined ? {} : { dialect: options.dialect }),
    known: options.known ?? [],
    past: options.past ?? [],
    static: attributeColumns(options),
    onProgress: ({ fraction, message }) => report(readShare * (fraction ?? 0), message),
  });
  const built = buildPanel(table, { gaps: options.gaps ?? 'missing' });
  const natural = naturalSeason(options.frequency);
  const seasons = (options.seasons ?? [natural]).filter((m) => m > 1);
  const maseSeason = options.maseSeason ?? seasons[0] ?? 1;
  const testSteps = options.split === undefined ? null : built.testSteps;
  const evaluation = await evaluateBuilt(options, built.panel, {
    testSteps,
    horizon: options.horizon,
    seasons,
    maseSeason,
    folds: options.folds ?? 1,
    models: options.models ?? 'auto',
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
      ...notesOn(evaluation, { table, options, gapPeriods: built.gapPeriods }),
      ...closedNotes(built.panel, seasons[0] ?? 1),
    ],
  };
}

/** The columns to read as attributes: those named, and those that only groupings name. */
function attributeColumns(options: EvaluateFileOptions): readonly string[] {
  const grouped = attributesOf(options.hierarchy ?? []).filter((name) => !options.series.includes(name));
  return [...new Set([...(options.static ?? []), ...grouped])];
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

function notesOn(
  evaluation: Evaluation & Pick<FileEvaluation, 'stockouts'>,
  of: { table: Table; options: EvaluateFileOptions; gapPeriods: number },
): string[] {
  const { table, options, gapPeriods } = of;
  const notes: string[] = refusalNotes(table);
  for (const [reason, count] of Object.entries(evaluation.skipped)) {
    notes.push(`${count} series left out: ${reason}.`);
  }
  notes.push(...columnNotes(evaluation, options));
  if (evaluation.launched > 0) {
    notes.push(`${evaluation.launched} series without history were forecast from what describes them.`);
  }
  if (evaluation.ended > 0) {
    notes.push(
      `${evaluation.ended} series have been silent longer than their own intervals explain: their demand has ended, and nothing is forecast but what such series still sold.`,
    );
  }
  const { counts } = evaluation.selected.metrics;
  for (const name of ['mase', 'rmsse', 'spl']) {
    const missing = evaluation.series - (counts[name] ?? 0);
    if (missing > 0)
      notes.push(
        `${name.toUpperCase()} rests on ${counts[name] ?? 0} series; ${missing} have no usable scale.`,
      );
  }
  for (const { name, metrics } of evaluation.models) {
    const scored = metrics.counts.smape ?? 0;
    if (scored < evaluation.series)
      notes.push(`${name} was tried on ${scored} of ${evaluation.series} series.`);
  }
  const { stockouts } = evaluation;
  if (stockouts !== undefined)
    notes.push(
      `${stockouts.periods} periods out of stock, ${stockouts.testPeriods} of them in test windows: left out, as their demand is unknown.`,
    );
  if (gapPeriods > 0)
    notes.push(`${gapPeriods} periods without a row: ${gapText[options.gaps ?? 'missing']}.`);
  if (table.rows.merged > 0)
    notes.push(`${table.rows.merged} rows were added to another row of their period.`);
  if (table.rows.duplicates > 0) notes.push(`${table.rows.duplicates} repeated rows were counted once.`);
  if (table.rows.unjoined > 0) notes.push(`${table.rows.unjoined} rows have no row in the joined file.`);
  return notes;
}

/** Which of the columns beside demand were looked at, and for how many series. */
function columnNotes(evaluation: Evaluation, options: EvaluateFileOptions): string[] {
  const given = [...(options.known ?? []), ...(options.past ?? []), ...(options.static ?? [])];
  if (given.length === 0) return [];
  const used = given.filter((name) => evaluation.columnsUsed.includes(name));
  const model = evaluation.models.map(({ name }) => name).find(isGlobal) ?? 'gbdt';
  const { columnEvidence: evidence } = evaluation;
  if (evidence === undefined)
    return [`None of the models named looks at ${given.join(', ')}: gbdt is the one that does.`];
  if (used.length === 0) return [unusedNote(given, { model, evidence })];
  const served = Object.entries(evaluation.selected.chosen.model)
    .filter(([name]) => name.split('+').some(isGlobal))
    .reduce((sum, [, count]) => sum + count, 0);
  const notes = [`gbdt looks at ${used.join(', ')}; alone or in a mean it serves ${served} series.`];
  const rest = given.filter((name) => !used.includes(name));
  if (rest.length > 0)
    notes.push(`Not used, as they hardly vary or as good as name the series: ${rest.join(', ')}.`);
  return notes;
}

/** What share of the rows was refused, by which rules, and where the first of them is. */
function refusalNotes({ rows }: Table): string[] {
  const { refused, refusedByCode, problems } = rows;
  const { 'left-out': leftOut = 0, ...faults } = refusedByCode;
  const notes: string[] = [];
  if (refused > 0) {
    const share = ((100 * refused) / (refused + rows.kept)).toPrecision(2);
    const named = Object.entries(faults).map(([code, count]) => `${code} ${count}`);
    const first = problems.find(({ code }) => code !== 'left-out');
    const where = first === undefined ? '' : `; first row ${first.row}: ${first.reason}`;
    notes.push(
      `${refused} rows (${share} %) were refused, their demand is unknown: ${named.join(', ')}${where}.`,
    );
  }
  if (leftOut > 0) notes.push(`${leftOut} rows were left out by rule.`);
  return notes;
}

const gapText = {
  zero: 'taken as no demand',
  missing: 'taken as unknown',
  fill: 'put on the line between their neighbours',
} as const satisfies Record<GapRule, string>;
