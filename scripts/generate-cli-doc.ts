// Writes docs/reference/cli.md from the catalog of commands. With --check: fails when the page differs.

import { allCommands, type CommandSpec, commandGroups } from '../src/interfaces/cli/index.ts';
import { settings } from '../src/interfaces/config/index.ts';
import { writeOrCheck } from './write-or-check.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|');

function section(spec: CommandSpec): string[] {
  const usage = `almanac ${spec.name}${spec.arguments === undefined ? '' : ` ${spec.arguments}`} [options]`;
  const lines = ['', `### ${spec.name}`, '', `\`${usage}\``, '', sentence(spec.summary)];
  if (spec.details !== undefined) lines.push('', spec.details.replaceAll('\n', ' '));
  if (spec.options !== undefined && spec.options.length > 0) {
    lines.push('', '| option | what it does |', '|---|---|');
    for (const option of spec.options) {
      const byDefault = option.default === undefined ? '' : ` (default: \`${String(option.default)}\`)`;
      lines.push(`| \`${cell(option.flags)}\` | ${cell(option.description)}${byDefault} |`);
    }
  }
  return [...lines, '', '```sh', ...spec.examples.map((example) => `almanac ${example}`), '```'];
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

const lines = [
  '# Commands',
  '',
  'Generated from `src/interfaces/cli/catalog.ts`. In a checkout: `npm run -s almanac -- <command>`.',
  '',
  'Every command has `--help`, and `--json` to print one JSON value on standard output instead of text. Progress, notes',
  'and errors go to standard error. Exit codes: 0 done, 1 refused or failed, 2 called wrongly, 130 stopped by Ctrl-C.',
  'An error is printed as message, hint and [code](errors.md); `--debug` adds the stack.',
  '',
  'Commands work on the data folder itself, beside a running server or without one. With several projects, name one by',
  '`--project`. On any command: `--config FILE`, and the settings',
  `${settings.map((setting) => `\`${setting.flag}\``).join(', ')} ([settings](settings.md)).`,
];
const commands = await allCommands();
for (const group of commandGroups) {
  const specs = commands.filter((spec) => spec.group === group);
  if (specs.length > 0) lines.push('', `## ${group}`, ...specs.flatMap(section));
}
writeOrCheck('docs/reference/cli.md', `${lines.join('\n')}\n`);
