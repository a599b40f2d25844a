// `coverage`: do the quantiles served hold what they say, and which levels is the model asked for so that they do.

import { periodLabel } from '../../../core/index.ts';
import { type CommandSpec, projectOption } from '../command.ts';
import { count, percent } from '../words.ts';

export const coverage: CommandSpec = {
  name: 'coverage',
  group: 'Monitoring',
  summary: 'how often demand stays below each quantile, and the levels adapted to it',
  details:
    'Newer labels weigh more. Demand equal to the quantile lies between "below" and "not above": a level between the\n' +
    'two is right. "asked for" is the level of its own that the model is asked for in its place.',
  options: [projectOption],
  examples: ['coverage', 'coverage --json'],
  async run(context) {
    const project = await context.project();
    const { coverage: monitor } = await context.open();
    const report = await monitor.measure(project);
    const adapted = project.adaptCoverage !== false;
    return {
      json: { adapted, ...report },
      print(printer) {
        const { window, labels, kinds, oneIn } = report;
        if (window === null || kinds.length === 0) {
          printer.line(`${project.name}: no forecast has met its real demand yet`);
          return;
        }
        const [from, to] = [window.fromPeriod, window.toPeriod].map((at) => periodLabel(project.grid, at));
        printer.line(
          `${project.name}: ${count(labels)} labels of ${from} to ${to}` +
            (oneIn > 1 ? `, of about one forecast in ${oneIn}` : '') +
            (adapted ? '' : '; levels are not adapted (setting adaptCoverage)'),
        );
        for (const { demand, levels } of kinds) {
          printer.line();
          printer.table(
            [
              { title: `${demand} demand`, align: 'right', value: ({ level }) => percent(level) },
              { title: 'below', align: 'right', value: ({ below }) => percent(below) },
              { title: 'not above', align: 'right', value: ({ atOrBelow }) => percent(atOrBelow) },
              { title: 'labels', align: 'right', value: (row) => count(row.labels) },
              { title: 'asked for', align: 'right', value: ({ modelLevel }) => percent(modelLevel) },
            ],
            levels,
          );
        }
      },
    };
  },
};
