// `ingest` and `validate`: a file into a project, or only checked against its contract.

import { basename, resolve } from 'node:path';
import { periodLabel } from '../../../core/index.ts';
import { type CommandSpec, projectOption } from '../command.ts';
import type { Printer } from '../printer.ts';
import { count, plural } from '../words.ts';

export const ingest: CommandSpec = {
  name: 'ingest',
  group: 'Data',
  arguments: '<file>',
  summary: 'take a file of observations in; bad rows go to quarantine with a reason',
  details:
    'FILE is CSV, NDJSON or Parquet, gzip too. The batch is taken in whole or not at all. The same content twice is\n' +
    'one batch; to take it in again, as newer values (a correction taken back, say), give it a new --key.',
  options: [
    projectOption,
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
    'ingest north.csv --closed-through 2026-10-28',
    'ingest items.csv --attributes',
  ],
  async run(context) {
    const project = await context.project();
    const path = resolve(context.terminal.cwd, context.args[0] as string);
    const { key, attributes, closedThrough } = context.options;
    const { data } = await context.open();
    const progress = context.progress('ingest');
    const options = {
      ...(key === undefined ? {} : { idempotencyKey: String(key) }),
      signal: context.signal,
      onProgress: ({ fraction, message }: { fraction: number | null; message: string }) =>
        progress.update(fraction, message),
    };
    const { batch, replayed, problems } =
      attributes === true
        ? await data.ingestAttributesFile(project, path, options)
        : await data.ingestFile(project, path, {
            ...options,
            ...(closedThrough === undefined ? {} : { closedThrough: String(closedThrough) }),
          });
    progress.stop();
    const taken = batch.rowsAccepted + batch.rowsDescribed;
    return {
      // A file of which nothing landed was refused, whatever the reasons of its rows.
      ok: taken > 0 || batch.rowsQuarantined === 0,
      json: { replayed, batch, problems },
      print(printer) {
        const { bold, green, yellow, dim } = printer.colours;
        if (replayed) {
          const same = key === undefined ? 'a file with this content' : `a batch with key "${key}"`;
          printer.line(
            yellow(`${same} was taken in before, as batch ${batch.id}: nothing changed; its counts were`),
          );
          if (key === undefined)
            printer.line(dim('to take it in again, as newer values: --key with a text not used before'));
        }
        printer.line(
          `${(taken > 0 ? green : yellow)(bold(count(taken)))} ${taken === 1 ? 'row' : 'rows'} of ${basename(path)} taken into ${project.name}`,
        );
        if (batch.periodMin !== null && batch.periodMax !== null)
          printer.line(
            dim(
              `${periodLabel(project.grid, batch.periodMin)} to ${periodLabel(project.grid, batch.periodMax)}`,
            ),
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
      },
    };
  },
};

export const validate: CommandSpec = {
  name: 'validate',
  group: 'Data',
  arguments: '<file>',
  summary: 'check a file against the contract of a project, without taking it in',
  options: [projectOption],
  examples: ['validate sales.csv', 'validate sales.csv --json'],
  async run(context) {
    const project = await context.project();
    const path = resolve(context.terminal.cwd, context.args[0] as string);
    const { data } = await context.open();
    const progress = context.progress('validate');
    const report = await data.validateFile(project, path, {
      onProgress: ({ fraction, message }) => progress.update(fraction, message),
      signal: context.signal,
    });
    progress.stop();
    const good = report.quarantined === 0 && report.accepted > 0;
    return {
      ok: good,
      json: report,
      print(printer) {
        const { bold, green, yellow } = printer.colours;
        const { histories } = report;
        printer.line(
          `${good ? green('good') : yellow('not all good')}: ${bold(count(report.accepted))} rows would be taken in, ` +
            `${count(report.duplicates)} duplicates dropped, ${count(report.quarantined)} quarantined`,
        );
        printer.line(
          `${plural(histories.series, 'series', 'series')}: ${demandText(histories.demandClasses)}`,
        );
        printQuarantined(printer, report.quarantinedByCode);
        if (report.findings.length > 0) printer.line();
        for (const { message } of report.findings) printer.line(`${yellow('·')} ${message}`);
      },
    };
  },
};

function demandText(classes: Readonly<Record<string, number>>): string {
  return Object.entries(classes)
    .filter(([, series]) => series > 0)
    .map(([name, series]) => `${count(series)} ${name}`)
    .join(', ');
}

function printQuarantined(printer: Printer, byCode: Readonly<Record<string, number>>): void {
  const rows = Object.entries(byCode).sort((a, b) => b[1] - a[1]);
  if (rows.length === 0) return;
  printer.line();
  printer.table(
    [
      { title: 'quarantined for', value: ([code]) => printer.colours.yellow(code) },
      { title: 'rows', align: 'right', value: ([, rowCount]) => count(rowCount) },
    ],
    rows,
  );
}
