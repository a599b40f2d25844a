// `series`: the series of a project, found and ranked; or one of them with all that is known of it.

import {
  AppError,
  type ListedSeries,
  type Project,
  type SeriesDetail,
  type SeriesList,
} from '../../../core/index.ts';
import {
  type SeriesOrder,
  type SeriesQuery,
  type SeriesState,
  seriesOrders,
  seriesStates,
  shownDetail,
  shownList,
} from '../../../services/series/index.ts';
import {
  type CommandContext,
  type CommandSpec,
  projectOption,
  type Report,
  wholeNumber,
} from '../command.ts';
import { periodAt } from '../period-text.ts';
import type { Printer } from '../printer.ts';
import { type Column, shortened } from '../table.ts';
import { count, decimal, percent, plural } from '../words.ts';

const idWidth = 24;
const periodsShown = 14;

export const series: CommandSpec = {
  name: 'series',
  arguments: '[series]',
  group: 'Use',
  summary: 'find series by id, attribute, error, value or state; or look at one',
  details:
    'class: A makes the first 80 % of the value, B up to 95 %, C the rest; X varies by up to 0.5 of its mean, Y up to 1, Z more.\n' +
    'value: units × price of the last year, units without a price column. error: Σ |forecast − demand| in the same.\n' +
    'FVA: 1 − MAE ÷ MAE of seasonal naive. `-` stands for what is not known; --json says on how many labels each figure rests.',
  options: [
    projectOption,
    { flags: '-s, --search <text>', description: 'a part of the id or of an attribute' },
    {
      flags: '-a, --attribute <name=value>',
      description: 'an attribute that it must have; several separated by commas',
    },
    { flags: '--state <states>', description: `${seriesStates.join(', ')}; several separated by commas` },
    { flags: '--class <letters>', description: 'A, X or AX' },
    {
      flags: '--sort <by>',
      description: `${seriesOrders.join(', ')}: what needs a look comes first`,
      default: 'id',
    },
    { flags: '--reversed', description: 'the other way round' },
    { flags: '--limit <n>', description: 'series to list', default: 20, parse: wholeNumber(1, 1000) },
    { flags: '--cursor <text>', description: '`next` of a page before, from --json' },
    { flags: '--from <period>', description: 'of one series: first period of its history' },
    { flags: '--to <period>', description: 'of one series: last period of its history' },
  ],
  examples: ['series --sort error', 'series --search tape --class A', 'series north/packing-tape --json'],
  async run(context) {
    const project = await context.project();
    const { serving } = await context.open();
    if (!serving.projectNames().includes(project.name)) await serving.take(project);
    const [id] = context.args;
    return id === undefined ? await listReport(context, project) : await oneReport(context, project, id);
  },
};

async function listReport(context: CommandContext, project: Project): Promise<Report> {
  const services = await context.open();
  const { table, page } = await services.series.list(project, queryOf(context.options));
  const list = shownList(table, page);
  return {
    json: list,
    print(printer) {
      if (list.items.length === 0) {
        printer.line(
          list.total === 0
            ? `${project.name} has no series yet`
            : `none of ${plural(list.total, 'series', 'series')} is meant`,
        );
        return;
      }
      printer.line(`${project.name}: ${count(list.matched)} of ${plural(list.total, 'series', 'series')}`);
      printer.line(printer.colours.dim(basisOf(list)));
      printer.line();
      printer.table(listColumns, list.items);
      if (list.next === null) return;
      printer.line();
      printer.line(
        printer.colours.dim(
          `… and ${count(list.matched - list.items.length)} more: --limit, or --cursor with --json`,
        ),
      );
    },
  };
}

function basisOf({ value, accuracy }: Pick<SeriesList, 'value' | 'accuracy'>): string {
  const worth = value === null ? '' : `value: ${value.column ?? 'units'}, ${value.from} to ${value.to}`;
  const wrong = accuracy === null ? 'no forecast graded yet' : `errors: ${accuracy.from} to ${accuracy.to}`;
  return [worth, wrong].filter((part) => part !== '').join('; ');
}

const listColumns: readonly Column<ListedSeries>[] = [
  { title: 'series', value: ({ series: id }) => shortened(id, idWidth) },
  { title: 'state', value: ({ state }) => state },
  { title: 'class', value: ({ classes }) => `${classes.abc ?? '-'}${classes.xyz ?? '-'}` },
  { title: 'value', align: 'right', value: ({ value }) => whole(value.amount) },
  { title: 'share', align: 'right', value: ({ value }) => percent(value.share) },
  { title: 'error', align: 'right', value: ({ error }) => whole(error?.amount) },
  { title: 'WAPE', align: 'right', value: ({ error }) => percent(error?.wape, 0) },
  { title: 'FVA', align: 'right', value: ({ valueAdded }) => percent(valueAdded.value, 0) },
];

function whole(value: number | null | undefined): string {
  return value === null || value === undefined ? '-' : count(value);
}

