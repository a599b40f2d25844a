// How late the data of a project usually are, from its own batches: what is later than that is silent.

import { periodOf } from '../../core/index.ts';
import type { BatchRecord } from '../../storage/ports/index.ts';
import type { Facts } from './rule.ts';

export interface Lag {
  /** The newest period that is over by the calendar. */
  readonly lastFinished: number;
  /** Periods that are over and of which no data have come. */
  readonly behind: number;
  /** As many as there usually are just before the next batch, and one more. */
  readonly tolerated: number;
  /** Batches that it is known from. */
  readonly batches: number;
}

/** Fewer batches do not say how often data come. */
const batchesMin = 5;
const share = 0.9;

/**
 * @param batches newest first
 * @returns undefined where periods do not pass with time, or too few batches have come to know what is usual
 */
export function tolerance(
  { project, zone, now }: Pick<Facts, 'project' | 'zone' | 'now'>,
  batches: readonly BatchRecord[],
): Lag | undefined {
  if (project.grid.frequency === 'step') return undefined;
  const finishedAt = (ms: number): number => periodOf(project.grid, ms + zone.offsetAt(ms)) - 1;
  const brought = batches
    .flatMap(({ receivedAt, periodMax }) => (periodMax === null ? [] : [{ receivedAt, periodMax }]))
    .sort((a, b) => a.receivedAt - b.receivedAt);
  if (brought.length < batchesMin) return undefined;
  let newest = Number.NEGATIVE_INFINITY;
  // Just before a batch: how far what was there lay behind.
  const behinds: number[] = [];
  for (const { receivedAt, periodMax } of brought) {
    if (Number.isFinite(newest)) behinds.push(Math.max(0, finishedAt(receivedAt) - newest));
    newest = Math.max(newest, periodMax);
  }
  behinds.sort((a, b) => a - b);
  const usual = behinds[Math.min(behinds.length - 1, Math.floor(share * behinds.length))] ?? 0;
  const lastFinished = finishedAt(now);
  return {
    lastFinished,
    behind: Math.max(0, lastFinished - newest),
    tolerated: usual + 1,
    batches: brought.length,
  };
}
