// `totals`: sums over series by what names them and their attributes.

import type { SeriesTotals } from '../../../core/index.ts';
import { shownTotals } from '../../../services/series/index.ts';
import { type CommandSpec, projectOption, textList, wholeNumber } from '../command.ts';
import { type Column, shortened } from '../table.ts';
import { count, percent, plural } from '../words.ts';

export const totals: CommandSpec = {
  name: 'totals',
  group: 'Use',
  summary: 'sum series up by the columns that name them and by attributes',
  details:
    'forecast: the means that were served from the newest closed period on, over the horizon; of how many series --json says.\n' +
    'last year: the same periods a year before. WAPE: of the series one by one. What is shown adds up to the total.',
  options: [
    projectOption,
    {
      flags: '--by <columns>',
      description: 'columns that name the series, or attributes (default: the total alone)',
      parse: textList,
    },
    { flags: '--limit <n>', description: 'groups to show', default: 20, parse: wholeNumber(1, 1000) },
  ],
  examples: ['totals --by store', 'totals --by store,category --json'],
  async run(context) {
    const project = await context.project();
    const { serving, series } = await context.open();
    if (!serving.projectNames().includes(project.name)) await serving.take(project);
    const { by = [], limit } = context.options;
    const query = { by: by as readonly string[], limit: Number(limit ?? 20) };
    const shown = shownTotals(await series.totals(project, query));
    return {
      json: shown,
      print(printer) {
        const worth =
          shown.value === null
            ? ''
            : `, value: ${shown.value.column ?? 'units'}, ${shown.value.from} to ${shown.value.to}`;
        printer.line(`${project.name}: ${plural(shown.total.series, 'series', 'series')}${worth}`);
        printer.line();
        const rows: Row[] = shown.items.map((one) => ({ name: Object.values(one.key).join(' / '), ...one }));
        if (shown.others !== null)
          rows.push({ name: `${count(shown.others.groups)} others`, ...shown.others });
        if (shown.by.length > 0) printer.table(columns, [...rows, { name: 'total', ...shown.total }]);
        else printer.table(columns, [{ name: 'total', ...shown.total }]);
      },
    };
  },
};

type Row = SeriesTotals['total'] & { readonly name: string };

const columns: readonly Column<Row>[] = [
  { title: 'group', value: ({ name }) => shortened(name, 26) },
  { title: 'series', align: 'right', value: ({ series }) => count(series) },
  { title: 'value', align: 'right', value: ({ amount }) => count(amount) },
  {
    title: 'forecast',
    align: 'right',
    value: ({ steps, forecasts }) =>
      forecasts === 0 ? '-' : count(steps.reduce((sum, { mean }) => sum + mean, 0)),
  },
  {
    title: 'last year',
    align: 'right',
    value: ({ lastYear }) => (lastYear.series === 0 ? '-' : count(lastYear.units)),
  },
  { title: 'WAPE', align: 'right', value: ({ error }) => percent(error.wape, 0) },
];
