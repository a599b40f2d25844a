// `projects`: which there are, and adding, changing and removing them, also while a server runs on the data folder: it takes in
// within a second what these commands write.

import { purgeAfter } from '../../../services/projects/index.ts';
import { type CommandContext, type CommandSpec, type OptionSpec, wholeNumber } from '../command.ts';
import type { Printer } from '../printer.ts';
import { UsageError } from '../report-error.ts';
import type { ProjectRecord } from '../services.ts';
import { settingsOf, settingsOptions } from '../settings-args.ts';
import { watchJob } from '../watch-job.ts';
import { moment, plural } from '../words.ts';

const ifVersion: OptionSpec = {
  flags: '--if-version <n>',
  description: 'only while the project has this version',
  parse: wholeNumber(1),
};

export const projectsList: CommandSpec = {
  name: 'projects list',
  isDefault: true,
  group: 'Data',
  summary: 'the projects that there are, or those that were removed',
  options: [{ flags: '--removed', description: 'those that were removed, and of which the data are kept' }],
  examples: ['projects', 'projects list --removed --json'],
  async run(context) {
    const { projects } = await context.open();
    const removed = context.options.removed === true;
    const records = removed ? await projects.removed() : await projects.records();
    return {
      json: records.map(viewOf),
      print(printer) {
        if (records.length === 0)
          printer.line(removed ? 'none has been removed' : 'there is none: `almanac projects add NAME`');
        else printProjects(printer, records);
      },
    };
  },
};

export const projectsShow: CommandSpec = {
  name: 'projects show',
  arguments: '<name>',
  group: 'Data',
  summary: 'one project with all of its settings',
  examples: ['projects show shop', 'projects show shop --json'],
  async run(context) {
    const { projects } = await context.open();
    return report(await projects.record(nameIn(context)));
  },
};

export const projectsAdd: CommandSpec = {
  name: 'projects add',
  arguments: '<name>',
  group: 'Data',
  summary: 'add a project, to a running server too',
  details:
    'Its settings are those of a project in the configuration file, and are checked as there. A project that the file named once\n' +
    'and names no more is taken over with its data.',
  options: settingsOptions,
  examples: [
    'projects add shop',
    'projects add depot --set frequency=week --set \'columns.series=["site","item"]\'',
    'projects add shop --file shop.json',
  ],
  async run(context) {
    const { projects } = await context.open();
    const settings = await settingsOf(context);
    return report(await projects.add(nameIn(context), settings, { by: context.actor() }));
  },
};

export const projectsChange: CommandSpec = {
  name: 'projects change',
  arguments: '<name>',
  group: 'Data',
  summary: 'change settings of a project that was added',
  details:
    'Settings that are not named stay. What gives stored rows their meaning (frequency, start of the week, time zone, series\n' +
    'columns, gaps) cannot change once there are any. A project of the configuration file is changed there.',
  options: [
    ...settingsOptions,
    { flags: '--unset <settings...>', description: 'settings that go back to their default' },
    ifVersion,
  ],
  examples: ['projects change shop --set horizonSteps=14', 'projects change shop --unset retrainSchedule'],
  async run(context) {
    const settings = await settingsOf(context);
    if (Object.keys(settings).length === 0)
      throw new UsageError('say what to change: --set, --unset or --file');
    const { projects } = await context.open();
    return report(await projects.change(nameIn(context), settings, askedBy(context)));
  },
};

export const projectsRemove: CommandSpec = {
  name: 'projects remove',
  arguments: '<name>',
  group: 'Data',
  summary: 'take a project out of service, at once',
  details:
    'Its data are kept until it is restored or purged. With --purge they are deleted: batches, rows, forecasts, versions and runs.',
  options: [
    { flags: '--purge', description: 'delete what is stored of it, for good' },
    { flags: '--cancel-jobs', description: 'cancel its jobs that are queued or running' },
    ifVersion,
  ],
  examples: ['projects remove shop', 'projects remove shop --purge --cancel-jobs'],
  async run(context) {
    const { projects } = await context.open();
    const removed = await projects.remove(nameIn(context), {
      ...askedBy(context),
      data: context.options.purge === true ? 'purge' : 'keep',
      jobs: context.options.cancelJobs === true ? 'cancel' : 'refuse',
    });
    return await purgedOrKept(context, removed);
  },
};

