// `evaluate FILE`: the scores of every model on a data file, and of the one a user gets who names none.

import { mkdtemp, open, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import {
  type CsvRule,
  csvCell,
  type Dialect,
  type Frequency,
  frequencies,
  mappedDialect,
  periodLabel,
} from '../../../core/index.ts';
import { type ReconcileMethod, reconcileMethods } from '../../../forecasting/hierarchy/index.ts';
import { DuckDb } from '../../../services/data/index.ts';
import {
  defaultLevels,
  type EvaluateFileOptions,
  evaluateFile,
  type ScoredForecast,
} from '../../../services/evaluation/index.ts';
import {
  type CommandContext,
  type CommandSpec,
  csvOption,
  levelList,
  textList,
  wholeNumber,
} from '../command.ts';
import { dialectOption } from '../dialect-option.ts';
import { oneOf, seasonList, settingOptions, statedSettings } from '../evaluate-options.ts';
import { printEvaluation } from '../evaluate-report.ts';
import { mappingOption, saidMapping } from '../mapping-option.ts';
import { UsageError } from '../report-error.ts';

export const evaluate: CommandSpec = {
  name: 'evaluate',
  group: 'Models',
  arguments: '<file>',
  summary: 'score models on a file, no project needed',
  details:
    'Holds back the last horizon, the same time for every series, chooses and calibrates on what is before it, and scores all models on it.\n' +
    'A series without a row in it is left out, and counted. On a grid of plain steps each is held back at its own end.\n' +
    'FILE is CSV, NDJSON or Parquet (.gz too), one row per series and time.',
  options: [
    {
      flags: '--series <columns>',
      description: 'columns that together name the series (default: all rows are one)',
      parse: textList,
    },
    { flags: '--time <column>', description: 'needed: date, time or step number' },
    { flags: '--target <column>', description: 'needed: the demand' },
    {
      flags: '--stockout <column>',
      description: 'column that is true or 1 where out of stock: demand there is unknown',
    },
    {
      flags: '--frequency <word>',
      description: `needed: ${frequencies.join(', ')}`,
      parse: oneOf(frequencies),
    },
    { flags: '--horizon <steps>', description: 'needed: steps to forecast', parse: wholeNumber(1, 10_000) },
    {
      flags: '--season <periods>',
      description: 'periods per cycle, one or more (default: by frequency)',
      parse: seasonList,
    },
    {
      flags: '--mase-season <periods>',
      description: 'what MASE is scaled by (default: the first season)',
      parse: wholeNumber(1, 100_000),
    },
    {
      flags: '--mase-from <start>',
      description: 'where the scale of MASE begins: first-sale, or first-row as in published comparisons',
      parse: oneOf(['first-sale', 'first-row']),
      default: 'first-sale',
    },
    {
      flags: '--split <column>',
      description:
        'column that says train or test, at any time for each series (default: the last horizon is test)',
    },
    {
      flags: '--folds <count>',
      description: 'test windows, each a horizon further back (default: 1); with --split before that window',
      parse: wholeNumber(1, 100),
    },
    {
      flags: '--gaps <rule>',
      description: 'periods without a row: zero, missing or fill',
      parse: oneOf(['zero', 'missing', 'fill']),
      default: 'missing',
    },
    {
      flags: '--conflicts <rule>',
      description:
        'rows of one series and time: error if they differ, last, sum (single sales: equal ones add up too), or quarantine (those of a period are set aside)',
      parse: oneOf(['error', 'last', 'sum', 'quarantine']),
      default: 'error',
    },
    dialectOption,
    mappingOption,
    ...settingOptions,
    {
      flags: '--closed-through <time>',
      description:
        'the last period that is over; later rows are left out (default: all but a newest period that is unfinished)',
    },
    { flags: '--known <columns>', description: 'covariates known ahead', parse: textList },
    { flags: '--past <columns>', description: 'covariates known afterwards', parse: textList },
    { flags: '--static <columns>', description: 'attributes of the series', parse: textList },
    { flags: '--join <file>', description: 'file whose columns are added by the series columns' },
    { flags: '--where <condition>', description: 'SQL condition on the rows, after the join' },
    {
      flags: '--hierarchy <groupings>',
      description:
        'also forecast and score totals: A/B = B within A, A*B = every pair, commas between groupings',
      parse: textList,
    },
    {
      flags: '--reconcile <method>',
      description: `with --hierarchy: auto (chosen on past windows), ${reconcileMethods.join(', ')}`,
      parse: oneOf(['auto', ...reconcileMethods]),
      default: 'auto',
    },
    {
      flags: '--models <names>',
      description: 'auto, or catalog names; a+b is the mean of a and b',
      parse: textList,
      default: 'auto',
    },
    {
      flags: '--quantiles <levels>',
      description: `levels in (0, 1) (default: ${defaultLevels.join(',')})`,
      parse: levelList,
    },
    {
      flags: '-o, --out <file>',
      description:
        'write the forecasts of the chosen model there, as CSV; with --hierarchy all nodes, reconciled',
    },
    csvOption,
  ],
  examples: [
    'evaluate sales.csv --series store,item --time date --target units --frequency day --horizon 28 --gaps zero',
    'evaluate trips.csv --series State,Region,Purpose --time quarter --target trips --frequency quarter --horizon 8 --hierarchy "State/Region*Purpose"',
    'evaluate till.csv --series item --time sold_at --target qty --frequency day --horizon 14 --gaps zero --conflicts sum',
    'evaluate absatz.csv --series Artikel --time Datum --target Menge --frequency day --horizon 14 --dialect "decimal=, dateFormat=dd.MM.yyyy"',
    'evaluate orders.csv --time date --target units --frequency week --week-start 0 --calendar US --horizon 8 --gaps zero',
    'evaluate m3.csv.gz --series series_id --time t --target y --frequency step --season 12 --horizon 18 --split split --json',
  ],
  async run(context) {
    const mapping = await saidMapping(context, null);
    if (mapping !== null && context.options.dialect !== undefined)
      throw new UsageError('a mapping says how FILE is written too: give --mapping or --dialect');
    const options = {
      ...optionsOf(context),
      ...(mapping === null ? {} : { dialect: mappedDialect(mapping.mapping) }),
    };
    const scratchFolder = await mkdtemp(join(tmpdir(), 'almanac-evaluate-'));
    const db = new DuckDb({
      scratchFolder,
      timers: { setTimeout, clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout) },
      workersMax: 1,
    });
    const progress = context.progress('evaluate');
    const lines: string[] = [];
    const rule = context.options.csv as CsvRule;
    try {
      const evaluation = await evaluateFile(db, {
        ...options,
        onProgress: (fraction, message) => progress.update(fraction, message),
        onForecast: (forecast, grid) => {
          if (context.options.out === undefined) return;
          if (lines.length === 0) lines.push(csvHeader(options));
          lines.push(...csvRows(forecast, (period) => periodLabel(grid, period), rule));
        },
      });
      progress.stop();
      if (context.options.out !== undefined) await writeLines(context, lines);
      return { json: evaluation, print: (printer) => printEvaluation(printer, evaluation, options) };
    } finally {
      progress.stop();
      await db.close();
      await rm(scratchFolder, { recursive: true, force: true });
    }
  },
};

