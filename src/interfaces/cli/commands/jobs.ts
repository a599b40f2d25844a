// `jobs`: the work in the background, and why each piece of it began.

import { causeOf } from '../../../services/jobs/index.ts';
import { type CommandSpec, projectOption, wholeNumber } from '../command.ts';
import type { JobRecord } from '../services.ts';
import { duration, moment, percent } from '../words.ts';

export const jobs: CommandSpec = {
  name: 'jobs',
  group: 'Registry',
  arguments: '[job]',
  summary: 'list trainings and other work in the background, or show one, with why it began',
  options: [
    projectOption,
    { flags: '--limit <n>', description: 'jobs to list', default: 20, parse: wholeNumber(1, 1000) },
  ],
  examples: ['jobs', 'jobs job_01h2xcejqtf2nbrexx3vqjhp41 --json'],
  async run(context) {
    const [id] = context.args;
    const { jobs: engine } = await context.open();
    if (id !== undefined) {
      const job = await engine.get(id);
      return {
        json: { ...job, cause: causeOf(job.input) },
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

function jobPairs(job: JobRecord): [string, string | null][] {
  return [
    ['job', job.id],
    ['pipeline', job.pipeline],
    ['project', job.project],
    ['state', job.state],
    ['why', why(job)],
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
