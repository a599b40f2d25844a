// `sources`: what is read by the clock and how far, reading now, and reading again what was paused.

import type { CommandSpec } from '../command.ts';
import type { Printer } from '../printer.ts';
import type { SourceStatus } from '../services.ts';
import { watchJob } from '../watch-job.ts';
import { count, duration, plural } from '../words.ts';

export const sourcesList: CommandSpec = {
  name: 'sources list',
  group: 'Data',
  summary: 'the databases and buckets that are read by the clock, the webhooks, and how far each is',
  details:
    '`failing`: it is tried again by itself. `paused`: it waits for `almanac sources resume`. The lag is how long ago everything\n' +
    'that was to be seen had been taken in; of a webhook, when its last delivery landed.',
  examples: ['sources', 'sources list --json'],
  isDefault: true,
  async run(context) {
    const { sources } = await context.open();
    const list = await sources.list();
    return {
      json: list,
      print(printer) {
        if (list.length === 0) printer.line('no source is configured: `almanac docs sources`');
        else printSources(printer, list);
      },
    };
  },
};

export const sourcesRun: CommandSpec = {
  name: 'sources run',
  arguments: '<name>',
  group: 'Data',
  summary: 'read a source now, and watch it',
  details:
    'Runs as a job: this process works on it, and a server on the same data folder may take it over. With --again all rows are\n' +
    'looked at, not those alone that may be new: one that says what it said is recognised, and nothing is counted twice.',
  options: [{ flags: '--again', description: 'from the beginning' }],
  examples: ['sources run sales', 'sources run sales --again --json'],
  async run(context) {
    const [name = ''] = context.args;
    const { sources } = await context.open();
    const again = context.options.again === true;
    const job = await sources.jobOf(name, { again });
    const ended = await watchJob(context, { ...job, name: `reading of ${name}` });
    const { seen = 0, taken = 0, corrected = 0 } = (ended.results.read ?? {}) as Record<string, number>;
    return {
      json: { jobId: ended.id, seen, taken, corrected },
      print: (printer) =>
        printer.line(
          `${plural(seen, 'row')} looked at, ${count(taken)} taken in, ${count(corrected)} of them corrections`,
        ),
    };
  },
};

export const sourcesResume: CommandSpec = {
  name: 'sources resume',
  arguments: '<name>',
  group: 'Data',
  summary: 'let a paused source be read again, with the columns that it has now',
  details:
    'Nothing of it was lost: reading goes on from where it stood, by the server that runs or the next one.',
  examples: ['sources resume sales'],
  async run(context) {
    const [name = ''] = context.args;
    const { sources } = await context.open();
    const status = await sources.resume(name);
    return { json: status, print: (printer) => printSources(printer, [status]) };
  },
};

function printSources(printer: Printer, list: readonly SourceStatus[]): void {
  const { green, yellow, red } = printer.colours;
  const paint = (state: SourceStatus['state']): string =>
    state === 'ok' ? green(state) : state === 'new' || state === 'idle' ? yellow(state) : red(state);
  printer.table<SourceStatus>(
    [
      { title: 'source', value: ({ name }) => name },
      { title: 'from', value: ({ kind }) => kind },
      { title: 'project', value: ({ project }) => project },
      { title: 'schedule', value: ({ schedule }) => schedule ?? '-' },
      { title: 'state', value: ({ state }) => paint(state) },
      { title: 'rows', align: 'right', value: ({ rows }) => count(rows) },
      { title: 'corrected', align: 'right', value: ({ corrections }) => count(corrections) },
      { title: 'watermark', value: ({ watermark }) => watermark ?? '-' },
      {
        title: 'lag',
        align: 'right',
        value: ({ lagSeconds }) => (lagSeconds === null ? '-' : duration(lagSeconds * 1000)),
      },
    ],
    list,
  );
  for (const { reason } of list) if (reason !== null) printer.line(red(reason));
}
