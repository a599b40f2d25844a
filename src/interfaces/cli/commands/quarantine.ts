// `quarantine`: rows that did not land, each with its reason and what was sent.

import { type CommandSpec, projectOption, wholeNumber } from '../command.ts';
import type { CliServices } from '../services.ts';

type QuarantineEntry = Awaited<ReturnType<CliServices['data']['quarantine']>>[number];

const rawShownMax = 80;

export const quarantineList: CommandSpec = {
  name: 'quarantine list',
  isDefault: true,
  group: 'Data',
  summary: 'list rows that were refused, with the reason',
  options: [
    projectOption,
    { flags: '-b, --batch <id>', description: 'only rows of this batch' },
    { flags: '-c, --code <code>', description: 'only rows refused for this reason, such as negative' },
    { flags: '--limit <n>', description: 'rows to list', default: 50, parse: wholeNumber(1, 100_000) },
  ],
  examples: ['quarantine', 'quarantine --code unit-jump --json'],
  async run(context) {
    const project = await context.project();
    const { batch, code, limit } = context.options;
    const { data } = await context.open();
    const rows = await data.quarantine(project.name, {
      limit: Number(limit),
      ...(batch === undefined ? {} : { batchId: String(batch) }),
      ...(code === undefined ? {} : { code: String(code) }),
    });
    return {
      json: rows,
      print(printer) {
        if (rows.length === 0) {
          const filtered = batch !== undefined || code !== undefined;
          printer.line(filtered ? 'nothing in quarantine matches' : 'nothing in quarantine');
          return;
        }
        printer.table<QuarantineEntry>(
          [
            { title: 'row', align: 'right', value: (entry) => String(entry.row) },
            { title: 'code', value: (entry) => printer.colours.yellow(entry.code) },
            { title: 'reason', value: (entry) => entry.reason },
            ...(rows.some(({ repairedBy }) => repairedBy !== null)
              ? [{ title: 'repaired by', value: (entry: QuarantineEntry) => entry.repairedBy ?? '' }]
              : []),
            { title: 'batch', value: (entry) => entry.batchId },
            { title: 'sent', value: (entry) => printer.colours.dim(raw(entry.raw)) },
          ],
          rows,
        );
      },
    };
  },
};

/** What was sent, on one line; control characters must not reach the terminal. */
function raw(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
  return plain.length > rawShownMax ? `${plain.slice(0, rawShownMax - 1)}…` : plain;
}
