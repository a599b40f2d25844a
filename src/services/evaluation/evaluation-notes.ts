// What a reader of the figures of `evaluate` should know, in sentences.

import type { GapRule } from '../../core/index.ts';
import { isGlobal } from '../../forecasting/models/index.ts';
import { holidayName, type Table } from '../data/index.ts';
import { unusedNote } from './column-evidence.ts';
import type { Evaluation } from './evaluate-panel.ts';
import type { EvaluateFileOptions, FileEvaluation } from './file-options.ts';

/** What a reader of an evaluation should know, in sentences. */
export function notesOn(
  evaluation: Evaluation & Pick<FileEvaluation, 'stockouts'>,
  of: { table: Table; options: EvaluateFileOptions; gapPeriods: number },
): string[] {
  const { table, options, gapPeriods } = of;
  const notes: string[] = refusalNotes(table);
  if (options.series.length === 0) notes.push('No series columns were named: all rows are one series.');
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
  if (evaluation.outliers > 0) {
    notes.push(
      `${evaluation.outliers} series hold a value that dwarfs all others, such as a bulk order: nothing is learnt from it; \`almanac validate\` names them.`,
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
  const holidays = options.calendar === undefined ? [] : [holidayName];
  const given = [...(options.known ?? []), ...(options.past ?? []), ...(options.static ?? []), ...holidays];
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
