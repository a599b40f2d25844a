// `drift`: is what is stored still like what it was? A check as a job, or the last one that was made.

import type { ShownDriftReport } from '../../../core/index.ts';
import { type CommandSpec, projectOption } from '../command.ts';
import { changeLines } from '../drift-lines.ts';
import type { Printer } from '../printer.ts';
import { shortened } from '../table.ts';
import { watchJob } from '../watch-job.ts';
import { count, percent, plural } from '../words.ts';

type Column = ShownDriftReport['columns'][number];

/** Of the name of a column: a line has 80 places. */
const nameMax = 24;
const lineMax = 80;

export const drift: CommandSpec = {
  name: 'drift',
  group: 'Monitoring',
  summary: 'check demand, prices and the columns beside them for drift and faults',
  details:
    'Compares the newest closed periods with those before, and with the same season of last year. What the season\n' +
    'explains is expected; what too little is known of is unknown. What drifted is listed with its kind, its beginning,\n' +
    'the parts of the series that drive it, and what it may cost; what may cost most comes first. See `almanac docs watch-drift`.',
  options: [
    projectOption,
    { flags: '--last', description: 'show the newest check, and make none' },
    { flags: '--all', description: 'list every column, also those that have not changed' },
  ],
  examples: ['drift', 'drift --last --all', 'drift --json'],
  async run(context) {
    const project = await context.project();
    const { drift: reports } = await context.open();
    const { last, all } = context.options;
    const id = last === true ? undefined : await checked();
    const report = await reports.one(project, id);
    return {
      json: report,
      print: (printer) => printReport(printer, report, { project: project.name, isAll: all === true }),
    };

    async function checked(): Promise<string> {
      const job = await watchJob(context, {
        pipeline: 'drift',
        project: project.name,
        name: 'check of drift',
      });
      return job.id;
    }
  },
};

function printReport(
  printer: Printer,
  report: ShownDriftReport,
  { project, isAll }: { readonly project: string; readonly isAll: boolean },
): void {
  const { bold, dim, red, yellow, green } = printer.colours;
  const { columns, faults, from, to, recentFrom, recentTo } = report;
  const of = (verdict: Column['verdict']): number => columns.filter((one) => one.verdict === verdict).length;
  printer.line(`${bold(project)}: ${from} to ${to}, beside ${recentFrom} to ${recentTo} and last year`);
  printer.line(
    `${plural(columns.length, 'column')}: ${count(of('drift'))} drifted, ${count(of('expected'))} as the season has it, ` +
      `${count(of('none'))} unchanged, ${count(of('unknown'))} unknown`,
  );
  for (const { because } of faults) for (const line of wrapped(`fault: ${because}`)) printer.line(red(line));
  const shown = columns.filter(({ verdict }) => isAll || verdict === 'drift' || verdict === 'expected');
  if (shown.length > 0) {
    printer.line();
    printer.table(table, shown);
  }
  for (const one of shown.filter(({ verdict }) => verdict === 'drift').sort(byRank)) {
    printer.line();
    const sure = one.confirmed
      ? 'found again by a second check'
      : 'first seen: a second check may confirm it';
    printer.line(`${bold(nameOf(one))}  ${yellow(sure)}`);
    for (const line of wrapped(one.because)) printer.line(`  ${line}`);
    for (const text of one.change === null ? [] : changeLines(one.change))
      for (const line of wrapped(text)) printer.line(`  ${line}`);
  }
  const unknown = columns.filter(({ verdict }) => verdict === 'unknown');
  if (unknown.length > 0) {
    printer.line();
    for (const line of wrapped(`unknown: ${unknown.map(nameOf).join(', ')}`)) printer.line(dim(line));
    for (const line of wrapped(unknown[0]?.because ?? '')) printer.line(dim(`  ${line}`));
  }
  for (const note of report.notes) for (const line of wrapped(note)) printer.line(dim(line));
  if (shown.length === 0 && faults.length === 0 && unknown.length === 0)
    printer.line(green('nothing has changed that matters and could be seen'));
}

/** What may cost most comes first. */
function byRank(one: Column, other: Column): number {
  return (one.change?.rank ?? 0) - (other.change?.rank ?? 0);
}

const right = 'right' as const;
const table = [
  { title: 'column', value: nameOf },
  { title: 'verdict', value: ({ verdict }: Column) => verdict },
  { title: 'recent', value: ({ recent }: Column) => recent.verdict },
  { title: 'season', value: ({ season }: Column) => season?.verdict ?? '-' },
  { title: 'n', align: right, value: (one: Column) => count(decider(one).nCurrent) },
  { title: 'cover', align: right, value: ({ coverage }: Column) => percent(coverage, 0) },
  { title: 'sees', align: right, value: (one: Column) => effectOf(decider(one)) },
];

function decider({ decidedBy, recent, season }: Column): Column['recent'] {
  return decidedBy === 'season' ? (season ?? recent) : recent;
}

function effectOf({ smallestEffect, effectUnit }: Column['recent']): string {
  if (smallestEffect === null) return '-';
  return effectUnit === 'sd' ? `${smallestEffect.toPrecision(2)} sd` : percent(smallestEffect, 0);
}

function nameOf({ column, group }: Column): string {
  return shortened(group === null ? column : `${column} ${group}`, nameMax);
}

function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length + 3 > lineMax) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}
