// `explain`: why a forecast is what it is: its mean taken apart into what drives it, in units.

import { resolve } from 'node:path';
import { AppError, defaultDialect, type SeriesExplanation } from '../../../core/index.ts';
import { shownExplanation } from '../../../services/series/index.ts';
import { type CommandSpec, projectOption, wholeNumber } from '../command.ts';
import { futureOf } from '../future-file.ts';
import type { Printer } from '../printer.ts';
import { readSample } from '../sample.ts';
import { type Column, shortened } from '../table.ts';

/** More columns of numbers do not fit beside each other: the smallest groups are shown together. */
const groupsShown = 6;

export const explain: CommandSpec = {
  name: 'explain',
  arguments: '<series>',
  group: 'Use',
  summary: 'say why the forecast of a series is what it is: level, season, price, promotion …, in units',
  details:
    'The parts of a step add up to its mean exactly. Trees: exact Shapley values of each feature; classical models: their own components.\n' +
    'The forecast is made for this alone: it is stored nowhere and graded never. With --future it is that under other plans.',
  options: [
    projectOption,
    {
      flags: '-H, --horizon <steps>',
      description: "steps ahead (default: the project's)",
      parse: wholeNumber(1, 1000),
    },
    {
      flags: '--future <file>',
      description: 'other plans: CSV or NDJSON with series, time and known columns',
    },
  ],
  examples: ['explain north/packing-tape', 'explain north/packing-tape --future cheaper.csv --json'],
  async run(context) {
    const project = await context.project();
    const { serving, series: pages } = await context.open();
    if (!serving.projectNames().includes(project.name)) await serving.take(project);
    const [series = ''] = context.args;
    const { horizon, future } = context.options;
    const path = future === undefined ? undefined : resolve(context.terminal.cwd, String(future));
    const plans =
      path === undefined
        ? undefined
        : futureOf(await readSample(path, project.dialect ?? defaultDialect), project, {
            path,
            cutoffOf: (id) => serving.project(project.name).current.cutoffOf(id),
            horizon: (horizon as number | undefined) ?? project.horizonSteps,
            series: [series],
          });
    if (path !== undefined && plans === undefined)
      throw new AppError('cli/usage', `--future ${path} has no plan of ${series}`);
    const found = await pages.explain(project, {
      series,
      ...(horizon === undefined ? {} : { horizon: horizon as number }),
      ...(plans === undefined ? {} : { future: plans }),
    });
    const shown = shownExplanation(project, found);
    return { json: shown, print: (printer) => print(printer, shown) };
  },
};

type Step = SeriesExplanation['steps'][number];

function print(printer: Printer, shown: SeriesExplanation): void {
  const { bold, dim } = printer.colours;
  const by = shown.version === null ? 'the baseline' : `version ${shown.version}`;
  const model = shown.model === null ? '' : ` (${shown.model})`;
  printer.line(`${bold(shortened(shown.series, 60))} by ${by}${model}, from data up to ${shown.cutoffAt}`);
  if (shown.statement !== null) printer.line(shown.statement);
  printer.line();
  printer.table(columnsOf(shown), [...shown.steps, { timestamp: 'all', columns: [], ...shown.total }]);
  if (shown.statement === null) {
    printer.line();
    printer.line(dim('units; the parts add up to the mean. Single columns of the data: --json'));
  }
}

function columnsOf({ total }: SeriesExplanation): Column<Step>[] {
  const sizes = Object.entries(total.drivers ?? {});
  const present = sizes.filter(
    ([name]) => name === 'level' || Math.abs(Number(total.drivers?.[name as 'level'])) > 0,
  );
  const largest = [...present].sort(([, a], [, b]) => Math.abs(b) - Math.abs(a)).slice(0, groupsShown);
  const names = present.map(([name]) => name).filter((name) => largest.some(([one]) => one === name));
  const rest = present.map(([name]) => name).filter((name) => !names.includes(name));
  const part = (title: string, of: readonly string[]): Column<Step> => ({
    title,
    align: 'right',
    value: ({ drivers }) =>
      drivers === null ? '-' : units(of.reduce((sum, name) => sum + drivers[name as 'level'], 0)),
  });
  return [
    { title: 'period', value: ({ timestamp }) => timestamp },
    { title: 'mean', align: 'right', value: ({ mean }) => units(mean) },
    ...names.map((name) => part(name, [name])),
    ...(rest.length === 0 ? [] : [part('rest', rest)]),
  ];
}

function units(value: number): string {
  const digits = Math.abs(value) >= 10_000 ? 0 : Math.abs(value) >= 100 ? 1 : 2;
  return (Math.abs(value) < 0.005 ? 0 : value).toFixed(digits);
}
