// `batches`: what came when, from where, and what became of its rows.

import { type Project, periodLabel } from '../../../core/index.ts';
import { type CommandSpec, projectOption, wholeNumber } from '../command.ts';
import type { CliServices } from '../services.ts';
import { count, moment } from '../words.ts';

type ListedBatch = Awaited<ReturnType<CliServices['data']['batches']>>[number];

export const batches: CommandSpec = {
  name: 'batches',
  group: 'Data',
  summary: 'list what came when, newest first, and what became of its rows',
  details:
    'Those that the product made itself are among them: closing, withdraw, restore, repair. Rows of a batch are taken back with\n' +
    '`withdraw --batch`, and its refused rows are listed with `quarantine --batch`.',
  options: [
    projectOption,
    { flags: '--before <batch>', description: 'only batches before this one: continues a list' },
    { flags: '--limit <n>', description: 'batches to list', default: 50, parse: wholeNumber(1, 10_000) },
  ],
  examples: ['batches', 'batches --limit 500 --json'],
  async run(context) {
    const project = await context.project();
    const { before, limit } = context.options;
    const { data } = await context.open();
    const list = await data.batches(project.name, {
      limit: Number(limit),
      ...(before === undefined ? {} : { beforeId: String(before) }),
    });
    return {
      json: list.map(({ batch, rowsWithdrawn }) => ({ ...batch, rowsWithdrawn })),
      print(printer) {
        if (list.length === 0) {
          printer.line('no batch yet');
          return;
        }
        const number = (title: string, read: (of: ListedBatch) => number) => ({
          title,
          align: 'right' as const,
          value: (of: ListedBatch) => (read(of) === 0 ? '' : count(read(of))),
        });
        const optional = [
          number('replaced', ({ batch }) => batch.rowsReplaced),
          number('added', ({ batch }) => batch.rowsAdded),
          number('quarantined', ({ batch }) => batch.rowsQuarantined),
          number('withdrawn', ({ rowsWithdrawn }) => rowsWithdrawn),
        ];
        printer.table<ListedBatch>(
          [
            { title: 'batch', value: ({ batch }) => batch.id },
            { title: 'when', value: ({ batch }) => moment(batch.receivedAt) },
            { title: 'source', value: ({ batch }) => batch.source },
            number('rows', ({ batch }) => batch.rowsAccepted + batch.rowsDescribed),
            ...optional.filter(({ value }) => list.some((one) => value(one) !== '')),
            { title: 'periods', value: (one) => periods(project, one) },
          ],
          list,
        );
        if (list.length === limit)
          printer.line(
            printer.colours.dim(`there may be more: almanac batches --before ${list.at(-1)?.batch.id}`),
          );
      },
    };
  },
};

function periods({ grid }: Project, { batch: { periodMin, periodMax } }: ListedBatch): string {
  if (periodMin === null || periodMax === null) return '';
  const [first, last] = [periodLabel(grid, periodMin), periodLabel(grid, periodMax)];
  return first === last ? first : `${first} to ${last}`;
}
