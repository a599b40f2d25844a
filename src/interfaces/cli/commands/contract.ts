// `contract check` and `contract draft`: a file beside the data contract of a project, and a first contract from data.

import { writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { AppError, type CheckResult, type Project } from '../../../core/index.ts';
import { checkInWords } from '../../../services/contracts/index.ts';
import { readContractFile } from '../../config/index.ts';
import { type CommandSpec, projectOption } from '../command.ts';
import { draftFrom } from '../draft-contract.ts';
import { longSample } from '../guessing/wide-table.ts';
import type { Printer } from '../printer.ts';
import { readSample } from '../sample.ts';
import type { CliServices } from '../services.ts';
import { count, plural } from '../words.ts';

export const contractCheck: CommandSpec = {
  name: 'contract check',
  group: 'Data',
  arguments: '[file]',
  summary: 'check a file, or what is stored, against the data contract of a project',
  details:
    'A file is looked at as the whole table and nothing lands: rows are read as `ingest` reads them, and those that keep the row rules\n' +
    'are checked. Without a file the newest periods of what is stored are. The exit code is 1 when a check\n' +
    'of severity error fails, or when rows broke the row rules. What was not checked says why: it has not passed.',
  options: [
    projectOption,
    {
      flags: '--contract <file>',
      description: 'another contract than the one in the settings: ODCS or Table Schema',
    },
  ],
  examples: [
    'contract check',
    'contract check sales.csv',
    'contract check sales.csv --contract theirs.odcs.yaml --json',
  ],
  async run(context) {
    const project = await withGiven(await context.project(), {
      file: context.options.contract,
      folder: context.terminal.cwd,
    });
    const { rules } = project.contract;
    if (rules === undefined)
      throw new AppError('contract/none', `project ${JSON.stringify(project.name)} names no contract`);
    const { data } = await context.open();
    const path = context.args[0];
    const { rows, refused, results } =
      path === undefined
        ? { ...(await stored(data, project, context.options.contract)), refused: 0 }
        : await ofFile(data, project, { path: resolve(context.terminal.cwd, path), signal: context.signal });
    const { file, id, version, warnings } = rules;
    return {
      ok:
        refused === 0 && !results.some(({ status, severity }) => status === 'failed' && severity === 'error'),
      json: { contract: { file, id, version, warnings }, rows, refused, results },
      print: (printer) => printResults(printer, { results, warnings, rows, refused }),
    };
  },
};

function stored(
  data: CliServices['data'],
  project: Project,
  given: unknown,
): ReturnType<CliServices['data']['storedContract']> {
  return given === undefined ? data.storedContract(project) : data.tryContract(project);
}

async function ofFile(
  data: CliServices['data'],
  project: Project,
  { path, signal }: { path: string; signal: AbortSignal },
): Promise<{ rows: number; refused: number; results: readonly CheckResult[] }> {
  const {
    rows,
    quarantined,
    quarantinedByCode,
    contract = [],
  } = await data.validateFile(project, path, { signal });
  const byContract = quarantinedByCode.contract ?? 0;
  const refused = quarantined - byContract - (quarantinedByCode['left-out'] ?? 0);
  return { rows, refused, results: contract };
}

async function withGiven(project: Project, of: { file: unknown; folder: string }): Promise<Project> {
  if (of.file === undefined) return project;
  const rules = await readContractFile({ file: String(of.file), folder: of.folder, project: project.name });
  return { ...project, contract: { ...project.contract, rules } };
}

function printResults(
  printer: Printer,
  of: { results: readonly CheckResult[]; warnings: readonly string[]; rows: number; refused: number },
): void {
  const { green, red, yellow, dim } = printer.colours;
  const shown = (result: CheckResult): string => {
    if (result.status === 'passed') return green('passed');
    if (result.status === 'not checked') return dim('not checked');
    return result.severity === 'error' ? red('failed') : yellow('failed');
  };
  const passed = of.results.filter(({ status }) => status === 'passed').length;
  printer.line(`${count(of.rows)} rows: ${passed} of ${plural(of.results.length, 'check')} passed`);
  if (of.refused > 0)
    printer.line(
      yellow(
        `${plural(of.refused, 'row')} broke the rules that every row must keep and reached no check: almanac validate`,
      ),
    );
  printer.line();
  printer.table(
    [
      { title: '', value: shown },
      { title: 'check', value: ({ id }) => id },
      {
        title: 'what was found',
        value: (result) =>
          result.why === null ? checkInWords(result).slice(result.id.length + 2) : dim(result.why),
      },
    ],
    [...of.results],
  );
  for (const warning of of.warnings) printer.line(`${yellow('·')} ${warning}`);
}

export const contractDraft: CommandSpec = {
  name: 'contract draft',
  group: 'Data',
  arguments: '<file>',
  summary: 'write a first data contract (ODCS) from the columns of a project in a file',
  details:
    'Bounds are wide, and each says what it rests on: narrow them to what you know, then name the file in the setting contract.file.\n' +
    'Of a very large file its beginning is looked at.',
  options: [
    projectOption,
    { flags: '-o, --out <file>', description: 'file to write; default: the contract is printed' },
    { flags: '-f, --force', description: 'overwrite the file if it is there' },
  ],
  examples: ['contract draft sales.csv', 'contract draft sales.csv --out sales.odcs.yaml'],
  async run(context) {
    const project = await context.project();
    const path = resolve(context.terminal.cwd, context.args[0] as string);
    const read = await readSample(path, project.dialect ?? null);
    // A table with a column for each period names none for the time: read as `init` and an ingest do.
    const sample = read.columns.includes(project.columns.time) ? read : longSample(read);
    const text = await draftFrom(project, sample, context.now());
    const { out, force } = context.options;
    if (out !== undefined) {
      const target = resolve(context.terminal.cwd, String(out));
      await write(target, text, force === true);
    }
    return {
      json: { file: out ?? null, rows: sample.rows.length, wholeFile: sample.whole, contract: text },
      print(printer) {
        if (out === undefined) for (const line of text.trimEnd().split('\n')) printer.line(line);
        else
          printer.line(
            `Drafted from ${sample.whole ? '' : 'the first '}${count(sample.rows.length)} rows of ${basename(path)} into ${String(out)}`,
          );
      },
    };
  },
};

async function write(path: string, text: string, force: boolean): Promise<void> {
  try {
    await writeFile(path, text, { flag: force ? 'w' : 'wx' });
  } catch (cause) {
    if ((cause as { code?: string }).code === 'EEXIST')
      throw new AppError('cli/file-exists', `${path} is there already: add --force to overwrite it`, {
        cause,
      });
    throw cause;
  }
}
