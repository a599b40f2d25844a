// Everything that decides the bytes of a forecast file, fixed when its job begins: whoever goes on after a crash, and
// whatever has arrived since, the file comes out the same.

import { createHash } from 'node:crypto';
import { AppError, type CsvRule, canonicalJson, type Project } from '../../core/index.ts';
import type { Json, JsonObject } from '../../storage/ports/index.ts';
import type { RequestFile } from '../data/index.ts';
import type { LevelAdaptation } from '../serving/index.ts';

export const fileFormats = ['parquet', 'csv', 'ndjson'] as const;
export type FileFormat = (typeof fileFormats)[number];

/** Of parts and plans. */
export const layout = 4;

/** Stored as the result of the job's first step: JSON. */
export interface ScoringPlan {
  /** Layout of parts and files; another program version may have another. */
  readonly layout: typeof layout;
  /** Whose plan it is: ids of logged forecasts follow from that. */
  readonly job: string;
  readonly project: Project;
  /** Null = no champion: the baseline answers. */
  readonly versionId: string | null;
  /** The last batch that is taken in: what it and those before it closed says where the steps of each series begin. */
  readonly batchSeqMax: number;
  /** The last entry of the overrides that is taken in. */
  readonly overridesThrough: number;
  /** Periods for which some series may have a step, inclusive: plans of others are not kept. */
  readonly periods: { readonly from: number; readonly to: number };
  /** Levels that hold what they say, by the labels that had come. */
  readonly adaptation: LevelAdaptation;
  /** When it was pinned, UTC milliseconds; stored with logged predictions. */
  readonly madeAt: number;
  readonly horizon: number;
  /** Null = the project's. */
  readonly levels: readonly number[] | null;
  readonly format: FileFormat;
  /** How a CSV file writes texts. */
  readonly csv: CsvRule;
  /** Null = every series that can be forecast. */
  readonly requests: RequestFile | null;
  /** What becomes of requested series that nothing is known of. */
  readonly unknown: 'refuse' | 'skip';
  /** Store the forecasts as predictions too, to be graded when demand comes. */
  readonly log: boolean;
  readonly seriesPerPart: number;
}

/** Rows of a part: enough for a row group that readers like, few enough to be gone after a crash without regret. */
const rowsPerPart = 32_768;

export function seriesPerPart(horizon: number): number {
  return Math.max(1, Math.floor(rowsPerPart / horizon));
}

/** Names the plan: equal plans make equal files. */
export function planKey(plan: ScoringPlan): string {
  return createHash('sha256').update(canonicalJson(plan)).digest('hex').slice(0, 32);
}

/** @throws AppError `scoring/bad-request` for a plan of a program version whose parts were others */
export function planOf(result: Json): ScoringPlan {
  const plan = (result as JsonObject).plan as unknown as ScoringPlan;
  if (plan.layout === layout) return plan;
  throw new AppError(
    'scoring/bad-request',
    'this batch was begun by another version of the program, whose parts do not go with those made now: ask for it again',
  );
}

/** Where each part begins in a list of series. */
export function partCount(series: number, plan: Pick<ScoringPlan, 'seriesPerPart'>): number {
  return Math.ceil(series / plan.seriesPerPart);
}

export function partOf<T>(
  list: readonly T[],
  part: number,
  plan: Pick<ScoringPlan, 'seriesPerPart'>,
): readonly T[] {
  return list.slice(part * plan.seriesPerPart, (part + 1) * plan.seriesPerPart);
}
