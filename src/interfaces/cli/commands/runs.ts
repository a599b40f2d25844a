// `runs`: every training and backtest that was recorded.

import { causeOfRun } from '../../../services/jobs/index.ts';
import { type CommandSpec, projectOption, wholeNumber } from '../command.ts';
import type { RunRecord } from '../services.ts';
import { bytes, decimal, duration, moment } from '../words.ts';

export const runs: CommandSpec = {
  name: 'runs',
  group: 'Registry',
  arguments: '[run]',
  summary: 'list the recorded runs, or show one',
  options: [
    projectOption,
    { flags: '--limit <n>', description: 'runs to list', default: 20, parse: wholeNumber(1, 1000) },
  ],
  examples: ['runs', 'runs run_01h2xcejqtf2nbrexx3vqjhp41 --json'],
  async run(context) {
    const [id] = context.args;
    const { tracking } = await context.open();
    if (id !== undefined) {
      const run = await tracking.get(id);
      return { json: run, print: (printer) => printer.pairs(runPairs(run)) };
    }
    const project = await context.project();
    const list = await tracking.list({ project: project.name, limit: Number(context.options.limit) });
    return {
      json: list,
      print(printer) {
        const { green, red, yellow } = printer.colours;
        const paint = { finished: green, failed: red, running: yellow };
        printer.table<RunRecord>(
          [
            { title: 'run', value: (run) => run.id },
            { title: 'kind', value: (run) => run.kind },
            { title: 'status', value: (run) => paint[run.status](run.status) },
            { title: 'started', value: (run) => moment(run.startedAt) },
            { title: 'took', align: 'right', value: (run) => duration(run.durationMs) },
            { title: 'WAPE', align: 'right', value: (run) => decimal(run.metrics['selected.wape'], 4) },
            {
              title: 'naive WAPE',
              align: 'right',
              value: (run) => decimal(run.metrics['seasonal-naive.wape'], 4),
            },
            { title: 'loss', align: 'right', value: (run) => decimal(run.metrics['selected.loss'], 4) },
            { title: 'snapshot', value: (run) => run.snapshotId?.slice(0, 12) ?? '-' },
            { title: 'why', value: (run) => causeOfRun(run.params)?.trigger ?? '-' },
          ],
          list,
        );
      },
    };
  },
};

function runPairs(run: RunRecord): [string, string | null][] {
  return [
    ['run', run.id],
    ['kind', run.kind],
    ['status', run.status],
    ['why', why(run)],
    ['error', run.error],
    ['started', moment(run.startedAt)],
    ['took', duration(run.durationMs)],
    ['CPU', run.cpuSeconds === null ? null : `${run.cpuSeconds.toFixed(1)} s`],
    ['peak memory', run.memoryBytesPeak === null ? null : bytes(run.memoryBytesPeak)],
    ['snapshot', run.snapshotId],
    ['seed', String(run.seed)],
    ['code', run.codeVersion],
    ['environment', lines(run.environment)],
    ['params', lines(run.params)],
    ['metrics', lines(run.metrics)],
    ['artifacts', run.artifacts.map(({ name, sizeBytes }) => `${name} (${bytes(sizeBytes)})`).join('\n')],
  ];
}

/** What began it, and the reason. */
function why({ params }: RunRecord): string | null {
  const cause = causeOfRun(params);
  return cause === null ? null : `${cause.trigger}: ${cause.reason}`;
}

function lines(record: Readonly<Record<string, unknown>>): string {
  return Object.entries(record)
    .map(([key, value]) => `${key} = ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('\n');
}
