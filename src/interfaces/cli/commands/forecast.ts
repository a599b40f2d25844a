// `forecast`: what the champion expects, straight from the data folder. Predictions are stored as those of the server are.

import { resolve } from 'node:path';
import { defaultDialect, type Project } from '../../../core/index.ts';
import type { ForecastRequest } from '../../../services/serving/index.ts';
import { askOptions, type CommandContext, type CommandSpec, projectOption, textList } from '../command.ts';
import { futureOf } from '../future-file.ts';
import { readSample } from '../sample.ts';
import type { CliServices } from '../services.ts';
import { decimal } from '../words.ts';

const seriesShownMax = 10;

export const forecast: CommandSpec = {
  name: 'forecast',
  group: 'Use',
  summary: 'forecast with the champion',
  details:
    'The forecasts are stored, and graded when the real demand arrives; those with --future are not, unless --served is given.',
  options: [
    projectOption,
    {
      flags: '-s, --series <ids>',
      description: 'series, separated by commas (default: all)',
      parse: textList,
    },
    ...askOptions,
    {
      flags: '--future <file>',
      description:
        'plans that come before those in the data: CSV or NDJSON with series, time and known columns',
    },
    { flags: '--served', description: 'with --future: the plans are what will be, so grade the forecasts' },
  ],
  examples: [
    'forecast --series north/packing-tape --horizon 7',
    'forecast --quantiles 0.1,0.5,0.9 --json',
    'forecast --future promotions.csv',
  ],
  async run(context) {
    const project = await context.project();
    const { serving, registry } = await context.open();
    if (!serving.projectNames().includes(project.name)) await serving.take(project);
    const { series, horizon, quantiles } = context.options;
    const future = await plansOf(context, project, (id) =>
      serving.project(project.name).current.cutoffOf(id),
    );
    const answer = await serving.forecast(project.name, {
      ...(series === undefined ? {} : { series: series as string[] }),
      ...(horizon === undefined ? {} : { horizon: horizon as number }),
      ...(quantiles === undefined ? {} : { quantiles: quantiles as number[] }),
      ...(future === undefined ? {} : { future }),
      ...(context.options.served === true ? { purpose: 'served' } : {}),
    });
    const version =
      answer.model.version === 0
        ? `the baseline (${await whyBaseline(registry, project.name)})`
        : `version ${answer.model.version}`;
    return {
      json: answer,
      print(printer) {
        const { bold, dim } = printer.colours;
        printer.line(`${bold(project.name)} by ${version}, from data up to ${answer.cutoffAt}`);
        if (answer.purpose === 'whatIf')
          printer.line(
            dim('a what-if under the plans given: it is not graded, unless --served says that they hold'),
          );
        if (answer.degraded !== undefined) printer.line(printer.colours.yellow(answer.degraded));
        const missing = answer.missingCovariates ?? [];
        if (missing.length > 0)
          printer.line(
            dim(`not known for every step: ${missing.join(', ')}; send plans, or give them with --future`),
          );
        const ignored = answer.ignoredCovariates ?? [];
        if (ignored.length > 0)
          printer.line(
            dim(
              `the model of some series does not look at ${ignored.join(', ')}: plans change nothing there`,
            ),
          );
        for (const one of answer.forecasts.slice(0, seriesShownMax)) {
          printer.line();
          const notes = [one.predictionId];
          if (one.cutoffAt !== answer.cutoffAt) notes.push(`from data up to ${one.cutoffAt}`);
          if (one.source !== 'model') notes.push(one.source);
          if (one.ended) notes.push('its demand seems to have ended');
          if (one.silent) notes.push('no row of it has come for long: taken as ended');
          if (one.unfinishedAt !== undefined)
            notes.push(`${one.unfinishedAt} is unfinished: its rows were left out`);
          printer.line(`${bold(one.series)}  ${dim(notes.join(', '))}`);
          printer.table(stepColumns(one), one.steps);
        }
        const more = answer.forecasts.length - seriesShownMax;
        if (more > 0) {
          printer.line();
          printer.line(dim(`… and ${more} more series: name some with --series, or use --json`));
        }
      },
    };
  },
};

/** Why no version answers. */
async function whyBaseline(
  registry: Pick<CliServices['registry'], 'list'>,
  project: string,
): Promise<string> {
  const [newest] = await registry.list(project, 1);
  if (newest === undefined) return 'nothing is trained yet';
  const reason = newest.refusal?.reason ?? (newest.gate?.passed === false ? newest.gate.reason : undefined);
  const why = typeof reason === 'string' ? `: ${reason}` : '';
  return `no version is the champion, and version ${newest.number}, the newest, was not promoted${why}`;
}

/** The plans of `--future`; undefined without the option. */
async function plansOf(
  context: CommandContext,
  project: Project,
  cutoffOf: (seriesId: string) => number,
): Promise<ForecastRequest['future']> {
  const { future, horizon, series } = context.options;
  if (future === undefined) return undefined;
  const path = resolve(context.terminal.cwd, String(future));
  return futureOf(await readSample(path, project.dialect ?? defaultDialect), project, {
    path,
    cutoffOf,
    horizon: (horizon as number | undefined) ?? project.horizonSteps,
    series: series as readonly string[] | undefined,
  });
}

type SeriesForecast = Awaited<ReturnType<CliServices['serving']['forecast']>>['forecasts'][number];
type Step = SeriesForecast['steps'][number];

function stepColumns(one: SeriesForecast) {
  const levels = Object.keys(one.steps[0]?.quantiles ?? {}).sort((a, b) => Number(a) - Number(b));
  return [
    { title: 'period', value: (step: Step) => step.timestamp },
    { title: 'mean', align: 'right' as const, value: (step: Step) => decimal(step.mean, 2) },
    ...levels.map((level) => ({
      title: level,
      align: 'right' as const,
      value: (step: Step) => decimal(step.quantiles[level], 2),
    })),
    // The table is of what the model says: what somebody says in its place stands beside it.
    ...(one.steps.some(({ override }) => override !== undefined)
      ? [
          {
            title: 'overridden',
            align: 'right' as const,
            value: ({ override }: Step) => (override === undefined ? '' : decimal(override.value, 2)),
          },
        ]
      : []),
  ];
}
