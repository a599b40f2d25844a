// `maturity`: how far a project keeps itself right, what to switch on next, and what its errors may cost.

import { shownStanding } from '../../../services/learning/index.ts';
import { type CommandSpec, projectOption } from '../command.ts';
import { count, percent } from '../words.ts';

export const maturity: CommandSpec = {
  name: 'maturity',
  group: 'Monitoring',
  summary:
    'the maturity level of a project with its next step, its last and next training, and money at risk',
  details:
    'Levels: 0 baseline, 1 by hand, 2 by itself, 3 on evidence, 4 proven in traffic. They say what is switched on, not whether\n' +
    'forecasts are good. Money at risk: price × mean absolute error × steps of the horizon, summed over series.',
  options: [projectOption],
  examples: ['maturity', 'maturity --project shop --json'],
  async run(context) {
    const project = await context.project();
    const { serving, series, standing } = await context.open();
    if (!serving.projectNames().includes(project.name)) await serving.take(project);
    const shown = shownStanding(await standing(project));
    const risk = await series.risk(project);
    return {
      json: { ...shown, risk },
      print(printer) {
        const { bold, dim, green } = printer.colours;
        const { level, name, next, steps } = shown.maturity;
        printer.line(`${bold(project.name)}: level ${level}, ${name}`);
        for (const step of steps)
          printer.line(
            `  ${step.reached ? green('✓') : dim('·')} ${step.level} ${step.name}: ${step.because}`,
          );
        printer.line();
        printer.pairs([
          ['next step', next],
          ['serves', servesOf(shown.serving)],
          ['last training', lastOf(shown.lastTraining)],
          ['next by the clock', shown.next.at],
          ...shown.next.waits.map(({ trigger, reason }): [string, string] => [`on ${trigger}`, reason]),
          ['against the last champion', againstOf(shown)],
          [
            'money at risk',
            risk.amount === null
              ? `unknown: ${risk.reason}`
              : `${count(risk.amount)} over ${risk.horizonSteps} periods (${count(risk.series)} series, ${count(risk.labels)} labels, price: ${risk.column})`,
          ],
        ]);
      },
    };
  },
};

type Shown = ReturnType<typeof shownStanding>;

function lastOf(last: Shown['lastTraining']): string {
  if (last === null) return 'none yet';
  return `${last.state} ${last.at}${last.reason === null ? '' : ` (${last.reason})`}`;
}

function servesOf(serving: Shown['serving']): string {
  if (serving === null) return 'no version yet';
  const { version, since, reason, before } = serving;
  const place = before === null ? '' : `, in place of version ${before}`;
  return `version ${version} since ${since}${place} (${reason})`;
}

function againstOf({ againstLast: against, againstLastReason }: Shown): string {
  if (against === null) return `unknown: ${againstLastReason}`;
  const before = against.version === null ? 'the version before' : `version ${against.version}`;
  return `WAPE ${percent(against.wape)} against ${percent(against.wapeBefore)} of ${before} on ${count(against.folds)} folds of the gate`;
}
