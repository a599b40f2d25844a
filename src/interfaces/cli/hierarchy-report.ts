// What `evaluate --hierarchy` prints for people: how good each level is as forecast, as sums of the series, and reconciled.

import type { HierarchyEvaluation } from '../../services/evaluation/index.ts';
import type { Printer } from './printer.ts';
import type { Column } from './table.ts';
import { count, decimal, percent, plural } from './words.ts';

type LevelScores = HierarchyEvaluation['levels'][number];
type Kind = 'base' | 'bottomUp' | 'reconciled';

const kinds: readonly [Kind, string][] = [
  ['base', 'base'],
  ['bottomUp', 'bottom-up'],
  ['reconciled', 'reconciled'],
];

/** The table of levels, and what its columns mean. */
export function printHierarchy(
  printer: Printer,
  hierarchy: HierarchyEvaluation,
  of: { readonly maseSeason: number; readonly isChosen: boolean },
): void {
  const { colours } = printer;
  printer.line();
  const number = (title: string, read: (scores: LevelScores[Kind]) => string): Column<LevelScores>[] =>
    kinds.map(([kind, name], i) => ({
      title: i === 0 ? `${title} ${name}` : name,
      align: 'right',
      value: (level) => (kind === 'reconciled' ? colours.green(read(level[kind])) : read(level[kind])),
    }));
  printer.table(
    [
      { title: 'level', value: ({ level }) => level },
      { title: 'nodes', align: 'right', value: ({ nodes }) => count(nodes) },
      ...number('RMSSE', ({ rmsse }) => decimal(rmsse)),
      ...number(`MASE(${of.maseSeason})`, ({ mase }) => decimal(mase)),
      ...number('WAPE', ({ wape }) => percent(wape)),
      ...number('bias', ({ bias }) => percent(bias)),
    ],
    hierarchy.levels,
  );
  printer.line();
  printer.line(
    `${colours.green('reconciled')} by ${hierarchy.method}, ${of.isChosen ? 'chosen on past windows' : 'as asked'}: totals equal the sums of their series ` +
      `(to ${hierarchy.coherence.toExponential(0)})`,
  );
  printer.line(
    colours.dim('· base = every total forecast for itself; bottom-up = sums of the series’ own forecasts.'),
  );
  if (hierarchy.endedEarly > 0)
    printer.line(
      colours.dim(
        `· ${plural(hierarchy.endedEarly, 'series', 'series')} end before the others: taken as no demand from there on, so that totals add up.`,
      ),
    );
}
