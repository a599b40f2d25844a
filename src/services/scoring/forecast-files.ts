// Forecast files: begun as jobs, kept as blobs for some days, fetched from there.

import { Readable } from 'node:stream';
import { AppError } from '../../core/index.ts';
import type { BlobStore, JobRecord } from '../../storage/ports/index.ts';
import type { RequestFile } from '../data/index.ts';
import type { PipelineEngine } from '../jobs/index.ts';
import type { ScoringResult } from './assemble-step.ts';
import type { FileFormat } from './scoring-plan.ts';
import { batchJob, batchPipelineName, type ScoringRequest } from './scoring-request.ts';

export interface ForecastFilesOptions {
  readonly jobs: Pick<PipelineEngine, 'enqueue' | 'get'>;
  readonly blobs: Pick<BlobStore, 'put' | 'stream' | 'size'>;
}

/** A finished file. */
export interface ForecastFile {
  readonly name: string;
  readonly format: FileFormat;
  readonly bytes: number;
  /** Breaks off when what is stored is damaged. */
  stream(): Readable;
}

export class ForecastFiles {
  readonly #options: ForecastFilesOptions;

  constructor(options: ForecastFilesOptions) {
    this.#options = options;
  }

  /** Stores a file of requests, so that the job finds it wherever it runs. @param name what messages call it */
  async keep(bytes: Uint8Array | AsyncIterable<Uint8Array>, name: string): Promise<RequestFile> {
    const { hash } = await this.#options.blobs.put(bytes);
    return { hash, name };
  }

  /**
   * Begins a batch scoring; the same one that is under way already is answered instead.
   * @param rows a file of requests; null = every series that can be forecast
   */
  async begin(
    project: string,
    options: Omit<ScoringRequest, 'requests'>,
    rows: { readonly bytes: Uint8Array; readonly format: 'csv' | 'ndjson' } | null,
  ): Promise<{ job: JobRecord; created: boolean }> {
    const requests = rows && (await this.keep(rows.bytes, `requests.${rows.format}`));
    const job = batchJob(project, { ...options, requests });
    return await this.#options.jobs.enqueue(job.pipeline, project, job.input, {
      singleFlightKey: job.singleFlightKey,
    });
  }

  /**
   * The file of a job that is done.
   * @throws AppError `scoring/no-file`, `jobs/unknown-job`
   */
  async open(project: string, jobId: string): Promise<ForecastFile> {
    const { jobs, blobs } = this.#options;
    const job = await jobs.get(jobId);
    const result = job.results.assemble as unknown as ScoringResult | undefined;
    if (job.pipeline !== batchPipelineName || job.project !== project)
      throw new AppError('scoring/no-file', `job ${jobId} of project ${project} makes no forecast file`);
    if (result === undefined)
      throw new AppError('scoring/no-file', `the file of job ${jobId} is not there: the job is ${job.state}`);
    const { sha256, format } = result;
    const bytes = await blobs.size(sha256);
    if (bytes === undefined)
      throw new AppError('scoring/no-file', `the file of job ${jobId} has been removed`);
    return {
      name: `${project}-${jobId}.${format}`,
      format: format as FileFormat,
      bytes,
      stream: () => Readable.from(blobs.stream(sha256), { objectMode: false }),
    };
  }
}
