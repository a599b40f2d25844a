// The steps that end a batch scoring: the parts become one file, which appears whole under its name; then they are removed.

import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Json } from '../../storage/ports/index.ts';
import type { StepContext } from '../jobs/index.ts';
import type { ForecastStepResult } from './forecast-step.ts';
import { encoderOf } from './formats.ts';
import { type PartFacts, readPart, writeWhole } from './part-files.ts';
import { filesFolder, partsFolder } from './pin-step.ts';
import type { ScoringOptions } from './scoring-options.ts';
import { planKey, planOf, type ScoringPlan } from './scoring-plan.ts';

/** What a finished batch has to tell; the result of step `assemble`. */
export interface ScoringResult {
  readonly out: string;
  readonly format: string;
  readonly bytes: number;
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

/** @throws AppError `scoring/damaged-part`, `scoring/unwritable-file`, `store/full` */
export async function assembleStep(options: ScoringOptions, context: StepContext): Promise<Json> {
  const plan = planOf(context.results.pin as Json);
  const { parts } = context.results.forecast as unknown as ForecastStepResult;
  const folder = join(partsFolder(options.folder), planKey(plan));
  // A folder of the user's must be there; ours is made.
  if (dirname(plan.out) === filesFolder(options.folder))
    await mkdir(dirname(plan.out), { recursive: true, mode: 0o700 });
  const { project, levels, format, log, out } = plan;
  const shape = {
    grid: project.grid,
    levels: levels === null ? project.levels : ordered(levels),
    logged: log,
    csv: plan.csv,
  };
  const hash = createHash('sha256');
  let bytes = 0;
  let total: PartFacts = nothing;
  await writeWhole(out, async (write) => {
    const joiner = encoderOf(format, shape).join(async (piece) => {
      hash.update(piece);
      bytes += piece.byteLength;
      await write(piece);
    });
    await joiner.begin();
    for (let part = 0; part < parts; part++) {
      context.signal.throwIfAborted();
      const { facts, bytes: piece } = await readPart(folder, part);
      await joiner.add(piece);
      total = sum(total, facts);
      context.progress((part + 1) / parts, 'writing the file');
    }
    await joiner.end();
  });
  const { missing, ...counts } = total;
  const result: ScoringResult = {
    out,
    format,
    bytes,
    sha256: hash.digest('hex'),
    ...counts,
    missingCovariates: missing,
  };
  return result as unknown as Json;
}

/** Only now: until the result of `assemble` is stored, that step may have to run again. */
export async function cleanStep(options: ScoringOptions, context: StepContext): Promise<Json> {
  const plan = planOf(context.results.pin as Json);
  await rm(join(partsFolder(options.folder), planKey(plan)), { recursive: true, force: true });
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
