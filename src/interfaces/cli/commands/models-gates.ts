// `models gates`: what each gate found of a version, and the margin that it was held to.

import { AppError } from '../../../core/index.ts';
import type { GateCheck } from '../../../services/train/index.ts';
import { type CommandSpec, projectOption } from '../command.ts';
import type { CliServices, VersionRecord } from '../services.ts';

export const modelsGates: CommandSpec = {
  name: 'models gates',
  group: 'Registry',
  arguments: '[version]',
  summary: 'what each gate found of a version, and why it may serve or not',
  details:
    'VERSION is a number, an id or an alias; without it the newest. `unknown` = too little to tell; it stops nothing. A version\n' +
    'that a gate refused stays challenger, and `almanac promote` makes it serve all the same.',
  options: [projectOption],
  examples: ['models gates', 'models gates 4 --json'],
  async run(context) {
    const project = await context.project();
    const { registry } = await context.open();
    const version = await versionOf(registry, project.name, context.args[0]);
    const { gate } = version;
    const checks = (gate?.checks ?? []) as unknown as readonly GateCheck[];
    return {
      json: { version: version.number, id: version.id, gate },
      print(printer) {
        const { bold, green, red, dim } = printer.colours;
        if (gate === null) return printer.line(`version ${version.number} has been at no gate`);
        printer.line(
          `${bold(`version ${version.number}`)}: ${gate.passed === true ? green('passed') : red('refused')}`,
        );
        printer.line(String(gate.reason));
        const marks = { passed: green('passed'), failed: red('failed'), unknown: dim('unknown') };
        printer.table(
          [
            { title: 'gate', value: (check) => bold(check.gate) },
            { title: 'verdict', value: (check) => marks[check.verdict] },
            { title: 'found', value: (check) => check.reason },
          ],
          checks,
        );
      },
    };
  },
};

async function versionOf(
  registry: CliServices['registry'],
  project: string,
  name: string | undefined,
): Promise<VersionRecord> {
  if (name !== undefined) return await registry.find(project, name);
  const [newest] = await registry.list(project, 1);
  if (newest === undefined)
    throw new AppError(
      'registry/unknown-version',
      `project ${project} has no version: run \`almanac train\``,
    );
  return newest;
}
