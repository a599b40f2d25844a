// What is said of demand, wherever it is kept.

import type { ObservationStatus } from '../../core/index.ts';

/** What is said of the demand of one series and period. */
export interface Word {
  /** NaN = unknown. */
  readonly value: number;
  readonly status: ObservationStatus;
}
