// `export`: a version as something that forecasts without this server. A new target is a line in `targets`.

import { resolve } from 'node:path';
import { type CommandSpec, projectOption, textList } from '../command.ts';
import { UsageError } from '../report-error.ts';
import { count, bytes as size } from '../words.ts';
import { exportBrowser, exportHandler, exportModel } from './export-edge.ts';
import { exportOnnx } from './export-onnx.ts';
import type { ExportTarget } from './export-target.ts';

const targets: Readonly<Record<string, ExportTarget>> = {
  handler: {
    summary: 'one module with the model inside: handler(event) for functions, fetch(request) for workers',
    write: exportHandler,
  },
  browser: {
    summary: 'a folder with a page that forecasts offline, opened as a file or from any web server',
    write: exportBrowser,
  },
  model: {
    summary: 'the bytes that loadForecaster of almanac/browser reads',
    write: exportModel,
  },
  onnx: {
    summary: 'an ONNX file: the trees over all series, or a model of one series with its states beside it',
    write: exportOnnx,
  },
};

const targetNames = Object.keys(targets);

export const exportCommand: CommandSpec = {
  name: 'export',
  arguments: '[version]',
  group: 'Models',
  summary: 'write a version as something that forecasts without a server',
  details:
    'VERSION is a number, an id or an alias (default: champion).\n' +
    `Targets: ${Object.entries(targets)
      .map(([name, { summary }]) => `${name}, ${summary}`)
      .join('; ')}.\n` +
    'What has arrived since the training is taken along; forecasts of what is exported are not stored.',
  options: [
    projectOption,
    { flags: '-t, --target <name>', description: `what to write: ${targetNames.join(', ')}` },
    { flags: '-o, --out <path>', description: 'file, or folder for browser, to write' },
    {
      flags: '-s, --series <ids>',
      description: 'only these series, separated by commas: a smaller model (default: all)',
      parse: textList,
    },
    { flags: '-m, --model <name>', description: 'for onnx: which of the models of the version' },
    { flags: '-f, --force', description: 'overwrite what is there' },
  ],
  examples: [
    'export --target handler --out forecast.mjs',
    'export 3 --target browser --out offline --series north/packing-tape',
    'export --target onnx --out model.onnx',
  ],
  async run(context) {
    const { target: name, out, series, force } = context.options;
    if (name === undefined)
      throw new UsageError(`say what to write with --target: ${targetNames.join(', ')}`);
    const target = Object.hasOwn(targets, String(name)) ? targets[String(name)] : undefined;
    if (target === undefined)
      throw new UsageError(`--target is ${String(name)}; expected one of ${targetNames.join(', ')}`);
    if (out === undefined) throw new UsageError('name the file or folder to write with --out');
    const project = await context.project();
    const { registry } = await context.open();
    const version = await registry.find(project.name, context.args[0] ?? 'champion');
    const { files, facts, notes } = await target.write(context, {
      project,
      version,
      out: resolve(context.terminal.cwd, String(out)),
      force: force === true,
      series: series as readonly string[] | undefined,
    });
    return {
      json: { target: name, project: project.name, version: version.number, ...facts, files },
      print(printer) {
        const { bold, dim } = printer.colours;
        printer.line(`${bold(project.name)} version ${version.number} written as ${String(name)}:`);
        for (const { path, bytes } of files) printer.line(`  ${path}  ${dim(size(bytes))}`);
        for (const [fact, value] of Object.entries(facts))
          printer.line(`  ${inWords(fact)}: ${typeof value === 'number' ? count(value) : value}`);
        for (const note of notes) printer.line(dim(note));
      },
    };
  },
};

/** `artifactBytes` as `artifact bytes`. */
function inWords(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
