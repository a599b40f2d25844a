// `withdraw`: rows taken back, what has been, and letting them count again.

import { type Project, periodLabel } from '../../../core/index.ts';
import { type CommandContext, type CommandSpec, projectOption } from '../command.ts';
import { periodAt } from '../period-text.ts';
import type { Printer } from '../printer.ts';
import type { WithdrawalRecord, WithdrawResult } from '../services.ts';
import { count, moment, plural } from '../words.ts';

export const withdrawRows: CommandSpec = {
  name: 'withdraw rows',
  isDefault: true,
  group: 'Data',
  summary: 'take back rows of a batch or a series',
  details:
    'What is known of their periods is then what other rows say, or that the demand is unknown: to servers at once, to labels of\n' +
    'forecasts, and to the next training. It is one more batch: nothing is removed, and `withdraw undo` lets the rows count again.\n' +
    'What they said of columns beside demand, and attributes, stays.',
  options: [
    projectOption,
    { flags: '-b, --batch <id>', description: 'rows of this batch' },
    { flags: '-s, --series <id>', description: 'rows of this series' },
    { flags: '--from <period>', description: 'from this period on, as 2024-03-31 (or a step)' },
    { flags: '--to <period>', description: 'up to this period' },
    { flags: '--reason <text>', description: 'kept with the withdrawal' },
  ],
  examples: [
    'withdraw --batch bat_01h2xcejqtf2nbrexx3vqjhp41 --reason "wrong file"',
    'withdraw --series store-7 --from 2026-03-01 --to 2026-03-31',
  ],
  async run(context) {
    const project = await context.project();
    const { batch, series, from, to, reason } = context.options;
    const { data } = await context.open();
    const result = await data.withdraw(project, {
      ...(batch === undefined ? {} : { batchId: String(batch) }),
      ...(series === undefined ? {} : { seriesId: String(series) }),
      ...(from === undefined ? {} : { periodMin: periodAt(project, String(from)) }),
      ...(to === undefined ? {} : { periodMax: periodAt(project, String(to)) }),
      reason: reason === undefined ? '' : String(reason),
    });
    return {
      json: result,
      print: (printer) => printResult(printer, result, 'withdrawn'),
    };
  },
};

export const withdrawList: CommandSpec = {
  name: 'withdraw list',
  group: 'Data',
  summary: 'list what has been withdrawn',
  options: [projectOption],
  examples: ['withdraw list', 'withdraw list --json'],
  async run(context: CommandContext) {
    const project = await context.project();
    const { data } = await context.open();
    const list = await data.withdrawals(project.name);
    return {
      json: list,
      print(printer) {
        if (list.length === 0) printer.line('nothing has been withdrawn');
        else
          printer.table<WithdrawalRecord>(
            [
              { title: 'withdrawal', value: ({ id }) => id },
              { title: 'when', value: ({ at }) => moment(at).slice(0, 10) },
              { title: 'rows', align: 'right', value: ({ rows }) => count(rows) },
              { title: 'of', value: (each) => selectionText(project, each) },
              { title: '', value: ({ restoredAt }) => (restoredAt === null ? '' : 'undone') },
            ],
            list,
          );
      },
    };
  },
};

export const withdrawUndo: CommandSpec = {
  name: 'withdraw undo',
  arguments: '<withdrawal>',
  group: 'Data',
  summary: 'let withdrawn rows count again',
  options: [projectOption],
  examples: ['withdraw undo wdr_01h2xcejqtf2nbrexx3vqjhp41'],
  async run(context) {
    const project = await context.project();
    const { data } = await context.open();
    const result = await data.restoreWithdrawal(project, context.args[0] as string);
    return {
      json: result,
      print: (printer) => printResult(printer, result, 'counting again'),
    };
  },
};

function printResult(printer: Printer, { withdrawal, batch }: WithdrawResult, done: string): void {
  printer.pairs([
    ['withdrawal', withdrawal.id],
    [done, plural(withdrawal.rows, 'row')],
    ['known otherwise', `${plural(batch.rowsAccepted, 'period')}, as batch ${batch.id}`],
  ]);
}

function selectionText(
  project: Project,
  { batchSeq, seriesId, periodMin, periodMax }: WithdrawalRecord,
): string {
  const label = (period: number): string => periodLabel(project.grid, period);
  return [
    batchSeq === null ? [] : [`batch ${batchSeq}`],
    seriesId === null ? [] : [`series ${seriesId}`],
    periodMin === null ? [] : [`from ${label(periodMin)}`],
    periodMax === null ? [] : [`to ${label(periodMax)}`],
  ]
    .flat()
    .join(', ');
}
