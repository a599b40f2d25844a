// `config show`: the configuration in force, each value with where it comes from.

import { configRows } from '../../config/index.ts';
import type { CommandSpec } from '../command.ts';

export const configShow: CommandSpec = {
  name: 'config show',
  group: 'Start',
  summary: 'show the configuration in force and where each value comes from',
  details: 'Flags win over environment variables, these over the file, the file over defaults.',
  examples: ['config show', 'config show --json'],
  async run(context) {
    const loaded = await context.load();
    const rows = configRows(loaded);
    return {
      json: { file: loaded.file, settings: rows, warnings: loaded.warnings },
      print(printer) {
        printer.line(loaded.file === null ? 'no configuration file; all defaults' : `file: ${loaded.file}`);
        printer.line();
        printer.table(
          [
            { title: 'setting', value: (row) => row.setting },
            { title: 'value', value: (row) => (row.value === undefined ? '' : JSON.stringify(row.value)) },
            {
              title: 'from',
              value: (row) => (row.origin === 'default' ? printer.colours.dim(row.origin) : row.origin),
            },
          ],
          rows,
        );
      },
    };
  },
};
