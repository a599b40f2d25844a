// `models`: the versions of a project with their aliases, or the catalog of models that can be tried.

import { catalog, globalCatalog } from '../../../forecasting/models/index.ts';
import { type CommandSpec, projectOption, type Report, wholeNumber } from '../command.ts';
import type { Printer } from '../printer.ts';
import type { CliServices, RegisteredVersion, VersionRecord } from '../services.ts';
import { bytes, decimal, moment } from '../words.ts';

export const models: CommandSpec = {
  name: 'models list',
  isDefault: true,
  group: 'Registry',
  summary: 'list the versions of a project, the registered models and what serves, or the catalog',
  options: [
    projectOption,
    { flags: '--catalog', description: 'list the models there are instead' },
    { flags: '--limit <n>', description: 'versions to list', default: 20, parse: wholeNumber(1, 1000) },
  ],
  examples: ['models', 'models list --limit 5', 'models --catalog'],
  async run(context) {
    if (context.options.catalog === true) return catalogReport();
    const limit = Number(context.options.limit);
    const { registry, models, projects: known } = await context.open();
    const projects = known.list();
    // Without any project there may still be registered models; without either, the usual error says what to do first.
    const project = projects.length > 0 ? await context.project() : undefined;
    const registered = registeredRows(await models.list(limit));
    const { name } = project ?? (registered.length === 0 ? await context.project() : { name: undefined });
    const rows = name === undefined ? [] : await versionRows(registry, name, limit);
    return {
      json: [...rows, ...registered],
      print(printer) {
        if (rows.length > 0) printVersions(printer, rows);
        else if (projects.length > 0) printer.line('no version yet: run `almanac train`');
        if (registered.length > 0) printRegistered(printer, registered);
      },
    };
  },
};

/** `damage`: why the artifact of a champion cannot be read; others are not read. */
type VersionRow = VersionRecord & { readonly aliases: readonly string[]; readonly damage?: string };

async function versionRows(
  registry: Pick<CliServices['registry'], 'list' | 'aliases' | 'loadArtifact'>,
  project: string,
  limit: number,
): Promise<VersionRow[]> {
  const [versions, aliases] = await Promise.all([registry.list(project, limit), registry.aliases(project)]);
  return await Promise.all(
    versions.map(async (version) => {
      const own = aliases.filter(({ versionId }) => versionId === version.id).map(({ alias }) => alias);
      const damage = own.includes('champion') ? await damageOf(registry, version) : undefined;
      return { ...version, aliases: own, ...(damage === undefined ? {} : { damage }) };
    }),
  );
}

async function damageOf(
  registry: Pick<CliServices['registry'], 'loadArtifact'>,
  version: VersionRecord,
): Promise<string | undefined> {
  try {
    await registry.loadArtifact(version);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Without the answers kept for comparison, which are long. */
function registeredRows(models: readonly { readonly versions: readonly RegisteredVersion[] }[]) {
  return models.flatMap(({ versions }) =>
    versions.map(({ version, signature: { golden: _, ...signature }, aliases }) => ({
      ...version,
      signature,
      aliases,
    })),
  );
}

function printRegistered(printer: Printer, rows: ReturnType<typeof registeredRows>): void {
  printer.table(
    [
      { title: 'model', value: (row) => printer.colours.bold(row.project) },
      { title: 'version', align: 'right', value: (row) => String(row.number) },
      { title: 'alias', value: (row) => printer.colours.green(row.aliases.join(', ')) },
      { title: 'made', value: (row) => moment(row.createdAt) },
      { title: 'run by', value: (row) => row.signature.runBy },
      { title: 'in', value: (row) => row.signature.inputs.map(({ name }) => name).join(', ') },
      { title: 'out', value: (row) => row.signature.outputs.map(({ name }) => name).join(', ') },
      { title: 'size', align: 'right', value: (row) => bytes(row.artifactBytes) },
      { title: 'id', value: (row) => row.id },
    ],
    rows,
  );
}

/** Whether it can serve, as far as anybody has found out. */
function proofText({ provenAt, refusal, damage }: VersionRow, { colours }: Printer): string {
  if (damage !== undefined) return colours.red('damaged');
  if (refusal !== null) return colours.red('refused');
  return provenAt === null ? colours.dim('none yet') : 'proven';
}

/** Why versions that were to serve, or do by name, cannot. */
function printFaults(printer: Printer, rows: readonly VersionRow[]): void {
  for (const { number, aliases, refusal, damage } of rows) {
    const name = aliases.length === 0 ? `version ${number}` : `version ${number} (${aliases.join(', ')})`;
    if (damage !== undefined)
      printer.line(
        printer.colours.red(
          `\n${name} cannot be loaded: ${damage}; the version before it serves in its place`,
        ),
      );
    if (refusal !== null) printer.line(`\n${name} was refused on ${moment(refusal.at)}: ${refusal.reason}`);
  }
}

function printVersions(printer: Printer, rows: readonly VersionRow[]): void {
  printer.table(
    [
      { title: 'version', align: 'right', value: (row) => String(row.number) },
      { title: 'alias', value: (row) => printer.colours.green(row.aliases.join(', ')) },
      { title: 'proof', value: (row) => proofText(row, printer) },
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
      { title: 'run', value: (row) => row.runId ?? '' },
    ],
    rows,
  );
  printFaults(printer, rows);
}

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
