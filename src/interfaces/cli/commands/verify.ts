// `verify`: is everything that is kept there and whole?

import type { CommandSpec } from '../command.ts';
import { bytes, count, plural } from '../words.ts';

export const verify: CommandSpec = {
  name: 'verify',
  group: 'Keeping',
  arguments: '[folder]',
  summary: 'check everything that is kept: database, files, and that they fit together',
  details:
    'Reads every byte of the data folder, or of a backup, and changes nothing; a server may run meanwhile. Exit code 1 when\n' +
    'anything is found. Files that no record names are counted: what a crash left, no fault.',
  examples: ['verify', 'verify /backups/almanac --json'],
  async run(context) {
    const progress = context.progress('verify');
    const keeping = await context.keeping();
    const [folder] = context.args;
    const report = await keeping.verify({
      ...(folder === undefined ? {} : { folder }),
      onProgress: (fraction, message) => progress.update(fraction, message),
    });
    return {
      ok: report.ok,
      json: report,
      print(printer) {
        const { colours } = printer;
        printer.table(
          [
            { title: 'check', value: (row) => row.check },
            { title: '', value: (row) => (row.findings === 0 ? colours.green('ok') : colours.red('fail')) },
            { title: 'looked at', value: (row) => `${count(row.looked)} ${row.of}` },
            { title: 'findings', align: 'right', value: (row) => count(row.findings) },
          ],
          report.checks,
        );
        for (const { check, findings, examples } of report.checks) {
          for (const example of examples) printer.line(`${colours.red(check)} ${example}`);
          if (findings > examples.length)
            printer.line(colours.dim(`  … and ${count(findings - examples.length)} more`));
        }
        printer.line();
        const { files, sizeBytes } = report.orphans;
        printer.line(
          `${bytes(report.sizeBytes)} in files; ${plural(files, 'file')} that nothing names (${bytes(sizeBytes)})`,
        );
        printer.line(report.ok ? colours.green('all of it is whole') : colours.red('something is wrong'));
      },
    };
  },
};
