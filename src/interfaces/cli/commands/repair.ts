// `quarantine fix`, `accept` and `rescale`: quarantined rows sent again, as a batch of their own; `discard`: given up.

import { InvalidArgumentError } from 'commander';
import { AppError } from '../../../core/index.ts';
import { type RepairRequest, type RepairResult, rowRanges } from '../../../services/data/index.ts';
import type { Report } from '../command.ts';
import { type CommandContext, type CommandSpec, type OptionSpec, projectOption } from '../command.ts';
import { count, plural } from '../words.ts';

const whichOptions: readonly OptionSpec[] = [
  projectOption,
  { flags: '-b, --batch <id>', description: 'rows of this batch (needed)' },
  { flags: '-c, --code <code>', description: 'only rows refused for this reason' },
  { flags: '--rows <rows>', description: 'only these rows of the batch, as 3,7-9' },
  { flags: '--reason <text>', description: 'kept with the batch' },
];

export const quarantineFix: CommandSpec = {
  name: 'quarantine fix',
  group: 'Data',
  summary: 'mend quarantined rows and send them again',
  details:
    'They land as a batch of their own, which names the batch that they were of and what was changed. What later batches said of\n' +
    'their periods stands (with `conflicts: sum` all add up). What is still refused waits in the quarantine of the new batch, with\n' +
    'its new reason. The same repair a second time adds nothing: a row that was sent again is left alone.',
  options: [
    ...whichOptions,
    { flags: '--set <column=text...>', description: 'columns that get another text; column= for none' },
    { flags: '--map <column:from=to...>', description: 'texts of a column that become other texts' },
    { flags: '--multiply <factor>', description: 'the target is multiplied by this', parse: factor },
    { flags: '--divide <factor>', description: 'the target is divided by this', parse: factor },
  ],
  examples: [
    'quarantine fix --batch bat_01h2xcejqtf2nbrexx3vqjhp41 --code bad-number --map "units:12 pcs=12"',
    'quarantine fix --batch bat_01h2xcejqtf2nbrexx3vqjhp41 --rows 3,7-9 --set site=north --divide 12',
  ],
  run(context) {
    const { set, map, multiply, divide } = context.options;
    const edit = {
      set: Object.fromEntries(texts(set).map((text) => setOf(text))),
      map: mapOf(texts(map)),
      ...(multiply === undefined ? {} : { multiply: Number(multiply) }),
      ...(divide === undefined ? {} : { divide: Number(divide) }),
    };
    return sendAgain(context, { edit });
  },
};

export const quarantineAccept: CommandSpec = {
  name: 'quarantine accept',
  group: 'Data',
  summary: 'let quarantined rows in as they are',
  details:
    'Rows that only looked wrong beside other rows (`unit-change`, `unit-jump`, `far-ahead`, `conflict`) land as a batch of their own. All\n' +
    'other rules hold: demand below zero is refused again.',
  options: whichOptions,
  examples: ['quarantine accept --batch bat_01h2xcejqtf2nbrexx3vqjhp41 --code unit-jump --reason "a launch"'],
  run: (context) => sendAgain(context, { accept: true }),
};

export const quarantineRescale: CommandSpec = {
  name: 'quarantine rescale',
  group: 'Data',
  summary: 'bring rows that were held back for another unit into the usual one',
  details:
    'Each row of code `unit-change` is divided by the factor that it was held back for, and lands as one of a batch of its own. Later rows\n' +
    'of these series that come in the other unit are held back again, until its sender is mended or they are accepted.',
  options: whichOptions,
  examples: ['quarantine rescale --batch bat_01h2xcejqtf2nbrexx3vqjhp41 --reason "cases for pieces"'],
  run: (context) => sendAgain(context, { edit: { rescale: true } }),
};

export const quarantineDiscard: CommandSpec = {
  name: 'quarantine discard',
  group: 'Data',
  summary: 'give quarantined rows up: they are no demand',
  details:
    'With `conflicts: sum` a period of which a row was refused is unknown until that row is mended or given up: then it is the sum of the\n' +
    'others. Rows that are given up are listed as repaired by the batch that says so, with --reason, and are not sent again.',
  options: whichOptions,
  examples: [
    'quarantine discard --batch bat_01h2xcejqtf2nbrexx3vqjhp41 --rows 7 --reason "a test of the till"',
  ],
  run: (context) => sendAgain(context, { discard: true }),
};

async function sendAgain(
  context: CommandContext,
  how: Pick<RepairRequest, 'edit' | 'accept' | 'discard'>,
): Promise<Report> {
  const { batch, code, rows, reason } = context.options;
  if (batch === undefined)
    throw new AppError('cli/usage', 'say of which batch with --batch; `almanac quarantine` lists them');
  const project = await context.project();
  const { data } = await context.open();
  const result = await data.repair(project, {
    ...how,
    batchId: String(batch),
    ...(code === undefined ? {} : { code: String(code) }),
    ...(rows === undefined ? {} : { rows: rowRanges(String(rows)) }),
    ...(reason === undefined ? {} : { reason: String(reason) }),
    by: context.actor(),
  });
  return report(result, how.discard === true);
}

function report(result: RepairResult, isDiscard: boolean): Report {
  const { batches, replayed, rowsSent, rowsUnreadable, problems } = result;
  const sum = (of: 'rowsAccepted' | 'rowsDuplicate' | 'rowsQuarantined'): number =>
    batches.reduce((total, batch) => total + batch[of], 0);
  return {
    json: result,
    print(printer) {
      const { yellow } = printer.colours;
      if (replayed) printer.line('all of it had been done before: nothing was added');
      else if (isDiscard) printer.line(`${plural(rowsSent, 'row')} given up: no sum waits for them`);
      else
        printer.pairs([
          ['sent again', plural(rowsSent, 'row')],
          ['landed', count(sum('rowsAccepted'))],
          ['gave way to other rows', count(sum('rowsDuplicate'))],
          ['still refused', count(sum('rowsQuarantined'))],
        ]);
      for (const { id } of batches) printer.line(`batch ${id}`);
      if (rowsUnreadable > 0)
        printer.line(yellow(`${plural(rowsUnreadable, 'row')} left: what the columns held is not plain`));
      for (const { row, code, reason } of problems) printer.line(`row ${row}: ${yellow(code)} ${reason}`);
    },
  };
}

function texts(option: unknown): string[] {
  return option === undefined ? [] : (option as string[]);
}

/** `column=text`; the text may be empty for none. */
function setOf(text: string): [string, string | null] {
  const at = text.indexOf('=');
  if (at < 1) throw new AppError('cli/usage', `--set takes column=text, not ${text}`);
  const value = text.slice(at + 1);
  return [text.slice(0, at), value === '' ? null : value];
}

/** `column:from=to` of each. */
function mapOf(all: readonly string[]): Record<string, Record<string, string>> {
  const map: Record<string, Record<string, string>> = {};
  for (const text of all) {
    const [column, rest] = halves(text, ':');
    const [from, to] = halves(rest ?? '', '=');
    if (column === '' || rest === null || to === null)
      throw new AppError('cli/usage', `--map takes column:from=to, not ${text}`);
    map[column] = { ...map[column], [from]: to };
  }
  return map;
}

function halves(text: string, mark: string): [string, string | null] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}

function factor(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('expected a number above 0.');
}
