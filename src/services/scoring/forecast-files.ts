// Forecast files over HTTP: begun as jobs, kept in the data folder for a week, fetched from there.

import { createHash } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError, canonicalJson } from '../../core/index.ts';
import type { JobRecord } from '../../storage/ports/index.ts';
import type { PipelineEngine } from '../jobs/index.ts';
import type { ScoringResult } from './assemble-step.ts';
import { writeWhole } from './part-files.ts';
import { filesFolder, requestsFolder } from './pin-step.ts';
import type { FileFormat } from './scoring-plan.ts';
import { batchJob, batchPipelineName, type ScoringRequest } from './scoring-request.ts';

export interface ForecastFilesOptions {
  readonly jobs: Pick<PipelineEngine, 'enqueue' | 'get'>;
  /** The folder of `ScoringOptions`. */
  readonly folder: string;
}

/** A finished file. */
export interface ForecastFile {
  readonly name: string;
  readonly format: FileFormat;
  readonly bytes: number;
  stream(): ReadStream;
}

/** Hashed between two turns of the event loop. */
const hashSliceBytes = 4 * 1024 * 1024;

export class ForecastFiles {
  readonly #options: ForecastFilesOptions;

  constructor(options: ForecastFilesOptions) {
    this.#options = options;
  }

  /**
   * Begins a batch scoring; the same one that is under way already is answered instead.
   * @param rows a file of requests; null = every series that can be forecast
   */
  async begin(
    project: string,
    options: Omit<ScoringRequest, 'out' | 'requests'>,
    rows: { readonly bytes: Uint8Array; readonly format: 'csv' | 'ndjson' } | null,
  ): Promise<{ job: JobRecord; created: boolean }> {
    const requests = rows && (await this.#keep(canonicalJson({ project, ...options }), rows));
    const job = batchJob(project, { ...options, out: null, requests });
    return await this.#options.jobs.enqueue(job.pipeline, project, job.input, {
      singleFlightKey: job.singleFlightKey,
    });
  }

  /**
   * The file of a job that is done.
   * @throws AppError `scoring/no-file`, `jobs/unknown-job`
   */
  async open(project: string, jobId: string): Promise<ForecastFile> {
    const job = await this.#options.jobs.get(jobId);
    const result = job.results.assemble as unknown as ScoringResult | undefined;
    if (job.pipeline !== batchPipelineName || job.project !== project)
      throw new AppError('scoring/no-file', `job ${jobId} of project ${project} makes no forecast file`);
    if (result === undefined)
      throw new AppError('scoring/no-file', `the file of job ${jobId} is not there: the job is ${job.state}`);
    const { out, format } = result;
    // What a command wrote elsewhere is its user's.
    const isOurs = dirname(out) === filesFolder(this.#options.folder);
    const found = isOurs ? await stat(out).catch(() => undefined) : undefined;
    if (found === undefined)
      throw new AppError(
        'scoring/no-file',
        isOurs ? `the file of job ${jobId} has been removed` : `job ${jobId} wrote its file elsewhere`,
      );
    return {
      name: `${project}-${jobId}.${format}`,
      format: format as FileFormat,
      bytes: found.size,
      stream: () => createReadStream(out, { highWaterMark: 1 << 18 }),
    };
  }

  /** Named by what is asked, so that the same request is the same file. */
  async #keep(
    asked: string,
    { bytes, format }: { readonly bytes: Uint8Array; readonly format: 'csv' | 'ndjson' },
  ): Promise<string> {
    const hash = createHash('sha256').update(asked);
    for (let from = 0; from < bytes.length; from += hashSliceBytes) {
      hash.update(bytes.subarray(from, from + hashSliceBytes));
      await nextTurn();
    }
    const folder = requestsFolder(this.#options.folder);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, `${hash.digest('hex')}.${format}`);
    await writeWhole(path, (write) => write(bytes));
    return path;
  }
}
