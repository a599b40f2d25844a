// Which ages things may reach, and what has outlived them.

import type { RetentionKind } from '../../storage/ports/index.ts';

export type { RetentionKind };

/** Days that each kind is kept; 0 = for ever. */
export interface RetentionAges {
  readonly predictionsDays: number;
  readonly exposuresDays: number;
  readonly eventsDays: number;
  readonly jobsDays: number;
  readonly quarantineDays: number;
  readonly modelsDays: number;
  readonly filesDays: number;
}

const dayMs = 86_400_000;

export const ageKinds: readonly RetentionKind[] = [
  'predictions',
  'exposures',
  'events',
  'jobs',
  'quarantine',
  'models',
];

/** What of a kind was made before this may go; undefined = nothing. */
export function before(ages: RetentionAges, kind: RetentionKind, now: number): number | undefined {
  const days = ages[`${kind}Days`];
  return days === 0 ? undefined : now - days * dayMs;
}

/** Files that nothing names and that have not changed since this may go; undefined = none. */
export function filesBefore(ages: RetentionAges, now: number): number | undefined {
  return ages.filesDays === 0 ? undefined : now - ages.filesDays * dayMs;
}

/** What would go if retention ran now. */
export interface RetentionLook {
  readonly kind: RetentionKind | 'files';
  readonly days: number;
  readonly count: number;
  /** Of files. */
  readonly sizeBytes: number | null;
}
