// What `init --target a,b` does: a project of each column of one file, in one configuration.

import { basename, resolve } from 'node:path';
import type { Dialect, Frequency } from '../../../core/index.ts';
import type { CommandContext, Report } from '../command.ts';
import { configText, type WrittenProject } from '../config-text.ts';
import { guessFile, projectName } from '../guessing/guess-file.ts';
import type { Said } from '../guessing/guessed-setting.ts';
import { tryOut } from '../guessing/try-out.ts';
import { UsageError } from '../report-error.ts';
import { writeNew } from '../write-whole.ts';

/** What was said of the columns. */
export function saidColumns(
  { time, series, frequency }: Readonly<Record<string, unknown>>,
  target: string | undefined,
): Said {
  return {
    ...(time === undefined ? {} : { time: String(time) }),
    ...(target === undefined ? {} : { target }),
    ...(series === undefined ? {} : { series: series as string[] }),
    ...(frequency === undefined ? {} : { frequency: frequency as Frequency }),
  };
}

/**
 * No project has the demand of another beside its own: it is known only when its own is.
 * @throws AppError `cli/no-guess`, `cli/file-exists`
 */
export async function initSeveral(
  context: CommandContext,
  of: { readonly file: string; readonly paths: readonly string[]; readonly targets: readonly string[] },
): Promise<Report> {
  const { file, paths, targets } = of;
  const { options, terminal } = context;
  if (options.contract !== undefined || options.mapping !== undefined)
    throw new UsageError('a contract or a mapping is drafted for one project: name one --target');
  const base = String(options.name ?? projectName(file));
  const projects: WrittenProject[] = [];
  const notes: string[] = [];
  for (const target of targets) {
    const said = { ...saidColumns(options, target), otherTargets: targets.filter((name) => name !== target) };
    const { sample, guessed } = await guessFile(paths, () => said, {
      dialect: options.dialect as Dialect | undefined,
      now: context.now(),
    });
    const name = projectName(`${base}-${target}`);
    if (projects.some((one) => one.name === name))
      throw new UsageError(`two projects would be called ${name}: begin with one of them`);
    const { lines } = tryOut(sample, name, guessed.project, context.now());
    notes.push(...[...guessed.notes, ...lines].map((line) => `${name}: ${line}`));
    projects.push({ name, project: guessed.project, guesses: guessed.guesses });
  }
  const out = resolve(terminal.cwd, String(options.out));
  await writeNew(out, configText(projects, { file, out }), options.force === true);
  return {
    json: { file: out, projects, notes },
    print(printer) {
      printer.line(`Looked at ${basename(file)}: a project of each demand, as it was said.`);
      printer.line();
      printer.table(
        [
          { title: 'project', value: ({ name }: WrittenProject) => printer.colours.bold(name) },
          { title: 'target', value: ({ project }) => printer.colours.cyan(project.columns?.target ?? '') },
          { title: 'frequency', value: ({ project }) => project.frequency ?? '' },
          { title: 'known', value: ({ project }) => (project.columns?.known ?? []).join(', ') },
        ],
        projects,
      );
      printer.line();
      for (const line of notes) printer.line(printer.colours.yellow(line));
      printer.line(`Written to ${printer.colours.bold(out)}. Check it, then for each:`);
      for (const { name } of projects) printer.line(`  almanac ingest ${context.args[0]} --project ${name}`);
    },
  };
}
