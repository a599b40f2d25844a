// Rows as senders write them, right and wrong, and what must become of each.

import type { SimProject, SimSeries } from './world.ts';
import { timeOf } from './world.ts';

/** What is the matter with a row; `plain` and `null` are as they should be. */
export const rowKinds = [
  'plain',
  /** The target is null: demand is unknown, and the sender says so. */
  'null',
  /** "1,050" */
  'bad-cell',
  /** −4 where demand cannot be below zero. */
  'negative',
  /** Two rows of one period that say 50 and 53: refused, or what the rule of the project makes of them. */
  'conflict',
  /** A thousand times the usual. */
  'unit-jump',
  /** A device whose clock is a year off, or the step 900000000. */
  'far-ahead',
  /** A JSON row without the target field. */
  'no-target',
] as const;
export type RowKind = (typeof rowKinds)[number];

export interface SentRow {
  readonly series: SimSeries;
  readonly period: number;
  readonly kind: RowKind;
  /** Units that were meant. */
  readonly units: number;
}

/** What two rows of one period say. */
export const conflictUnits = [50, 53] as const;
const stepFarAhead = 900_000_000;
const jumpFactor = 1000;

/** The rows as a JSON body. */
export function bodyOf(sim: SimProject, rows: readonly SentRow[]): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(rows.flatMap((row) => written(sim, row))));
}

function written(sim: SimProject, row: SentRow): Record<string, unknown>[] {
  const { project } = sim;
  const { series, kind, units } = row;
  const names = Object.fromEntries(project.columns.series.map((name, i) => [name, series.parts[i]]));
  const base = { ...names, [project.columns.time]: timeOf(sim, periodWritten(sim, row)) };
  const target = project.columns.target;
  switch (kind) {
    case 'plain':
    case 'far-ahead':
      return [{ ...base, [target]: units }];
    case 'null':
      return [{ ...base, [target]: null }];
    case 'bad-cell':
      return [{ ...base, [target]: '1,050' }];
    case 'negative':
      return [{ ...base, [target]: -4 }];
    case 'conflict':
      return conflictUnits.map((value) => ({ ...base, [target]: value }));
    case 'unit-jump':
      return [{ ...base, [target]: (units + 1000) * jumpFactor }];
    case 'no-target':
      return [base];
  }
}

/** The period that the row says. */
function periodWritten({ project }: SimProject, { kind, period }: SentRow): number {
  if (kind !== 'far-ahead') return period;
  if (project.grid.frequency === 'step') return stepFarAhead;
  const perYear = { hour: 8760, day: 365, week: 52 };
  return period + perYear[project.grid.frequency as keyof typeof perYear];
}

/** Rows as the batch counts them. */
export function rowCount(rows: readonly SentRow[]): number {
  return rows.reduce((sum, { kind }) => sum + (kind === 'conflict' ? 2 : 1), 0);
}
