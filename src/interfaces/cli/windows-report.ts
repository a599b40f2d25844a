// What `evaluate --folds` prints beyond the scores of all windows together: each window by itself, and whether the choice was better
// than each candidate or merely lucky.

import { type Comparison, comparedBy, type PairedRatio } from '../../forecasting/evaluate/index.ts';
import type { FileEvaluation } from '../../services/evaluation/index.ts';
import type { Printer } from './printer.ts';
import { decimal, percent } from './words.ts';

type Windows = Pick<FileEvaluation, 'selected' | 'models'>;

/** Nothing where there is but one window; evaluations that an earlier version stored tell of none. */
export function printWindows(printer: Printer, { selected, models }: Windows): void {
  if ((selected.windows ?? []).length === 0) return;
  printer.line();
  printer.table(windowColumns, windowRows(selected));
  printer.line();
  printer.table(ratioColumns, models);
  const { dim } = printer.colours;
  printer.line(dim('Loss of selected over that of the model: below 1 = better. In brackets 95 %'));
  printer.line(dim('of what other series and windows of this kind would have said (bootstrap).'));
}

/** The figures of a line, in their order. */
const figures = ['mase', 'rmsse', 'wape', 'bias', 'spl', 'coverage80', 'coverage95', 'msis95'] as const;
type Figure = (typeof figures)[number];

interface WindowRow {
  readonly name: string;
  readonly values: Readonly<Record<Figure, number | null>>;
}

function windowRows({ windows, spread }: FileEvaluation['selected']): WindowRow[] {
  const rows = windows.map(({ mase, rmsse, wape, bias, spl, coverage, msis }, at): WindowRow => {
    const shares = { coverage80: coverage['0.8'] ?? null, coverage95: coverage['0.95'] ?? null };
    const values = { mase, rmsse, wape, bias, spl, ...shares, msis95: msis['0.95'] ?? null };
    return { name: at === 0 ? 'newest' : `${at} before`, values };
  });
  const of = (name: string, part: 'mean' | 'deviation'): WindowRow => ({
    name,
    values: Object.fromEntries(
      figures.map((figure) => [figure, spread[figure]?.[part] ?? null]),
    ) as WindowRow['values'],
  });
  return [...rows, of('mean', 'mean'), of('deviation', 'deviation')];
}

const titles: Readonly<Record<Figure, readonly [string, (value: number | null) => string]>> = {
  mase: ['MASE', decimal],
  rmsse: ['RMSSE', decimal],
  wape: ['WAPE', percent],
  bias: ['bias', percent],
  spl: ['SPL', decimal],
  coverage80: ['in 80 %', percent],
  coverage95: ['in 95 %', percent],
  msis95: ['MSIS(95)', (value) => decimal(value, 2)],
};

const windowColumns = [
  { title: 'window', value: ({ name }: WindowRow) => name },
  ...figures.map((figure) => {
    const [title, write] = titles[figure];
    return { title, align: 'right' as const, value: ({ values }: WindowRow) => write(values[figure]) };
  }),
];

const ratioColumns = [
  { title: 'selected over', value: ({ name }: { name: string }) => name },
  ...comparedBy.map((metric) => ({
    title: metric.toUpperCase(),
    align: 'right' as const,
    value: ({ selectedRatio }: { selectedRatio: Comparison }) => ratioText(selectedRatio[metric]),
  })),
];

function ratioText(of: PairedRatio | null): string {
  if (of === null) return '-';
  const { ratio, low, high } = of;
  return low === null ? decimal(ratio) : `${decimal(ratio)} [${decimal(low)}, ${decimal(high)}]`;
}
