// An accuracy figure never stands alone: it says how many labels were due and how many have come.

import { type AccuracyMetrics, type ErrorSums, metricsOf, noErrors } from './error-sums.ts';
import type { Label } from './labels.ts';

export interface Figure {
  /** Steps whose label is due and can be known: stock-outs are not among them. */
  readonly labelsDue: number;
  /** … and has come. */
  readonly labelsJoined: number;
  /** Steps whose period was a stock-out: demand unknown, left out of every metric. */
  readonly labelsCensored: number;
  /** labelsJoined ÷ labelsDue; null when nothing is due. */
  readonly labelCoverage: number | null;
  readonly metrics: AccuracyMetrics;
}

/** Counts and sums of one group of steps. */
export interface Group {
  due: number;
  joined: number;
  censored: number;
  readonly sums: ErrorSums;
}

/** An empty group. */
export function newGroup(): Group {
  return { due: 0, joined: 0, censored: 0, sums: noErrors() };
}

/** Counts a label that is due. */
export function addLabel(group: Group, label: Label): void {
  if (label === 'censored') {
    group.censored++;
    return;
  }
  group.due++;
  if (label !== 'unknown') group.joined++;
}

/** The figure of a group. */
export function figureOf(group: Group): Figure {
  return {
    labelsDue: group.due,
    labelsJoined: group.joined,
    labelsCensored: group.censored,
    labelCoverage: group.due > 0 ? group.joined / group.due : null,
    metrics: metricsOf(group.sums),
  };
}
