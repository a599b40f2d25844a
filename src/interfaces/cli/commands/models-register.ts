// `models register`: an ONNX file becomes a version of a model, after it was checked by running it.

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AppError } from '../../../core/index.ts';
import type { CommandSpec } from '../command.ts';
import type { Printer } from '../printer.ts';
import { UsageError } from '../report-error.ts';
import type { RegisteredVersion } from '../services.ts';
import { bytes, plural } from '../words.ts';

export const modelsRegister: CommandSpec = {
  name: 'models register',
  group: 'Registry',
  arguments: '<file>',
  summary: 'register any ONNX model: checked by running it, refused with the reason',
  details:
    'FILE is read, loaded and answers made-up inputs in a thread of its own; an operator that cannot be run is named. The\n' +
    'signature is JSON: { "inputs": { NAME: { "columns": […], "shape": […], "example": { "shape": […], "data": […] } } }, "outputs": … }.',
  options: [
    { flags: '-n, --name <name>', description: 'name that predictions are asked for by' },
    {
      flags: '-s, --signature <file>',
      description: 'JSON that names columns, or gives inputs to try it with',
    },
    { flags: '--alias <name>', description: 'alias to point at the version; `champion` serves' },
  ],
  examples: [
    'models register churn.onnx --name churn --alias champion',
    'models register ranking.onnx --name ranking --signature ranking.json',
  ],
  async run(context) {
    const { name, alias, signature } = context.options;
    if (typeof name !== 'string') throw new UsageError('models register needs --name NAME');
    const path = resolve(context.terminal.cwd, context.args[0] as string);
    const file = await readable(path);
    const said =
      typeof signature === 'string' ? await jsonOf(resolve(context.terminal.cwd, signature)) : undefined;
    const { models } = await context.open();
    const registered = await models.register({
      name,
      file,
      signature: said,
      by: context.actor(),
      ...(typeof alias === 'string' ? { alias } : {}),
    });
    return { json: registered, print: (printer) => printRegistered(printer, registered) };
  },
};

function printRegistered(printer: Printer, { version, signature, aliases }: RegisteredVersion): void {
  const { green, yellow, dim } = printer.colours;
  const names = aliases.length > 0 ? ` (${aliases.join(', ')})` : '';
  printer.line(
    green(`${version.project} has version ${version.number}${names}, ${bytes(version.artifactBytes)}`),
  );
  const by = signature.runBy === 'trees' ? "Almanac's own trees" : signature.runBy;
  printer.line(`run by ${by}; ${plural(signature.operators.length, 'kind', 'kinds')} of operators`);
  for (const [role, specs] of [
    ['in', signature.inputs],
    ['out', signature.outputs],
  ] as const)
    for (const { name, datatype, shape } of specs)
      printer.line(
        `  ${role.padEnd(4)}${name}  ${datatype}[${shape.map((s) => (s < 0 ? '?' : s)).join(', ')}]`,
      );
  for (const note of signature.notes) printer.line(yellow(`note: ${note}`));
  if (!aliases.includes('champion'))
    printer.line(dim(`to serve it: almanac promote ${version.number} --model ${version.project}`));
}

async function readable(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new AppError('data/file-not-found', `${path} does not exist or may not be read`, { cause });
  }
}

async function jsonOf(path: string): Promise<unknown> {
  const text = new TextDecoder().decode(await readable(path));
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('onnx/bad-signature', `${path} is not JSON: ${(cause as Error).message}`, { cause });
  }
}
