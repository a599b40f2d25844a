// `validate`: what an ingest would do with a file, and what its histories look like. Nothing lands.

import { basename, resolve } from 'node:path';
import { failedChecks } from '../../../services/contracts/index.ts';
import { type CommandSpec, projectOption } from '../command.ts';
import { printFailed, printQuarantined } from '../file-outcome.ts';
import { mappingOption, readingProject } from '../mapping-option.ts';
import { htmlOption, withPage } from '../profile-page/write-page.ts';
import { notInProfile, printProfile } from '../profile-report.ts';
import { count, plural } from '../words.ts';

export const validate: CommandSpec = {
  name: 'validate',
  group: 'Data',
  arguments: '<file>',
  summary: 'check a file against the contract of a project and show its profile, without taking it in',
  details:
    'The profile says how much there is since when, what share is zero or absent, of which kind the demand is, and which series are\n' +
    'worth a look before they are planned with.',
  options: [projectOption, mappingOption, htmlOption],
  examples: ['validate sales.csv', 'validate sales.csv --html sales.html', 'validate sales.csv --json'],
  async run(context) {
    const project = await readingProject(context);
    const path = resolve(context.terminal.cwd, context.args[0] as string);
    const { data } = await context.open();
    const progress = context.progress('validate');
    const { made: report, page } = await withPage(
      context,
      { title: basename(path), project: project.name },
      {
        make: () =>
          data.validateFile(project, path, {
            onProgress: ({ fraction, message }) => progress.update(fraction, message),
            signal: context.signal,
          }),
        page: (found) => ({ ...found, rows: found, checks: found.contract ?? [] }),
      },
    );
    progress.stop();
    const leftOut = report.quarantinedByCode['left-out'] ?? 0;
    const failed = failedChecks(report.contract);
    const isRefused = failed.some(({ refuses }) => refuses === 'batch');
    const good = report.quarantined === leftOut && report.accepted > 0 && !isRefused;
    return {
      ok: good,
      json: report,
      print(printer) {
        const { bold, green, yellow } = printer.colours;
        const { profile, accepted, duplicates, quarantined } = report;
        const suspicious = profile.suspicious.length > 0 || profile.newest?.state === 'unfinished';
        printer.line(
          `${good ? (suspicious ? yellow('worth a look') : green('good')) : yellow('not all good')}: ${bold(plural(accepted, 'row'))} would be taken in, ` +
            `${plural(duplicates, 'duplicate')} dropped, ${count(quarantined)} quarantined`,
        );
        printProfile(printer, report);
        printQuarantined(printer, report.quarantinedByCode);
        const findings = report.findings.filter(notInProfile);
        if (findings.length + failed.length > 0) printer.line();
        if (isRefused) printer.line(yellow('the contract refuses the file as a whole:'));
        printFailed(printer, failed);
        for (const { message } of findings) printer.line(`${yellow('·')} ${message}`);
        if (page !== null) printer.line(page);
      },
    };
  },
};
