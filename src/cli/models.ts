// `models`: the versions of a project with their aliases, or the catalog of models that can be tried.

import { catalog, globalCatalog } from '../models/index.ts';
import { type CommandSpec, projectOption, type Report, wholeNumber } from './command.ts';
import { bytes, decimal, moment } from './words.ts';

export const models: CommandSpec = {
  name: 'models',
  group: 'Registry',
  summary: 'list the versions of a project and what serves, or the catalog',
  options: [
    projectOption,
    { flags: '--catalog', description: 'list the models there are instead' },
    { flags: '--limit <n>', description: 'versions to list', default: 20, parse: wholeNumber(1, 1000) },
  ],
  examples: ['models', 'models --catalog'],
  async run(context) {
    if (context.options.catalog === true) return catalogReport();
    const project = await context.project();
    const { registry } = await context.open();
    const [versions, aliases] = await Promise.all([
      registry.list(project.name, Number(context.options.limit)),
      registry.aliases(project.name),
    ]);
    const rows = versions.map((version) => ({
      ...version,
      aliases: aliases.filter(({ versionId }) => versionId === version.id).map(({ alias }) => alias),
    }));
    return {
      json: rows,
      print(printer) {
        printer.table(
          [
            { title: 'version', align: 'right', value: (row) => String(row.number) },
            { title: 'alias', value: (row) => printer.colours.green(row.aliases.join(', ')) },
            { title: 'made', value: (row) => moment(row.createdAt) },
            { title: 'WAPE', align: 'right', value: (row) => decimal(row.metrics['selected.wape'], 4) },
            {
              title: 'naive WAPE',
              align: 'right',
              value: (row) => decimal(row.metrics['seasonal-naive.wape'], 4),
            },
            { title: 'loss', align: 'right', value: (row) => decimal(row.metrics['selected.loss'], 4) },
            { title: 'size', align: 'right', value: (row) => bytes(row.artifactBytes) },
            { title: 'id', value: (row) => row.id },
            { title: 'run', value: (row) => row.runId },
          ],
          rows,
        );
        if (rows.length === 0) printer.line('no version yet: run `almanac train`');
      },
    };
  },
};

function catalogReport(): Report {
  const rows = [...catalog, ...globalCatalog].map(({ name, summary }) => ({ name, summary }));
  return {
    json: rows,
    print: (printer) =>
      printer.table(
        [
          { title: 'model', value: (row) => printer.colours.bold(row.name) },
          { title: 'what it is', value: (row) => row.summary },
        ],
        rows,
      ),
  };
}
