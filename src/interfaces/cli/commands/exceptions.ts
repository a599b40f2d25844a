// `exceptions`: which series need a person, and why, largest amount first.

import { AppError } from '../../../core/index.ts';
import { exceptionKinds, shownExceptions } from '../../../services/series/index.ts';
import { type CommandSpec, projectOption, wholeNumber } from '../command.ts';
import { shortened } from '../table.ts';
import { count } from '../words.ts';

/** A line of it, without the name of the series. */
const widthMax = 80;

export const exceptions: CommandSpec = {
  name: 'exceptions',
  group: 'Monitoring',
  summary: "list series that need a person: largest misses, forecasts far from last year's, ended, silent",
  details:
    'Amounts are money, or units where the project has no price column. miss: the forecasts of the last two seasons or a horizon;\n' +
    'lastYear: what was forecast from the newest closed period on is 30 % or more from the same periods of last year.',
  options: [
    projectOption,
    { flags: '--kind <kind>', description: exceptionKinds.join(', ') },
    { flags: '--limit <n>', description: 'series to list', default: 20, parse: wholeNumber(1, 500) },
  ],
  examples: ['exceptions', 'exceptions --kind lastYear --json'],
  async run(context) {
    const project = await context.project();
    const { serving, series } = await context.open();
    const { kind, limit } = context.options;
    const wanted = exceptionKinds.find((one) => one === kind);
    if (kind !== undefined && wanted === undefined)
      throw new AppError('cli/usage', `--kind is ${String(kind)}; expected ${exceptionKinds.join(', ')}`);
    if (!serving.projectNames().includes(project.name)) await serving.take(project);
    const kinds = wanted === undefined ? undefined : [wanted];
    const shown = shownExceptions(await series.exceptions(project, { kinds, limit: Number(limit ?? 20) }));
    return {
      json: shown,
      print(printer) {
        const { bold, dim } = printer.colours;
        const counts = exceptionKinds.map((one) => `${count(shown.counts[one])} ${one}`).join(', ');
        printer.line(`${project.name}: ${counts}`);
        if (shown.ahead === null)
          printer.line(
            dim('no forecast was served from the newest closed period on, none is compared with last year'),
          );
        const unit = (shown.value?.column ?? null) === null ? 'units' : `(units × ${shown.value?.column})`;
        for (const { kind: found, amount, because, series: one } of shown.items) {
          printer.line();
          printer.line(`${bold(shortened(one.series, 50))}  ${found}, ${count(amount)} ${unit}`);
          for (const line of wrapped(because)) printer.line(`  ${line}`);
        }
      },
    };
  },
};

function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line.length + word.length + 3 > widthMax) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, line];
}