function optionsOf(context: CommandContext): EvaluateFileOptions {
  const { options, terminal } = context;
  const file = (value: unknown): string | undefined =>
    value === undefined ? undefined : resolve(terminal.cwd, String(value));
  for (const name of ['time', 'target', 'frequency', 'horizon']) {
    if (options[name] === undefined) throw new UsageError(`--${name} is needed`);
  }
  const { reconcile = 'auto' } = options;
  if (reconcile !== 'auto' && options.hierarchy === undefined)
    throw new UsageError('--reconcile says how totals are made to add up: name them with --hierarchy');
  const models = options.models as 'auto' | readonly string[];
  return {
    path: resolve(terminal.cwd, context.args[0] as string),
    ...statedSettings(options, { frequency: options.frequency as Frequency }),
    series: (options.series as readonly string[] | undefined) ?? [],
    time: String(options.time),
    target: String(options.target),
    stockout: options.stockout as string | undefined,
    frequency: options.frequency as Frequency,
    horizon: options.horizon as number,
    seasons: options.season as readonly number[] | undefined,
    maseSeason: options.maseSeason as number | undefined,
    maseFrom: options.maseFrom as EvaluateFileOptions['maseFrom'],
    split: options.split as string | undefined,
    folds: options.folds as number | undefined,
    gaps: options.gaps as EvaluateFileOptions['gaps'],
    closedThrough: options.closedThrough as string | undefined,
    now: context.now(),
    conflicts: options.conflicts as EvaluateFileOptions['conflicts'],
    dialect: options.dialect as Dialect | undefined,
    join: file(options.join),
    where: options.where as string | undefined,
    known: options.known as readonly string[] | undefined,
    past: options.past as readonly string[] | undefined,
    static: options.static as readonly string[] | undefined,
    hierarchy: options.hierarchy as readonly string[] | undefined,
    reconcile: reconcile === 'auto' ? undefined : (reconcile as ReconcileMethod),
    models: models === 'auto' || (models.length === 1 && models[0] === 'auto') ? 'auto' : models,
    levels: options.quantiles as readonly number[] | undefined,
    threads: threadsOf(options.threads),
    signal: context.signal,
  };
}

