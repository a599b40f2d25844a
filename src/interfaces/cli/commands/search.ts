// `search`: parameters of the model over all series that do better than the defaults, found on a project's own data.

import { readFile } from 'node:fs/promises';
import { AppError } from '../../../core/index.ts';
import { parseSearchRequest, requestLimits, type SearchReport } from '../../../services/search/index.ts';
import { type CommandContext, type CommandSpec, projectOption, wholeNumber } from '../command.ts';
import type { Printer } from '../printer.ts';
import type { JobRecord } from '../services.ts';
import { watchJob } from '../watch-job.ts';
import { duration, percent, plural } from '../words.ts';

export const search: CommandSpec = {
  name: 'search',
  group: 'Models',
  summary: 'find parameters of the gbdt model that do better than the defaults',
  details:
    'Trials train on the history before held-back windows; bad ones stop early. The best is then compared with the\n' +
    'defaults on the last window, which the choice never saw. Runs as a job: interrupted, the same command goes on with\n' +
    'what is finished. Nothing is registered: put what it prints into the configuration, and the next training uses it\n' +
    'and must pass the gate as ever.',
  options: [
    projectOption,
    {
      flags: '--trials <count>',
      description: 'points to try, the defaults included',
      default: requestLimits.trials.byDefault,
      parse: wholeNumber(requestLimits.trials.min, requestLimits.trials.max),
    },
    { flags: '--minutes <n>', description: 'wall-clock time at most', parse: wholeNumber(1, 43_200) },
    { flags: '--cpu-minutes <n>', description: 'thread time at most', parse: wholeNumber(1, 525_600) },
    {
      flags: '--folds <count>',
      description: 'windows to choose on, each a horizon long, before the last one',
      default: requestLimits.folds.byDefault,
      parse: wholeNumber(requestLimits.folds.min, requestLimits.folds.max),
    },
    {
      flags: '--rungs <count>',
      description: 'steps of early stopping, each with three times the data; 1 = none',
      default: requestLimits.rungs.byDefault,
      parse: wholeNumber(requestLimits.rungs.min, requestLimits.rungs.max),
    },
    { flags: '--sampler <name>', description: 'tpe (learns from trials) or random', default: 'tpe' },
    {
      flags: '--space <file>',
      description: 'JSON file with the space (default: about ten-fold around the defaults)',
    },
    {
      flags: '--seed <n>',
      description: "seed of the draws (default: the project's)",
      parse: wholeNumber(0, 2 ** 32 - 1),
    },
  ],
  examples: ['search --trials 60 --minutes 30', 'search --space space.json --sampler random --json'],
  async run(context) {
    const project = await context.project();
    const input = await inputOf(context);
    // What is wrong with the request is said here, not by the job.
    parseSearchRequest(input);
    const { tracking } = await context.open();
    const ended = await watchJob(context, {
      pipeline: 'search',
      project: project.name,
      input,
      singleFlightKey: `search:${project.name}:${JSON.stringify(input)}`,
      name: 'search',
    });
    const { runId } = ended.results.search as { runId: string };
    const bytes = await tracking.loadArtifact(runId, 'search');
    const report = JSON.parse(new TextDecoder().decode(bytes)) as SearchReport;
    return { json: { jobId: ended.id, ...report }, print: (printer) => printReport(printer, report) };
  },
};

async function inputOf({ options, terminal }: CommandContext): Promise<JobRecord['input']> {
  const { trials, minutes, cpuMinutes, folds, rungs, sampler, space, seed } = options;
  return {
    trials: Number(trials),
    folds: Number(folds),
    rungs: Number(rungs),
    sampler: String(sampler),
    ...(minutes === undefined ? {} : { seconds: 60 * Number(minutes) }),
    ...(cpuMinutes === undefined ? {} : { cpuSeconds: 60 * Number(cpuMinutes) }),
    ...(seed === undefined ? {} : { seed: Number(seed) }),
    ...(space === undefined ? {} : { space: await spaceFrom(String(space), terminal.cwd) }),
  };
}

async function spaceFrom(path: string, cwd: string): Promise<JobRecord['input'][string]> {
  const text = await readFile(path.startsWith('/') ? path : `${cwd}/${path}`, 'utf8');
  try {
    return JSON.parse(text) as JobRecord['input'][string];
  } catch (cause) {
    throw new AppError('train/bad-search', `${path} is not JSON: ${(cause as Error).message}`, { cause });
  }
}

function printReport(printer: Printer, report: SearchReport): void {
  const { best, defaults, difference, spent, endedBy, verdict } = report;
  const { bold, dim, green, yellow } = printer.colours;
  const changed = Object.entries(best.params).filter(([name, value]) => defaults[name] !== value);
  printer.line(
    `${plural(spent.trials, 'trial')} in ${duration(1000 * spent.seconds)}, ended by ${endedBy === 'space' ? 'having tried the whole space' : `the budget of ${endedBy}`}`,
  );
  printer.line(
    `chosen on earlier windows: trial ${best.trial}, loss ${best.loss.toFixed(4)}; the defaults have ${best.defaultsLoss.toFixed(4)}`,
  );
  if (verdict === 'defaults' || difference === null) {
    printer.line(yellow('nothing was better than the defaults: leave the configuration as it is'));
    return;
  }
  printer.table(
    [
      { title: 'parameter', value: ([name]) => name },
      { title: 'best', value: ([, value]) => String(value) },
      { title: 'default', value: ([name]) => String(defaults[name] ?? '-') },
    ],
    changed,
  );
  const { low, high, relative, wins, series } = difference;
  const words = `${percent(relative, 2)} on the last window (95 % ${low.toFixed(4)} to ${high.toFixed(4)}, ${plural(series, 'series', 'series')}, ${percent(wins)} of them better)`;
  printer.line(`difference to the defaults: ${bold(words)}`);
  if (verdict === 'better') {
    printer.line(green('better there too. In the project of almanac.config.ts, then `almanac train`:'));
    // What was promised about prices held in the search, and is to hold on.
    const kept = Object.entries(defaults).filter(
      ([name, value]) => name === 'priceEffect' && value !== 'free',
    );
    printer.line(`  gbdt: ${JSON.stringify(Object.fromEntries([...kept, ...changed]))},`);
  } else {
    printer.line(
      yellow(`not confirmed there (${verdict}): leave the configuration as it is, or search longer`),
    );
  }
  printer.line(dim(`· recorded as run ${report.runId}, its trials in experiment ${report.runId}`));
}
