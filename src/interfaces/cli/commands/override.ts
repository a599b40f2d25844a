// `override`: a number of one's own beside the model's, what has been overridden, and taking it back.

import { InvalidArgumentError } from 'commander';
import { AppError, type Project } from '../../../core/index.ts';
import {
  type OverrideState,
  overrideStates,
  type ShownOverride,
  shownOverride,
  shownOverrides,
} from '../../../services/overrides/index.ts';
import { type CommandContext, type CommandSpec, projectOption, textList, wholeNumber } from '../command.ts';
import { periodAt } from '../period-text.ts';
import type { Printer } from '../printer.ts';
import type { CliServices } from '../services.ts';
import { type Column, shortened } from '../table.ts';
import { decimal, percent } from '../words.ts';

const reasonOption = { flags: '--reason <text>', description: 'why: kept and told with the forecast' };

export const overrideSet: CommandSpec = {
  name: 'override set',
  arguments: '<series>',
  group: 'Use',
  summary: "say a number in place of the model's, with a reason",
  details:
    "Forecasts tell it beside the model's own numbers, which stay as they are and are graded as they are; orders are planned with it.\n" +
    'It stands until its period closes, and is graded then beside the model: `almanac override value`.',
  options: [
    projectOption,
    {
      flags: '-t, --period <periods>',
      description: 'periods to come, separated by commas, as 2026-12-07 (or a step)',
      parse: textList,
    },
    { flags: '--value <units>', description: 'this many units', parse: amount },
    { flags: '--percent <n>', description: "so many percent more than the model's mean", parse: amount },
    { flags: '--units <n>', description: "so many units more than the model's mean", parse: amount },
    reasonOption,
    { flags: '--key <text>', description: 'said again under the same key it changes nothing' },
  ],
  examples: [
    'override set north/packing-tape --period 2026-12-07 --value 120 --reason "leaflet"',
    'override set north/packing-tape --period 2026-12-07,2026-12-08 --percent=-15 --reason "roadworks"',
  ],
  async run(context) {
    const { project, overrides } = await opened(context);
    const { period, value, percent: share, units, reason, key } = context.options;
    if (period === undefined)
      throw new AppError('cli/usage', 'no --period is given: name the periods to override');
    const asked = { value, percent: share, units } as { value?: number; percent?: number; units?: number };
    const result = await overrides.set(
      project,
      {
        series: context.args[0] as string,
        periods: (period as string[]).map((text) => ({ period: periodAt(project, text), ...asked })),
        reason: String(reason ?? ''),
        key: key === undefined ? undefined : String(key),
      },
      context.actor(),
    );
    const items = result.overrides.map((one) => shownOverride(project, one));
    return {
      json: { items, replayed: result.replayed },
      print: (printer) => printChange(printer, items, result.replayed ? 'was said before' : 'stands'),
    };
  },
};

export const overrideList: CommandSpec = {
  name: 'override list',
  isDefault: true,
  group: 'Use',
  summary: 'list overrides, newest first',
  details:
    'open: it stands for a period to come; closed: it stood when its period closed. model: what it said of the period then.',
  options: [
    projectOption,
    { flags: '-s, --series <id>', description: 'only of this series' },
    { flags: '--state <state>', description: overrideStates.join(', ') },
    { flags: '--limit <n>', description: 'overrides to list', default: 20, parse: wholeNumber(1, 1000) },
    { flags: '--cursor <text>', description: '`next` of a page before, from --json' },
  ],
  examples: ['override list --state open', 'override list --series north/packing-tape --json'],
  async run(context) {
    const { project, overrides } = await opened(context);
    const { series, limit, cursor } = context.options;
    const page = await overrides.list(project, {
      series: series === undefined ? undefined : String(series),
      state: stateOf(context.options.state),
      limit: Number(limit ?? 20),
      cursor: cursor === undefined ? undefined : String(cursor),
    });
    const list = shownOverrides(project, page);
    return {
      json: list,
      print(printer) {
        if (list.items.length === 0 && list.next === null) printer.line('nothing is overridden');
        else printer.table(listColumns, list.items);
        if (list.next === null) return;
        printer.line();
        printer.line(printer.colours.dim('… and more: --limit, or --cursor with --json'));
      },
    };
  },
};