/** The setting `--threads`, read without a configuration: `evaluate` needs none. */
function threadsOf(flag: unknown): number {
  if (flag === undefined) return availableParallelism();
  const threads = Number(flag);
  if (Number.isInteger(threads) && threads >= 1 && threads <= 256) return threads;
  throw new UsageError(`--threads is ${String(flag)}; expected a whole number from 1 to 256`);
}

function csvHeader({ hierarchy, levels = defaultLevels }: EvaluateFileOptions): string {
  return [
    ...(hierarchy === undefined || hierarchy.length === 0 ? [] : ['level']),
    'series',
    'timestamp',
    'step',
    'model',
    'fva',
    'actual',
    'mean',
    ...levels.map((u) => `q${u}`),
  ].join(',');
}

function csvRows(forecast: ScoredForecast, label: (period: number) => string, rule: CsvRule): string[] {
  const { actual, mean, quantiles, seriesId, level, model, valueAdded } = forecast;
  const fva = Number.isNaN(valueAdded) ? '' : Number(valueAdded.toPrecision(6));
  const steps = actual.length;
  const levelCount = quantiles.length / steps;
  return Array.from(actual, (truth, k) => {
    const row = Array.from({ length: levelCount }, (_, l) => quantiles[l * steps + k]);
    const known = Number.isNaN(truth) ? '' : truth;
    return [
      ...(level === undefined ? [] : [csvCell(level, rule)]),
      csvCell(seriesId, rule),
      label(forecast.firstPeriod + k),
      k + 1,
      model,
      fva,
      known,
      mean[k],
      ...row,
    ].join(',');
  });
}

async function writeLines(context: CommandContext, lines: readonly string[]): Promise<void> {
  const path = resolve(context.terminal.cwd, String(context.options.out));
  const handle = await open(path, 'w');
  try {
    const chunk = 10_000;
    for (let from = 0; from < lines.length; from += chunk) {
      await handle.write(`${lines.slice(from, from + chunk).join('\n')}\n`);
    }
  } finally {
    await handle.close();
  }
  context.note(`${lines.length - 1} forecasts written to ${path}`);
}
