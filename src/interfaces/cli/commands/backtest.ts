// `backtest`: how good each model would have been on a project's own data; nothing is registered.

import { modelOf } from '../../../forecasting/models/index.ts';
import type { BacktestReport } from '../../../services/train/index.ts';
import { type CommandSpec, projectOption, textList, wholeNumber } from '../command.ts';
import { printEvaluation } from '../evaluate-report.ts';
import { watchJob } from '../watch-job.ts';

export const backtest: CommandSpec = {
  name: 'backtest',
  group: 'Models',
  summary: "score models on the end of a project's data, without registering anything",
  details:
    'Holds back the last horizon, the same time for every series, --folds times, and forecasts it from what is before.\n' +
    'Runs as a job, like a training; the figures are kept with its run.',
  options: [
    projectOption,
    {
      flags: '--folds <count>',
      description: 'test windows, each a horizon further back',
      default: 1,
      parse: wholeNumber(1, 20),
    },
    {
      flags: '--models <names>',
      description: "names from the catalog (default: the project's)",
      parse: textList,
    },
  ],
  examples: ['backtest', 'backtest --folds 3 --models ets,dotm,snaive'],
  async run(context) {
    const project = await context.project();
    const named = context.options.models as readonly string[] | undefined;
    // A name that no model has is refused here, not by the job.
    named?.forEach(modelOf);
    const input = {
      folds: Number(context.options.folds),
      ...(named === undefined ? {} : { models: [...named] }),
    };
    const { tracking } = await context.open();
    const ended = await watchJob(context, {
      pipeline: 'backtest',
      project: project.name,
      input,
      // Another question is another job.
      singleFlightKey: `backtest:${project.name}:${JSON.stringify(input)}`,
      name: 'backtest',
    });
    const { runId } = ended.results.score as { runId: string };
    const bytes = await tracking.loadArtifact(runId, 'evaluation');
    const report = JSON.parse(new TextDecoder().decode(bytes)) as BacktestReport;
    return {
      json: { jobId: ended.id, runId, ...report },
      print: (printer) => {
        printEvaluation(printer, report, { path: project.name, folds: input.folds });
        printer.line(printer.colours.dim(`· recorded as run ${runId}`));
      },
    };
  },
};
