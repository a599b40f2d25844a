// `ingest`: files into a project.

import { basename } from 'node:path';
import { AppError, type Project, periodLabel } from '../../../core/index.ts';
import type { IngestResult } from '../../../services/data/index.ts';
import { type CommandContext, type CommandSpec, projectOption } from '../command.ts';
import { printFailed, printQuarantined } from '../file-outcome.ts';
import { inputFiles } from '../input-files.ts';
import { mappingOption, readingProject } from '../mapping-option.ts';
import type { Printer } from '../printer.ts';
import type { Progress } from '../progress.ts';
import { UsageError } from '../report-error.ts';
import type { CliServices } from '../services.ts';
import { count, plural } from '../words.ts';

export const ingest: CommandSpec = {
  name: 'ingest',
  group: 'Data',
  arguments: '<files...>',
  summary: 'take files of observations in; bad rows go to quarantine with a reason',
  details:
    'FILE is CSV, NDJSON or Parquet, gzip and zip too, or a folder of such files, or a pattern. Each file is a batch, taken in whole or\n' +
    'not at all, in the order of their names. The same content twice is one batch: a command that was broken off is given again.\n' +
    'To take a file in again, as newer values (a correction taken back, say), give it a new --key; with the rule sum its values are\n' +
    'added once more, so withdraw the batch first.',
  options: [
    projectOption,
    mappingOption,
    { flags: '-k, --key <key>', description: "idempotency key (default: from the file's content)" },
    {
      flags: '--closed-through <period>',
      description: 'the last period that is over, for all who report with the series of FILE',
    },
    {
      flags: '-a, --attributes',
      description: 'FILE holds attributes: one row per series, the static columns',
    },
  ],
  examples: [
    'ingest sales.csv',
    'ingest sales-2024-03.csv.gz --project shop --json',
    'ingest exports/',
    'ingest exports/2026-*.csv',
    'ingest north.csv --closed-through 2026-10-28',
    'ingest items.csv --attributes',
    'ingest absatz.csv --mapping erp.mapping.json',
  ],
  async run(context) {
    const project = await readingProject(context);
    const { paths, isOne } = await inputFiles(context.terminal.cwd, context.args);
    if (!isOne && context.options.key !== undefined)
      throw new UsageError('--key names one batch: give it with one file');
    const { data } = await context.open();
    const progress = context.progress('ingest');
    const take = (path: string): Promise<IngestResult> =>
      ingestOne(context, { project, data, path, progress });
    if (isOne) {
      const result = await take(paths[0] as string);
      progress.stop();
      return {
        ok: isTaken(result),
        json: result,
        print: (printer) => printResult(printer, { project, file: paths[0] as string, ...result }, context),
      };
    }
    const files: FileOutcome[] = [];
    for (const path of paths) {
      context.signal.throwIfAborted();
      progress.update(files.length / paths.length, basename(path));
      files.push({ file: path, ...(await take(path).catch(refusal)) });
    }
    progress.stop();
    const total = totalOf(files);
    return {
      ok: files.every((file) => 'batch' in file && isTaken(file)),
      json: { files, total },
      print(printer) {
        for (const file of files)
          if ('batch' in file) printResult(printer, { project, ...file }, context);
          else
            printer.line(
              `${printer.colours.red(basename(file.file))}: ${file.error.message} ${printer.colours.dim(`(${file.error.code})`)}`,
            );
        printer.line();
        printer.line(totalLine(printer, total));
      },
    };
  },
};

type FileOutcome = { readonly file: string } & (
  | IngestResult
  | { readonly error: { readonly code: string; readonly message: string } }
);

interface Total {
  readonly files: number;
  readonly refused: number;
  readonly replayed: number;
  readonly rows: number;
  readonly quarantined: number;
}

function ingestOne(
  context: CommandContext,
  of: { project: Project; data: CliServices['data']; path: string; progress: Progress },
): Promise<IngestResult> {
  const { key, attributes, closedThrough } = context.options;
  const options = {
    ...(key === undefined ? {} : { idempotencyKey: String(key) }),
    signal: context.signal,
    onProgress: ({ fraction, message }: { fraction: number | null; message: string }) =>
      of.progress.update(fraction, message),
  };
  if (attributes === true) return of.data.ingestAttributesFile(of.project, of.path, options);
  return of.data.ingestFile(of.project, of.path, {
    ...options,
    ...(closedThrough === undefined ? {} : { closedThrough: String(closedThrough) }),
  });
}

