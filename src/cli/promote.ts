// `promote` and `rollback`: which version serves. Servers on the data folder prove and swap within a second.

import { type CommandSpec, projectOption } from './command.ts';
import type { VersionRecord } from './services.ts';

const reasonOption = { flags: '--reason <text>', description: 'kept in the history of the alias' };

export const promote: CommandSpec = {
  name: 'promote',
  group: 'Registry',
  arguments: '<version>',
  summary: 'make a version the champion (or another alias point at it)',
  details: 'VERSION is a number, an id or an alias. The artifact is checked against its hash first.',
  options: [
    projectOption,
    { flags: '--alias <name>', description: 'alias to move', default: 'champion' },
    reasonOption,
  ],
  examples: ['promote 3', 'promote 4 --alias challenger --reason "for the autumn test"'],
  async run(context) {
    const project = await context.project();
    const { registry } = await context.open();
    const version = await registry.find(project.name, context.args[0] as string);
    await registry.loadArtifact(version);
    const alias = String(context.options.alias);
    const reason = String(context.options.reason ?? 'promoted by hand');
    await registry.setAlias(project.name, alias, version.id, { by: 'cli', reason });
    return moved(project.name, alias, version);
  },
};

export const rollback: CommandSpec = {
  name: 'rollback',
  group: 'Registry',
  summary: 'make the champion before the present one serve again',
  options: [projectOption, reasonOption],
  examples: ['rollback', 'rollback --reason "too high on Mondays"'],
  async run(context) {
    const project = await context.project();
    const { registry } = await context.open();
    const version = await registry.previousChampion(project.name);
    await registry.loadArtifact(version);
    const reason = String(context.options.reason ?? 'rolled back by hand');
    await registry.setAlias(project.name, 'champion', version.id, { by: 'cli', reason });
    return moved(project.name, 'champion', version);
  },
};

function moved(project: string, alias: string, version: VersionRecord) {
  return {
    json: { project, alias, version },
    print(printer: { line(text: string): void }): void {
      printer.line(`${alias} of ${project} is version ${version.number} (${version.id})`);
    },
  };
}
