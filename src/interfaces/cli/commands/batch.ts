// `batch`: forecasts of all series, or of those in a file, into one file. Killed half-way, the same command goes on.

import { constants, createReadStream } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { basename, dirname, extname, resolve } from 'node:path';
import { AppError, type CsvRule } from '../../../core/index.ts';
import {
  batchJob,
  type FileFormat,
  fileFormats,
  type ScoringRequest,
  type ScoringResult,
} from '../../../services/scoring/index.ts';
import { askOptions, type CommandContext, type CommandSpec, csvOption, projectOption } from '../command.ts';
import { UsageError } from '../report-error.ts';
import type { JobRecord } from '../services.ts';
import { watchJob } from '../watch-job.ts';
import { bytes, count, duration, plural } from '../words.ts';
import { writeWhole } from '../write-whole.ts';

export const batch: CommandSpec = {
  name: 'batch',
  arguments: '[file]',
  group: 'Use',
  summary: 'forecast all series, or those of a file, into one file',
  details:
    'FILE (CSV, NDJSON or Parquet, .gz too) names the series; with a time column and columns known ahead it also\n' +
    'brings plans for the steps, which come before those in the data. Without FILE every series is forecast.\n' +
    'Runs as a job, in parts: when it is killed the same command goes on where it was, and the file is the same,\n' +
    'byte for byte, whatever has arrived since. The file appears when it is whole.',
  options: [
    projectOption,
    { flags: '-o, --out <file>', description: 'file to write: .parquet, .csv or .ndjson' },
    { flags: '--format <name>', description: `${fileFormats.join(', ')} (default: by the name of --out)` },
    csvOption,
    ...askOptions,
    {
      flags: '-v, --model-version <version>',
      description: 'number, id or alias of the version to forecast with (default: the champion)',
    },
    {
      flags: '--skip-unknown',
      description: 'leave out series that nothing is known of, instead of refusing',
    },
    {
      flags: '--log',
      description: 'store the forecasts as predictions too, to be graded when the real demand arrives',
    },
    { flags: '--force', description: 'overwrite --out' },
  ],
  examples: [
    'batch --out forecasts.parquet',
    'batch promotions.csv --out forecasts.csv --quantiles 0.1,0.5,0.9',
    'batch --out monday.parquet --log --json',
  ],
  async run(context) {
    const { name } = await context.project();
    const out = outOf(context);
    const request = requestOf(context, out);
    const path = context.args[0] === undefined ? null : resolve(context.terminal.cwd, context.args[0]);
    await checkRequests(path);
    await checkOut(context, out);
    const { forecastFiles } = await context.open();
    const requests = path === null ? null : await forecastFiles.keep(createReadStream(path), basename(path));
    const ended = await watchJob(context, { ...batchJob(name, { ...request, requests }), name: 'batch' });
    await writeWhole(out, (await forecastFiles.open(name, ended.id)).stream());
    return report(ended, out);
  },
};

function outOf({ options, terminal }: CommandContext): string {
  if (options.out === undefined) throw new UsageError('name the file to write with --out');
  return resolve(terminal.cwd, String(options.out));
}

function requestOf({ options }: CommandContext, out: string): Omit<ScoringRequest, 'requests'> {
  const byName = extname(out).slice(1).toLowerCase();
  const format = (options.format ?? (byName === 'jsonl' ? 'ndjson' : byName)) as FileFormat;
  if (!fileFormats.includes(format))
    throw new UsageError(
      `"${format}" is no format; expected one of ${fileFormats.join(', ')}, by the name of --out or --format`,
    );
  return {
    format,
    csv: options.csv as CsvRule,
    horizon: (options.horizon as number | undefined) ?? null,
    quantiles: (options.quantiles as number[] | undefined) ?? null,
    version: (options.modelVersion as string | undefined) ?? null,
    unknown: options.skipUnknown === true ? 'skip' : 'refuse',
    log: options.log === true,
  };
}

/** Before there is a job that could only fail. @throws AppError `data/file-not-found`, `data/not-a-file` */
async function checkRequests(path: string | null): Promise<void> {
  if (path === null) return;
  if ((await stat(path).catch(() => null))?.isDirectory() === true)
    throw new AppError('data/not-a-file', `${path} is a folder; requests are one file`);
  await access(path, constants.R_OK).catch((cause: unknown) => {
    throw new AppError('data/file-not-found', `${path} does not exist or may not be read`, { cause });
  });
}

/** @throws AppError `cli/file-exists`, `cli/unwritable-file` */
async function checkOut({ options }: CommandContext, out: string): Promise<void> {
  const folder = dirname(out);
  await access(folder, constants.W_OK).catch((cause: unknown) => {
    throw new AppError('cli/unwritable-file', `${out} cannot be written: its folder is missing or closed`, {
      cause,
    });
  });
  if (options.force === true || !(await isThere(out))) return;
  throw new AppError('cli/file-exists', `${out} is there already`);
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

function report(ended: JobRecord, out: string) {
  const result = ended.results.assemble as unknown as ScoringResult;
  const { plan } = ended.results.pin as unknown as {
    plan: { batchSeqMax: number; versionId: string | null };
  };
  return {
    json: { jobId: ended.id, out, ...result, versionId: plan.versionId, batchSeqMax: plan.batchSeqMax },
    print(printer: Parameters<import('../command.ts').Report['print']>[0]) {
      const { bold, dim, yellow } = printer.colours;
      const took = duration(
        ended.endedAt === null ? null : ended.endedAt - (ended.startedAt ?? ended.createdAt),
      );
      printer.line(
        `${bold(out)}: ${count(result.rows)} rows of ${plural(result.series, 'series', 'series')}, ${bytes(result.bytes)} (${took})`,
      );
      if (result.baseline > 0)
        printer.line(
          dim(`${plural(result.baseline, 'series', 'series')} by the baseline: see column reason`),
        );
      const more = result.skipped > result.skippedExamples.length ? ' …' : '';
      if (result.skipped > 0)
        printer.line(
          yellow(
            `${plural(result.skipped, 'series', 'series')} left out, of which nothing is known: ${result.skippedExamples.join(', ')}${more}`,
          ),
        );
      if (result.missingCovariates.length > 0)
        printer.line(dim(`not known for every step: ${result.missingCovariates.join(', ')}`));
    },
  };
}