function queryOf(options: CommandContext['options']): SeriesQuery {
  const { search, attribute, state, sort, reversed, limit, cursor } = options;
  const letters = String(options.class ?? '');
  if (options.class !== undefined && !/^(?=.)[ABC]?[XYZ]?$/.test(letters))
    throw new AppError('cli/usage', `--class is ${letters}; expected A, X or AX`);
  const order = seriesOrders.find((one) => one === (sort ?? 'id'));
  if (order === undefined)
    throw new AppError('cli/usage', `--sort is ${String(sort)}; expected ${seriesOrders.join(', ')}`);
  return {
    search: search as string | undefined,
    attributes: Object.fromEntries(
      String(attribute ?? '')
        .split(',')
        .filter(Boolean)
        .map(attributeOf),
    ),
    states: state === undefined ? undefined : String(state).split(',').map(stateOf),
    abc: letters.match(/[ABC]/)?.[0] as SeriesQuery['abc'],
    xyz: letters.match(/[XYZ]/)?.[0] as SeriesQuery['xyz'],
    sort: order satisfies SeriesOrder,
    reversed: reversed === true,
    limit: Number(limit ?? 20),
    cursor: cursor as string | undefined,
  };
}

function attributeOf(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at).trim(), text.slice(at + 1)];
  throw new AppError('cli/usage', `--attribute ${text} is no attribute: write it as name=value`);
}

function stateOf(text: string): SeriesState {
  const state = seriesStates.find((one) => one === text.trim());
  if (state !== undefined) return state;
  throw new AppError('cli/usage', `--state is ${text.trim()}; expected ${seriesStates.join(', ')}`);
}

async function oneReport(context: CommandContext, project: Project, id: string): Promise<Report> {
  const { from, to } = context.options;
  const services = await context.open();
  const one = await services.series.one(project, {
    series: id,
    from: from === undefined ? undefined : periodAt(project, String(from)),
    to: to === undefined ? undefined : periodAt(project, String(to)),
  });
  const detail = shownDetail(project, one);
  return { json: detail, print: (printer) => printOne(printer, detail) };
}

function printOne(printer: Printer, detail: SeriesDetail): void {
  const { bold, dim } = printer.colours;
  const { listed, forecast, earlier, history } = detail;
  printer.line(bold(detail.series));
  printer.pairs([
    ['state', listed?.state],
    ['attributes', attributesText(listed)],
    ['class', listed && `${listed.classes.abc ?? '-'}${listed.classes.xyz ?? '-'}`],
    [
      'value',
      listed &&
        `${whole(listed.value.amount)} on ${plural(listed.value.n, 'period')} (${detail.value?.column ?? 'units'})`,
    ],
    [
      'error',
      listed?.error &&
        `WAPE ${percent(listed.error.wape)}, bias ${percent(listed.error.bias)} on ${plural(listed.error.n, 'label')} of ${count(listed.error.labelsDue)} due`,
    ],
    [
      'value added',
      listed &&
        `${percent(listed.valueAdded.value)} over seasonal naive on ${plural(listed.valueAdded.n, 'label')}`,
    ],
    ['forecasts', `${count(earlier.length)} of them in this window`],
  ]);
  printer.line();
  printer.line(dim(`demand up to ${detail.window.to}`));
  printer.table(
    [
      { title: 'period', value: (row) => row.timestamp },
      { title: 'demand', align: 'right', value: (row) => decimal(row.value, 2) },
      { title: 'said', value: (row) => row.status },
      { title: 'with', value: (row) => cellsText(row.covariates) },
    ],
    history.slice(-periodsShown),
  );
  printer.line();
  if (forecast === null) {
    printer.line(`nothing can be forecast: ${detail.reason ?? 'nothing is known of it'}`);
    return;
  }
  const levels = Object.keys(forecast.steps[0]?.quantiles ?? {}).sort((a, b) => Number(a) - Number(b));
  printer.line(
    dim(
      `forecast by ${forecast.version === null ? 'the baseline' : `version ${forecast.version}`}, from data up to ${forecast.cutoffAt}; not stored`,
    ),
  );
  printer.table(
    [
      { title: 'period', value: (step) => step.timestamp },
      { title: 'mean', align: 'right', value: (step) => decimal(step.mean, 2) },
      ...[levels[0], levels.at(-1)].flatMap((level) =>
        level === undefined
          ? []
          : [
              {
                title: level,
                align: 'right' as const,
                value: (step: { quantiles: Record<string, number> }) => decimal(step.quantiles[level], 2),
              },
            ],
      ),
    ],
    forecast.steps.slice(0, periodsShown),
  );
}

function attributesText(listed: ListedSeries | null): string | undefined {
  const text = cellsText(listed?.attributes);
  return text === '' ? undefined : text;
}

function cellsText(cells: Readonly<Record<string, number | string>> | undefined): string {
  const text = Object.entries(cells ?? {})
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
  return shortened(text, 40);
}