/** A file that is refused does not keep the others from being taken in. */
function refusal(error: unknown): { error: { code: string; message: string } } {
  if (!(error instanceof AppError) || error.code === 'data/query-timeout') throw error;
  return { error: { code: error.code, message: error.message } };
}

/** A file of which nothing landed was refused, whatever the reasons of its rows. */
function isTaken({ batch }: IngestResult): boolean {
  return batch.rowsAccepted + batch.rowsDescribed > 0 || batch.rowsQuarantined === 0;
}

function totalOf(files: readonly FileOutcome[]): Total {
  const taken = files.filter((file) => 'batch' in file);
  const fresh = taken.filter(({ replayed }) => !replayed);
  const sum = (read: (batch: IngestResult['batch']) => number): number =>
    fresh.reduce((all, { batch }) => all + read(batch), 0);
  return {
    files: files.length,
    refused: files.length - taken.length,
    replayed: taken.length - fresh.length,
    rows: sum((batch) => batch.rowsAccepted + batch.rowsDescribed),
    quarantined: sum((batch) => batch.rowsQuarantined),
  };
}

function totalLine(printer: Printer, total: Total): string {
  const { bold, dim } = printer.colours;
  const more = [
    ...(total.quarantined > 0 ? [`${plural(total.quarantined, 'row')} quarantined`] : []),
    ...(total.replayed > 0 ? [`${plural(total.replayed, 'file')} taken in before`] : []),
    ...(total.refused > 0 ? [`${plural(total.refused, 'file')} refused`] : []),
  ];
  const rest = more.length === 0 ? '' : `; ${more.join(', ')}`;
  return `${bold(plural(total.files, 'file'))}: ${plural(total.rows, 'row')} taken in${dim(rest)}`;
}

function printResult(
  printer: Printer,
  of: IngestResult & { project: Project; file: string },
  context: CommandContext,
): void {
  const { bold, green, yellow, dim } = printer.colours;
  const { batch, replayed, project } = of;
  const { key } = context.options;
  const taken = batch.rowsAccepted + batch.rowsDescribed;
  if (replayed) {
    const same = key === undefined ? 'a file with this content' : `a batch with key "${key}"`;
    printer.line(
      yellow(`${same} was taken in before, as batch ${batch.id}: nothing changed; its counts were`),
    );
    if (key === undefined)
      printer.line(
        dim(
          project.conflicts === 'sum'
            ? `its rows count once; to send it anew, first take it back: almanac withdraw --batch ${batch.id}`
            : 'to take it in again, as newer values: --key with a text not used before',
        ),
      );
  }
  printer.line(
    `${(taken > 0 ? green : yellow)(bold(count(taken)))} ${taken === 1 ? 'row' : 'rows'} of ${basename(of.file)} taken into ${project.name}`,
  );
  if (batch.periodMin !== null && batch.periodMax !== null)
    printer.line(
      dim(`${periodLabel(project.grid, batch.periodMin)} to ${periodLabel(project.grid, batch.periodMax)}`),
    );
  if (batch.rowsPlanned > 0)
    printer.line(`${count(batch.rowsPlanned)} of them say what is known ahead, and nothing of demand`);
  if (batch.rowsDuplicate > 0) printer.line(`${plural(batch.rowsDuplicate, 'duplicate')} dropped`);
  if (batch.rowsReplaced > 0)
    printer.line(
      `${yellow(plural(batch.rowsReplaced, 'value'))} of earlier batches replaced ${dim('(see which: almanac snapshot diff)')}`,
    );
  if (batch.rowsAdded > 0)
    printer.line(`${yellow(plural(batch.rowsAdded, 'value'))} added to what earlier batches brought`);
  printQuarantined(printer, batch.quarantinedByCode);
  if (batch.rowsQuarantined > 0) printer.line(dim(`see them: almanac quarantine --batch ${batch.id}`));
  const { periodsOpen = 0 } = of;
  if (periodsOpen > 0)
    printer.line(
      `${yellow(plural(periodsOpen, 'period'))} of a series unknown until their refused rows are mended or given up: ` +
        dim(`almanac quarantine fix, discard --batch ${batch.id}`),
    );
  printFailed(printer, of.failedChecks);
  for (const { message } of of.findings ?? []) printer.line(`${yellow('·')} ${message}`);
}