export const overrideWithdraw: CommandSpec = {
  name: 'override withdraw',
  arguments: '[override]',
  group: 'Use',
  summary: 'take an override back, or all that were said together',
  details:
    'OVERRIDE is the id of one, or of the change (`ovc_…`) that said several; or name --series and --period. It stays in the list. One\n' +
    'whose period is closed is graded as it stood, and cannot be taken back.',
  options: [
    projectOption,
    { flags: '-s, --series <id>', description: 'of this series' },
    {
      flags: '-t, --period <periods>',
      description: 'of these periods, separated by commas',
      parse: textList,
    },
    reasonOption,
  ],
  examples: [
    'override withdraw ovr_01h2xcejqtf2nbrexx3vqjhp41 --reason "leaflet cancelled"',
    'override withdraw --series north/packing-tape --period 2026-12-07 --reason "leaflet cancelled"',
  ],
  async run(context) {
    const { project, overrides } = await opened(context);
    const of = { reason: String(context.options.reason ?? ''), by: context.actor() };
    const items: ShownOverride[] = [];
    for (const id of await idsOf(context, project, overrides))
      for (const one of await overrides.withdraw(project, id, of)) items.push(shownOverride(project, one));
    return { json: { items }, print: (printer) => printChange(printer, items, 'withdrawn') };
  },
};

export const overrideValue: CommandSpec = {
  name: 'override value',
  group: 'Use',
  summary: 'what overrides were worth, on the demand that came',
  details:
    'Overrides that stood when their label came due, beside what the model said then and what seasonal naive says, on the same labels.\n' +
    'added: 1 − MAE ÷ MAE of the step before it; above 0 = it helped.',
  options: [
    projectOption,
    { flags: '-s, --series <id>', description: 'only of this series' },
    { flags: '--from <period>', description: 'first period that was overridden' },
    { flags: '--to <period>', description: 'last period that was overridden' },
    { flags: '--by <group>', description: 'author, reason or series: one figure for each' },
  ],
  examples: ['override value', 'override value --by author --from 2026-01-01'],
  async run(context) {
    const { project, overrides } = await opened(context);
    const { series, from, to } = context.options;
    const value = await overrides.value(project, {
      series: series === undefined ? undefined : String(series),
      fromPeriod: from === undefined ? undefined : periodAt(project, String(from)),
      toPeriod: to === undefined ? undefined : periodAt(project, String(to)),
      groupBy: groupOf(context.options.by),
    });
    return { json: value, print: (printer) => printValue(printer, value) };
  },
};

/** The override that is named, or those that stand of a series in some periods. */
async function idsOf(
  context: CommandContext,
  project: Project,
  overrides: CliServices['overrides'],
): Promise<readonly string[]> {
  const [id] = context.args;
  const { series, period } = context.options;
  const isNamed = series !== undefined && period !== undefined;
  if ((id !== undefined) === isNamed || (id !== undefined && (series !== undefined || period !== undefined)))
    throw new AppError('cli/usage', 'name an override by its id, or by --series and --period');
  if (id !== undefined) return [id];
  const { items } = await overrides.list(project, { series: String(series), state: 'open', limit: 1000 });
  return (period as string[]).map((text) => {
    const found = items.find((one) => one.period === periodAt(project, text));
    if (found !== undefined) return found.id;
    throw new AppError('overrides/unknown', `no override of ${String(series)} stands in ${text}`);
  });
}

/** The project, served: an override is of what would be answered now. */
async function opened(
  context: CommandContext,
): Promise<{ project: Project; overrides: CliServices['overrides'] }> {
  const project = await context.project();
  const { serving, overrides } = await context.open();
  if (!serving.projectNames().includes(project.name)) await serving.take(project);
  return { project, overrides };
}

function amount(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('expected a number.');
  return value;
}

