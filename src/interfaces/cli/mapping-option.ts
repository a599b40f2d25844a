// The option that says how the files of one sender are called and written, where that is not as in the project.

import { basename, resolve } from 'node:path';

import { type Mapping, mappedProject, type Project } from '../../core/index.ts';
import { readMappingFile } from '../config/index.ts';
import type { CommandContext, OptionSpec } from './command.ts';

export const mappingOption: OptionSpec = {
  flags: '--mapping <file>',
  description:
    'how FILE calls and writes the columns of the project: a file as `init --mapping` writes it, or the name of one in the settings',
};

/** The mapping that was named; null = none was. @throws AppError `data/bad-mapping` */
export async function saidMapping(
  context: Pick<CommandContext, 'options' | 'terminal'>,
  project: Project | null,
): Promise<{ mapping: Mapping; source: string } | null> {
  const { mapping: said } = context.options;
  if (said === undefined) return null;
  const name = String(said);
  const own = project?.mappings ?? {};
  const known = Object.hasOwn(own, name) ? own[name] : undefined;
  if (known !== undefined) return { mapping: known, source: name };
  const source = basename(name);
  return { mapping: await readMappingFile(resolve(context.terminal.cwd, name), source), source };
}

/** The project as it reads the files that the command was given. @throws AppError `data/bad-mapping` */
export async function readingProject(context: CommandContext): Promise<Project> {
  const project = await context.project();
  const said = await saidMapping(context, project);
  return said === null ? project : mappedProject(project, said.mapping, said.source);
}
