// `jobs`: the work in the background, and why each piece of it began.

import { causeOf, parentOf, startAgain } from '../../../services/jobs/index.ts';
import { type CommandContext, type CommandSpec, projectOption, wholeNumber } from '../command.ts';
import type { JobRecord } from '../services.ts';
import { watchQueued } from '../watch-job.ts';
import { duration, moment, percent } from '../words.ts';

/** Lines of its log that are shown. */
const logLines = 1000;

export const jobs: CommandSpec = {
  name: 'jobs',
  group: 'Registry',
  arguments: '[job]',
  summary:
    'list trainings and other work in the background, or show one: why it began, what it did, and start it again',
  options: [
    projectOption,
    { flags: '--log', description: 'with a job: what it did, line by line' },
    {
      flags: '--again',
      description: 'with a job that failed or was cancelled: the same request as a new job',
    },
    { flags: '--limit <n>', description: 'jobs to list', default: 20, parse: wholeNumber(1, 1000) },
  ],
  examples: [
    'jobs',
    'jobs job_01h2xcejqtf2nbrexx3vqjhp41 --log',
    'jobs job_01h2xcejqtf2nbrexx3vqjhp41 --again',
  ],
  async run(context) {
    const [id] = context.args;
    const { jobs: engine } = await context.open();
    if (id !== undefined) {
      if (context.options.again === true) return await again(context, id);
      const job = await engine.get(id);
      if (context.options.log === true) return await logOf(context, id);
      return {
        json: { ...job, cause: causeOf(job.input), parent: parentOf(job) },
        print: (printer) => printer.pairs(jobPairs(job)),
      };
    }
    const project = await context.project();
    const list = await engine.list({ project: project.name, limit: Number(context.options.limit) });
    return {
      json: list.map((job) => ({ ...job, cause: causeOf(job.input) })),
      print(printer) {
        const { green, red, yellow, dim } = printer.colours;
        const paint = { done: green, failed: red, running: yellow, queued: dim, cancelled: dim };
        printer.table<JobRecord>(
          [
            { title: 'job', value: (job) => job.id },
            { title: 'pipeline', value: (job) => job.pipeline },
            { title: 'state', value: (job) => paint[job.state](job.state) },
            { title: 'put in', value: (job) => moment(job.createdAt) },
            { title: 'took', align: 'right', value: (job) => duration(tookMs(job)) },
            { title: 'done', align: 'right', value: (job) => percent(job.progress.fraction) },
            { title: 'why', value: why },
          ],
          list,
        );
      },
    };
  },
};

async function again(context: CommandContext, id: string): ReturnType<CommandSpec['run']> {
  const { jobs: engine } = await context.open();
  const { job, created } = await startAgain(engine, { id, trigger: 'cli', actor: context.actor() });
  const ended = await watchQueued(context, { job, created, name: job.pipeline });
  return {
    json: { ...ended, cause: causeOf(ended.input), parent: parentOf(ended) },
    print: (printer) => printer.pairs(jobPairs(ended)),
  };
}

async function logOf(context: CommandContext, id: string): ReturnType<CommandSpec['run']> {
  const { jobs: engine } = await context.open();
  const lines = await engine.log(id, { limit: logLines });
  return {
    json: { lines: lines.map((line) => ({ ...line, at: new Date(line.at).toISOString() })) },
    print(printer) {
      if (lines.length === 0) printer.line('nothing of it is kept any more');
      for (const { at, step, message } of lines)
        printer.line(`${moment(at)}  ${step === null ? '' : `${step}: `}${message}`);
    },
  };
}

function jobPairs(job: JobRecord): [string, string | null][] {
  return [
    ['job', job.id],
    ['pipeline', job.pipeline],
    ['project', job.project],
    ['state', job.state],
    ['why', why(job)],
    ['again from', parentOf(job)],
    ['error', job.error],
    ['put in', moment(job.createdAt)],
    ['took', duration(tookMs(job))],
    ['step', job.step],
    ['progress', `${percent(job.progress.fraction)} ${job.progress.message}`],
    ['input', JSON.stringify(job.input)],
    ['results', JSON.stringify(job.results)],
  ];
}

function tookMs({ startedAt, endedAt }: JobRecord): number | null {
  return startedAt === null || endedAt === null ? null : endedAt - startedAt;
}

/** What began it, and the reason. */
function why({ input }: JobRecord): string {
  const cause = causeOf(input);
  return cause === null ? '-' : `${cause.trigger}: ${cause.reason}`;
}
