// The steps that end a batch scoring: the parts become one file, a blob that is there whole; then they are removed.

import type { Json } from '../../storage/ports/index.ts';
import type { StepContext } from '../jobs/index.ts';
import type { ForecastStepResult } from './forecast-step.ts';
import { encoderOf } from './formats.ts';
import { type PartFacts, partReader, removeParts } from './parts.ts';
import type { ScoringOptions } from './scoring-options.ts';
import { planOf, type ScoringPlan } from './scoring-plan.ts';

/** What a finished batch has to tell; the result of step `assemble`. */
export interface ScoringResult {
  readonly format: string;
  readonly bytes: number;
  /** Of the file: the name of its blob. */
  readonly sha256: string;
  readonly rows: number;
  readonly series: number;
  /** Of the series: forecast by the baseline. */
  readonly baseline: number;
  /** Series that nothing could be said of, left out; and the first few of them. */
  readonly skipped: number;
  readonly skippedExamples: readonly string[];
  /** Columns known ahead of which some step was unknown. */
  readonly missingCovariates: readonly string[];
}

const examplesMax = 5;

/** @throws AppError `scoring/damaged-part`, `store/…` */
export async function assembleStep(options: ScoringOptions, context: StepContext): Promise<Json> {
  const { format } = planOf(context.results.pin as Json);
  const tally: Tally = { facts: nothing };
  const { hash, sizeBytes } = await options.blobs.put(assembled(options, context, tally));
  const { missing, ...counts } = tally.facts;
  const result: ScoringResult = {
    format,
    bytes: sizeBytes,
    sha256: hash,
    ...counts,
    missingCovariates: missing,
  };
  return result as unknown as Json;
}

interface Tally {
  facts: PartFacts;
}

/** The file in pieces: holds one part at a time. */
async function* assembled(
  options: ScoringOptions,
  context: StepContext,
  tally: Tally,
): AsyncGenerator<Uint8Array> {
  const { project, levels, format, log, csv } = planOf(context.results.pin as Json);
  const { parts } = context.results.forecast as unknown as ForecastStepResult;
  const pieces: Uint8Array[] = [];
  const shape = {
    grid: project.grid,
    levels: levels === null ? project.levels : ordered(levels),
    logged: log,
    csv,
  };
  const joiner = encoderOf(format, shape).join(async (piece) => void pieces.push(piece));
  const read = await partReader(options, context.job.id);
  await joiner.begin();
  yield* pieces.splice(0);
  for (let part = 0; part < parts; part++) {
    context.signal.throwIfAborted();
    const { facts, bytes } = await read(part);
    await joiner.add(bytes);
    yield* pieces.splice(0);
    tally.facts = sum(tally.facts, facts);
    context.progress((part + 1) / parts, 'writing the file');
  }
  await joiner.end();
  yield* pieces.splice(0);
}

/** Only now: until the result of `assemble` is stored, that step may have to run again. */
export async function cleanStep(options: ScoringOptions, context: StepContext): Promise<Json> {
  await removeParts(options, context.job.id);
  return null;
}

/** As `askOf` of serving orders them. */
function ordered(levels: NonNullable<ScoringPlan['levels']>): number[] {
  return [...new Set(levels)].sort((a, b) => a - b);
}

const nothing: PartFacts = { series: 0, rows: 0, baseline: 0, skipped: 0, skippedExamples: [], missing: [] };

function sum(a: PartFacts, b: PartFacts): PartFacts {
  return {
    series: a.series + b.series,
    rows: a.rows + b.rows,
    baseline: a.baseline + b.baseline,
    skipped: a.skipped + b.skipped,
    skippedExamples: [...a.skippedExamples, ...b.skippedExamples].slice(0, examplesMax),
    missing: [...new Set([...a.missing, ...b.missing])],
  };
}
