// What a training leaves beside the artifact: which models were tried and how they did, fold by fold for what was chosen,
// so that the gate can compare without fitting again.

import { AppError } from '../../core/index.ts';
import type { PlanEffect } from '../../forecasting/features/index.ts';
import type { FoldScores, FoldShape } from './fold-scores.ts';

export interface TrainingReport {
  readonly format: 1;
  readonly snapshotId: string;
  readonly shape: FoldShape;
  /** Series that were fitted, in the order of the scores. */
  readonly seriesIds: readonly string[];
  /** Series below the contract's minimum: a baseline serves them. */
  readonly shortSeries: readonly string[];
  /** Series with a value that dwarfs all others: nothing was learnt from it; absent in reports of older programs. */
  readonly outlierSeries?: readonly string[];
  /** Series whose demand has ended by their own intervals, served by what decays; absent in reports of older programs. */
  readonly endedSeries?: readonly string[];
  /** Number of series each candidate was chosen for. */
  readonly chosen: Readonly<Record<string, number>>;
  /** By flat name, null = could not be had; the same as the run's. */
  readonly metrics: Readonly<Record<string, number | null>>;
  /** What planned columns did to demand; absent in reports of older programs. */
  readonly effects?: readonly PlanEffect[];
  readonly selected: FoldScores;
  readonly seasonalNaive: FoldScores;
}

const scoreNames = ['losses', 'rmsses', 'absoluteErrors', 'biases', 'demands'] as const;

/** As JSON bytes; NaN becomes null, numbers keep nine digits. */
export function encodeReport(report: TrainingReport): Uint8Array {
  const scores = (of: FoldScores): object =>
    Object.fromEntries(scoreNames.map((name) => [name, Array.from(of[name], short)]));
  const { selected, seasonalNaive } = report;
  return new TextEncoder().encode(
    JSON.stringify({ ...report, selected: scores(selected), seasonalNaive: scores(seasonalNaive) }),
  );
}

/** @throws AppError `train/bad-report` when another version of Almanac wrote it in another format */
export function decodeReport(bytes: Uint8Array): TrainingReport {
  const raw = JSON.parse(new TextDecoder().decode(bytes)) as TrainingReport & { format: number };
  if (raw.format !== 1) {
    throw new AppError('train/bad-report', `the training report has format ${raw.format}: train again`);
  }
  return { ...raw, selected: scoresOf(raw.selected), seasonalNaive: scoresOf(raw.seasonalNaive) };
}

function scoresOf(raw: Record<(typeof scoreNames)[number], ArrayLike<number | null>>): FoldScores {
  const numbers = (name: (typeof scoreNames)[number]): Float64Array =>
    Float64Array.from(raw[name], (value) => value ?? Number.NaN);
  return {
    losses: numbers('losses'),
    rmsses: numbers('rmsses'),
    absoluteErrors: numbers('absoluteErrors'),
    biases: numbers('biases'),
    demands: numbers('demands'),
  };
}

function short(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(9)) : null;
}
