// `profile`: what is stored of a project as a whole, for who plans with it.

import { type CommandSpec, projectOption } from '../command.ts';
import { htmlOption, withPage } from '../profile-page/write-page.ts';
import { notInProfile, printProfile } from '../profile-report.ts';

export const profile: CommandSpec = {
  name: 'profile',
  group: 'Data',
  summary: 'show what is stored of a project: how much, since when, of which kind, and what is worth a look',
  details:
    'As `validate` shows it of a file: the latest word on every series and period counts. Nothing is changed.',
  options: [projectOption, htmlOption],
  examples: ['profile', 'profile --html shop.html', 'profile --json'],
  async run(context) {
    const project = await context.project();
    const { data } = await context.open();
    const progress = context.progress('profile');
    const { made: stored, page } = await withPage(
      context,
      { title: project.name, project: project.name },
      {
        make: () =>
          data.storedProfile(project, ({ fraction, message }) => progress.update(fraction, message)),
        page: (found) => ({ ...found, rows: null, checks: [] }),
      },
    );
    progress.stop();
    return {
      json: stored,
      print(printer) {
        printProfile(printer, stored);
        const findings = stored.findings.filter(notInProfile);
        if (findings.length > 0) printer.line();
        for (const { message } of findings) printer.line(`${printer.colours.yellow('·')} ${message}`);
        if (page !== null) printer.line(page);
      },
    };
  },
};
