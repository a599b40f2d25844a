// What is asked of a batch scoring, as it lies in a job: checked again when the job runs, as jobs outlive programs.

import { createHash } from 'node:crypto';
import { AppError, type CsvRule, canonicalJson, csvRules } from '../../core/index.ts';
import type { Json, JsonObject } from '../../storage/ports/index.ts';
import type { RequestFile } from '../data/index.ts';
import { type FileFormat, fileFormats } from './scoring-plan.ts';

export const batchPipelineName = 'batch';

export interface ScoringRequest {
  readonly format: FileFormat;
  /** How a CSV file writes texts that a spreadsheet would run as formulas. */
  readonly csv: CsvRule;
  /** Null = every series that can be forecast. */
  readonly requests: RequestFile | null;
  /** Null = the project's. */
  readonly horizon: number | null;
  readonly quantiles: readonly number[] | null;
  /** Number, id or alias; null = the champion when the job begins. */
  readonly version: string | null;
  readonly unknown: 'refuse' | 'skip';
  readonly log: boolean;
}

/** The job of a request. Asked for again while it is under way, it is the same job. */
export function batchJob(
  project: string,
  request: ScoringRequest,
): {
  readonly pipeline: string;
  readonly project: string;
  readonly input: JsonObject;
  readonly singleFlightKey: string;
} {
  const input = request as unknown as JsonObject;
  const hash = createHash('sha256').update(canonicalJson(input)).digest('hex').slice(0, 16);
  return {
    pipeline: batchPipelineName,
    project,
    input,
    singleFlightKey: `${batchPipelineName}:${project}:${hash}`,
  };
}

/** @throws AppError `scoring/bad-request` */
export function requestOf(input: JsonObject): ScoringRequest {
  const { format, csv, requests, horizon, quantiles, version, unknown, log } = input;
  if (!fileFormats.includes(format as FileFormat))
    throw bad(`format is ${String(format)}: it may be ${fileFormats.join(', ')}`);
  if (!csvRules.includes(csv as CsvRule))
    throw bad(`csv is ${String(csv)}: it may be ${csvRules.join(', ')}`);
  if (!isRequestFile(requests)) throw bad('requests is no stored file');
  if (horizon !== null && !(Number.isSafeInteger(horizon) && (horizon as number) >= 1))
    throw bad('horizon is no whole number from 1');
  if (quantiles !== null && !(Array.isArray(quantiles) && quantiles.every((q) => typeof q === 'number')))
    throw bad('quantiles is no list of numbers');
  if (version !== null && typeof version !== 'string') throw bad('version is no text');
  if (unknown !== 'refuse' && unknown !== 'skip') throw bad('unknown is neither refuse nor skip');
  if (typeof log !== 'boolean') throw bad('log is neither true nor false');
  return input as unknown as ScoringRequest;
}

function isRequestFile(value: Json | undefined): boolean {
  if (value === null) return true;
  const { hash, name } = (value ?? {}) as JsonObject;
  return typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash) && typeof name === 'string';
}

function bad(why: string): AppError {
  return new AppError('scoring/bad-request', `the batch asked for cannot be made: ${why}`);
}