function stateOf(text: unknown): OverrideState | undefined {
  if (text === undefined) return undefined;
  const state = overrideStates.find((one) => one === text);
  if (state !== undefined) return state;
  throw new AppError('cli/usage', `--state is ${String(text)}; expected ${overrideStates.join(', ')}`);
}

const groups = ['author', 'reason', 'series'] as const;

function groupOf(text: unknown): (typeof groups)[number] | undefined {
  if (text === undefined) return undefined;
  const group = groups.find((one) => one === text);
  if (group !== undefined) return group;
  throw new AppError('cli/usage', `--by is ${String(text)}; expected ${groups.join(', ')}`);
}

const listColumns: readonly Column<ShownOverride>[] = [
  { title: 'series', value: ({ series }) => shortened(series, 17) },
  { title: 'period', value: ({ timestamp }) => timestamp.slice(0, 16) },
  { title: 'model', align: 'right', value: ({ said }) => decimal(said.mean, 1) },
  { title: 'said', align: 'right', value: ({ value }) => decimal(value, 1) },
  { title: 'state', value: ({ state }) => state },
  { title: 'why', value: ({ reason }) => shortened(reason, 18) },
];

function printChange(printer: Printer, items: readonly ShownOverride[], what: string): void {
  const [first] = items;
  if (first === undefined) return;
  printer.line(`${printer.colours.bold(first.series)}: ${first.change} ${what}`);
  printer.table(
    [
      { title: 'period', value: ({ timestamp }) => timestamp },
      { title: 'model', align: 'right', value: ({ said }) => decimal(said.mean, 2) },
      { title: 'said', align: 'right', value: ({ value }) => decimal(value, 2) },
      { title: 'state', value: ({ state }) => state },
      { title: 'override', value: ({ id }) => id },
    ],
    items,
  );
}

type Value = Awaited<ReturnType<CliServices['overrides']['value']>>;
type Figure = NonNullable<Value['groups']>[number];

function printValue(printer: Printer, value: Value): void {
  if (value.window === null) {
    printer.line('no label of an override is due yet');
    return;
  }
  const { window, labelsJoined, labelsDue, labelsCensored, better, worse } = value;
  printer.line(
    `overrides of ${window.from} to ${window.to}: ${labelsJoined} of ${labelsDue} labels have come (${percent(value.labelCoverage)})` +
      (labelsCensored > 0 ? `, and ${labelsCensored} were stock-outs` : ''),
  );
  printer.line(`closer than the model on ${better}, farther off on ${worse}`);
  printer.line();
  const { compared, modelAdded, overrideAdded } = value;
  printer.table<{ step: string; of: Value['model']; added: { value: number | null } | null }>(
    [
      { title: 'step', value: ({ step }) => step },
      { title: 'labels', align: 'right', value: ({ of }) => String(of.n) },
      { title: 'WAPE', align: 'right', value: ({ of }) => percent(of.wape) },
      { title: 'bias', align: 'right', value: ({ of }) => percent(of.bias) },
      { title: 'MAE', align: 'right', value: ({ of }) => decimal(of.mae, 2) },
      { title: 'added', align: 'right', value: ({ added }) => (added === null ? '' : percent(added.value)) },
    ],
    [
      { step: 'seasonal naive', of: compared.naive, added: null },
      { step: 'model, on the same', of: compared.model, added: modelAdded },
      { step: 'model', of: value.model, added: null },
      { step: 'overridden', of: value.overridden, added: overrideAdded },
    ],
  );
  if (value.groups === undefined) return;
  printer.line();
  printer.table<Figure>(
    [
      { title: 'by', value: ({ key }) => shortened(key, 30) },
      { title: 'labels', align: 'right', value: ({ overridden }) => String(overridden.n) },
      { title: 'model', align: 'right', value: ({ model }) => percent(model.wape) },
      { title: 'overridden', align: 'right', value: ({ overridden }) => percent(overridden.wape) },
      { title: 'added', align: 'right', value: ({ overrideAdded: added }) => percent(added.value) },
    ],
    value.groups,
  );
}
