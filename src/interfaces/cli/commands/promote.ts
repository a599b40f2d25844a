// `promote` and `rollback`: which version serves. It is tried first; servers on the data folder follow within a second.

import { type CommandContext, type CommandSpec, projectOption } from '../command.ts';
import type { VersionRecord } from '../services.ts';

const modelOption = {
  flags: '-m, --model <name>',
  description: 'a registered model instead of a project',
};
const reasonOption = { flags: '--reason <text>', description: 'kept in the history of the alias' };

export const promote: CommandSpec = {
  name: 'promote',
  group: 'Registry',
  arguments: '<version>',
  summary: 'make a version the champion (or another alias point at it)',
  details:
    'VERSION is a number, an id or an alias. A champion is loaded and tried first; when it does not forecast as it should, the\n' +
    'alias stays where it is and `almanac models` says why.',
  options: [
    projectOption,
    modelOption,
    { flags: '--alias <name>', description: 'alias to move', default: 'champion' },
    reasonOption,
  ],
  examples: [
    'promote 3',
    'promote 4 --alias challenger --reason "for the autumn test"',
    'promote 2 --model churn',
  ],
  async run(context) {
    const { model } = context.options;
    if (typeof model === 'string') {
      const { models } = await context.open();
      const cause = {
        alias: String(context.options.alias),
        by: context.actor(),
        reason: reasonOf(context, 'promoted by hand'),
      };
      return moved(
        model,
        cause.alias,
        (await models.promote(model, context.args[0] as string, cause)).version,
      );
    }
    const project = await context.project();
    const { registry, promotion } = await context.open();
    const version = await registry.find(project.name, context.args[0] as string);
    const alias = String(context.options.alias);
    const cause = { by: context.actor(), reason: reasonOf(context, 'promoted by hand') };
    if (alias === 'champion') await promotion.promote(version, cause);
    else {
      await registry.loadArtifact(version);
      await registry.setAlias(project.name, alias, version.id, cause);
    }
    return moved(project.name, alias, version);
  },
};

export const rollback: CommandSpec = {
  name: 'rollback',
  group: 'Registry',
  summary: 'make the champion before the present one serve again',
  options: [projectOption, modelOption, reasonOption],
  examples: ['rollback', 'rollback --reason "too high on Mondays"', 'rollback --model churn'],
  async run(context) {
    const { model } = context.options;
    if (typeof model === 'string') {
      const { models } = await context.open();
      const cause = { by: context.actor(), reason: reasonOf(context, 'rolled back by hand') };
      return moved(model, 'champion', (await models.rollback(model, cause)).version);
    }
    const project = await context.project();
    const { promotion } = await context.open();
    const cause = { by: context.actor(), reason: reasonOf(context, 'rolled back by hand') };
    const version = await promotion.rollback(project.name, cause);
    return moved(project.name, 'champion', version);
  },
};

function reasonOf({ options }: CommandContext, otherwise: string): string {
  return String(options.reason ?? otherwise);
}

function moved(project: string, alias: string, version: VersionRecord) {
  return {
    json: { project, alias, version },
    print(printer: { line(text: string): void }): void {
      printer.line(`${alias} of ${project} is version ${version.number} (${version.id})`);
    },
  };
}
