// `backtest`: how good each model would have been on a project's own data; nothing is registered.

import { evaluatePanel } from '../train/index.ts';
import { type CommandSpec, projectOption, textList, wholeNumber } from './command.ts';
import { printEvaluation } from './evaluate-report.ts';

export const backtest: CommandSpec = {
  name: 'backtest',
  group: 'Models',
  summary: "score models on the end of a project's data, without registering anything",
  details:
    'Holds back the last horizon of every series, --folds times, and forecasts it from what is before.',
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
  examples: ['backtest', 'backtest --folds 3 --models ets,dotm,seasonal-naive'],
  async run(context) {
    const project = await context.project();
    const { config } = await context.load();
    const { data } = await context.open();
    const progress = context.progress('backtest');
    progress.update(0, 'snapshot');
    await data.seal(project.name);
    const snapshot = await data.createSnapshot(project.name);
    const panel = await data.readPanel(project, snapshot.id);
    const named = context.options.models as readonly string[] | undefined;
    const seasons = project.seasons.filter((season) => season > 1);
    const maseSeason = seasons[0] ?? 1;
    const evaluation = await evaluatePanel({
      panel,
      testSteps: null,
      horizon: project.horizonSteps,
      seasons,
      maseSeason,
      folds: Number(context.options.folds),
      models: named ?? project.models,
      levels: project.levels,
      threads: config.threads,
      onProgress: (fraction, message) => progress.update(fraction, message),
    });
    progress.stop();
    const report = {
      ...evaluation,
      rows: snapshot.rowCount,
      horizon: project.horizonSteps,
      seasons,
      maseSeason,
      notes: Object.entries(evaluation.skipped).map(([reason, n]) => `${n} series left out: ${reason}`),
    };
    return {
      json: { project: project.name, snapshotId: snapshot.id, ...report },
      print: (printer) => printEvaluation(printer, report, { path: project.name }),
    };
  },
};