export const projectsRestore: CommandSpec = {
  name: 'projects restore',
  arguments: '<name>',
  group: 'Data',
  summary: 'put a removed project back, with its data',
  examples: ['projects restore shop'],
  async run(context) {
    const { projects } = await context.open();
    return report(await projects.restore(nameIn(context), { by: context.actor() }));
  },
};

export const projectsPurge: CommandSpec = {
  name: 'projects purge',
  arguments: '<name>',
  group: 'Data',
  summary: 'delete what is stored of a removed project, for good',
  examples: ['projects purge shop'],
  async run(context) {
    const { projects } = await context.open();
    return await purgedOrKept(context, await projects.purge(nameIn(context), { by: context.actor() }));
  },
};

/** With --purge it ends when all is gone: nobody else may be there to do it. */
async function purgedOrKept(context: CommandContext, record: ProjectRecord) {
  const { name } = record.project;
  const { removal } = record;
  if (removal === null || !removal.purging)
    return {
      json: viewOf(record),
      print: (printer: Printer) =>
        printer.line(`${name} is removed, its data are kept: \`almanac projects restore ${name}\``),
    };
  const job = { pipeline: 'purge', project: name, name: 'deletion', runAfter: purgeAfter(removal) };
  const { id, state } = await watchJob(context, job);
  return {
    json: { ...viewOf(record), purgeJob: id, state },
    print: (printer: Printer) => printer.line(`${name} is removed, and what was stored of it is deleted`),
  };
}

function nameIn(context: CommandContext): string {
  return context.args[0] as string;
}

function askedBy(context: CommandContext): { by: string; ifVersion?: number } {
  const { ifVersion: version } = context.options;
  return { by: context.actor(), ...(version === undefined ? {} : { ifVersion: Number(version) }) };
}

function report(record: ProjectRecord) {
  const { project, source, version, createdAt, updatedAt } = record;
  return {
    json: viewOf(record),
    print(printer: Printer) {
      printer.pairs([
        ['project', project.name],
        ['owned by', source === 'file' ? 'the configuration file' : 'the data folder'],
        ['version', `${version}, of ${moment(updatedAt)}; there since ${moment(createdAt)}`],
        ...settingRows(project),
      ]);
    },
  };
}

function settingRows({ name: _, grid, ...rest }: ProjectRecord['project']): [string, string][] {
  const rows: [string, string][] = [];
  const walk = (value: unknown, path: string): void => {
    if (value !== null && typeof value === 'object' && !Array.isArray(value))
      for (const [key, item] of Object.entries(value)) walk(item, path === '' ? key : `${path}.${key}`);
    else rows.push([path, typeof value === 'string' ? value : JSON.stringify(value)]);
  };
  walk({ ...grid, ...rest }, '');
  return rows;
}

function viewOf({ project, settings, source, version, createdAt, updatedAt, removal }: ProjectRecord) {
  return {
    name: project.name,
    source,
    version,
    settings,
    project,
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
    removal: removal === null ? null : { ...removal, at: new Date(removal.at).toISOString() },
  };
}

function printProjects(printer: Printer, records: readonly ProjectRecord[]): void {
  printer.table<ProjectRecord>(
    [
      { title: 'project', value: ({ project }) => printer.colours.bold(project.name) },
      { title: 'owned by', value: ({ source }) => (source === 'file' ? 'file' : 'data folder') },
      { title: 'version', align: 'right', value: ({ version }) => String(version) },
      { title: 'forecasts', value: ({ project }) => plural(project.horizonSteps, project.grid.frequency) },
      { title: 'changed', value: ({ updatedAt }) => moment(updatedAt) },
      {
        title: '',
        value: ({ removal }) =>
          removal === null
            ? ''
            : `${removal.purging ? 'being deleted' : 'removed'} since ${moment(removal.at)}`,
      },
    ],
    records,
  );
}
