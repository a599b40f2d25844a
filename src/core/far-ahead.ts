// Rows too far ahead of their project: one wrong clock, or one wrong number, must not move what all others are measured by. Pure.

import type { Project } from './project.ts';

/** States are advanced by so many periods at most. */
export const statePeriodsMax = 20_000;
/** Of a first batch, this share of its rows is no slip. */
const bulkShare = 0.1;

/** Periods that a row may be ahead, where the project does not say: four horizons or two of its longest season, at least 28. */
export function jumpPeriodsMaxOf(project: Pick<Project, 'contract' | 'horizonSteps' | 'seasons'>): number {
  const { contract, horizonSteps, seasons } = project;
  if (contract.jumpPeriodsMax !== undefined) return contract.jumpPeriodsMax;
  const usual = Math.max(28, 4 * horizonSteps, ...seasons.map((season) => 2 * season));
  return Math.min(usual, statePeriodsMax);
}

/** What is known of a project before a batch. */
export interface AheadEvidence {
  /** The newest period that is closed, or that about as many as usual have reported; null = the batch is the first. */
  readonly known: number | null;
  /** So many of the series that are known must come along to move it: half of those that usually report. */
  readonly reportersMin: number;
}

export interface Jump {
  readonly period: number;
  /** The period before it that the project knows, or that the batch holds. */
  readonly after: number;
}

/**
 * Where the periods of a batch jump by more than is allowed.
 * @param periods of its observations, ascending
 * @param closedThrough what the sender closes: no jump is too far before it; −∞ = nothing
 */
export function jumpsOf(
  periods: Iterable<number>,
  of: { readonly known: number | null; readonly jumpPeriodsMax: number; readonly closedThrough: number },
): Jump[] {
  const jumps: Jump[] = [];
  let after = of.known;
  for (const period of periods) {
    if (after !== null && period - after > of.jumpPeriodsMax && period > of.closedThrough)
      jumps.push({ period, after });
    if (after === null || period > after) after = period;
  }
  return jumps;
}

/** What a batch holds at and after a period, and in all. */
export interface BatchShare {
  readonly rows: number;
  readonly series: number;
  readonly knownSeries: number;
  readonly rowsOfAll: number;
  readonly seriesOfAll: number;
}

/**
 * Whether a jump is what the project does, not a slip: half of those who usually report make it together; in a first batch a tenth
 * of the rows, or half of the series. Where periods do not pass with time nothing but other series can confirm a jump, and none is
 * longer than states can follow.
 */
export function isConfirmed(
  jump: Jump,
  share: BatchShare,
  of: AheadEvidence & { readonly frequency: Project['grid']['frequency'] },
): boolean {
  const isStep = of.frequency === 'step';
  if (of.known === null)
    return share.rows >= bulkShare * share.rowsOfAll || share.series * 2 >= share.seriesOfAll;
  if (isStep && jump.period - jump.after > statePeriodsMax) return false;
  return share.knownSeries >= Math.max(isStep ? 2 : 1, of.reportersMin);
}
