// What is said of demand, wherever it is kept.

import type { ObservationStatus } from '../../core/index.ts';

/** What is said of the demand of one series and period. */
export interface Word {
  /** NaN = unknown. */
  readonly value: number;
  readonly status: ObservationStatus;
}

/** What the rows of a period come to that were accepted, while others of it wait in quarantine; status `refused` = none was. */
export interface OpenSum extends Word {
  /** Refused rows that nobody has sent again or given up. */
  readonly rows: number;
}

/** What is known of a period, and of a sum with rows that wait what the others come to: its demand is unknown. */
export interface KnownWord extends Word {
  /** Absent = no row waits. */
  readonly open?: OpenSum | undefined;
}
