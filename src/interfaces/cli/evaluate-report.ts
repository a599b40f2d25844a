// What `evaluate` prints for people: one line per model, the chosen one last, then what to know about the figures.

import type { Metrics } from '../../forecasting/evaluate/index.ts';
import type { EvaluateFileOptions, FileEvaluation } from '../../services/evaluation/index.ts';
import { printEffects } from './effects-report.ts';
import { printHierarchy } from './hierarchy-report.ts';
import type { Printer } from './printer.ts';
import type { Column } from './table.ts';
import { printWindows } from './windows-report.ts';
import { count, decimal, duration, percent, plural } from './words.ts';

interface Row {
  readonly name: string;
  readonly metrics: Metrics;
  readonly seconds: number;
}

export function printEvaluation(
  printer: Printer,
  evaluation: Omit<FileEvaluation, 'refused'>,
  options: Pick<EvaluateFileOptions, 'path' | 'folds' | 'reconcile'>,
): void {
  const { colours } = printer;
  const { selected, horizon, seasons } = evaluation;
  const seasonText = seasons.length > 0 ? `season ${seasons.join(', ')}` : 'no season';
  const { folds = 1 } = options;
  const scored = `${scoredName(evaluation.series, folds)}${folds === 1 ? '' : ` of ${folds} folds`}`;
  printer.line(
    `${options.path}: ${count(evaluation.rows)} rows, ${scored} scored, horizon ${horizon}, ${seasonText}`,
  );
  printer.line();
  const rows: Row[] = [...evaluation.models];
  rows.push({ name: colours.green('selected'), metrics: selected.metrics, seconds: selected.seconds });
  printer.table(columns(evaluation), rows);
  printer.line();
  const chosen = Object.entries(selected.chosen.model);
  const shown = chosen.slice(0, 5).map(([name, series]) => `${name} (${series})`);
  const more = chosen.length > shown.length ? `, and ${chosen.length - shown.length} more` : '';
  printer.line(`${colours.green('selected')} = chosen on the history alone: ${shown.join(', ')}${more}`);
  printer.line(valueAddedLine(evaluation, folds));
  printWindows(printer, evaluation);
  if (evaluation.hierarchy !== undefined)
    printHierarchy(printer, evaluation.hierarchy, {
      maseSeason: evaluation.maseSeason,
      isChosen: options.reconcile === undefined,
    });
  printEffects(printer, evaluation.effects);
  for (const note of evaluation.notes) printer.line(colours.dim(`· ${note}`));
}

/** What is counted: a series is scored once per fold. */
function scoredName(n: number, folds: number): string {
  return folds === 1 ? plural(n, 'series', 'series') : plural(n, 'window');
}

/** Over which naive forecast, on how many series, and how the figure lies over them. */
function valueAddedLine(
  { selected, seasons }: Pick<FileEvaluation, 'selected' | 'seasons'>,
  folds: number,
): string {
  const title = `FVA over ${seasons.length > 0 ? 'seasonal naive' : 'naive'}`;
  const { valueAdded } = selected;
  if (valueAdded === null) return `${title}: none, as that forecast is without error wherever it can be made`;
  const { count: n, median, positive } = valueAdded;
  return `${title}: median ${percent(median)}, above zero for ${percent(positive)} of ${scoredName(n, folds)}`;
}

function columns(evaluation: Omit<FileEvaluation, 'refused'>): Column<Row>[] {
  const numbers: [string, (metrics: Metrics) => string][] = [
    ['sMAPE', (metrics) => decimal(metrics.smape, 2)],
    [`MASE(${evaluation.maseSeason})`, (metrics) => decimal(metrics.mase)],
    ['RMSSE', (metrics) => decimal(metrics.rmsse)],
    ['WAPE', (metrics) => percent(metrics.wape)],
    ['bias', (metrics) => percent(metrics.bias)],
    ['SPL', (metrics) => decimal(metrics.spl)],
  ];
  for (const level of ['0.8', '0.95']) {
    if (level in evaluation.selected.metrics.coverage) {
      numbers.push([`in ${Number(level) * 100} %`, (metrics) => percent(metrics.coverage[level])]);
    }
  }
  return [
    { title: 'model', value: ({ name }) => name },
    ...numbers.map(
      ([title, read]): Column<Row> => ({ title, align: 'right', value: ({ metrics }) => read(metrics) }),
    ),
    { title: 'time', align: 'right', value: ({ seconds }) => duration(seconds * 1000) },
  ];
}
