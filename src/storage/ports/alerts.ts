// Alerts and what is still to be told of them: an alert, the event and what is to be sent are one commit.

import type { Alert, NewEvent } from '../../core/index.ts';
import type { JsonObject } from './json.ts';

/** Something to be sent by a route. */
export interface NewDelivery {
  readonly id: string;
  readonly project: string;
  readonly route: string;
  /** What waits under the same key is sent together. */
  readonly groupKey: string;
  /** Not before then. */
  readonly dueAt: number;
  readonly createdAt: number;
  readonly items: readonly JsonObject[];
}

export interface DeliveryRecord extends NewDelivery {
  readonly state: 'waiting' | 'sent' | 'failed';
  /** Begun; one that is waiting with some has failed, or its process ended meanwhile. */
  readonly tries: number;
  readonly endedAt: number | null;
  /** Of the last try that failed. */
  readonly error: string | null;
}

/** How the deliveries of one route stand. */
export interface RouteTotals {
  readonly route: string;
  readonly waiting: number;
  readonly sent: number;
  readonly failed: number;
  readonly lastSentAt: number | null;
  /** Of the newest that has failed, for good or so far. */
  readonly lastError: string | null;
}

/** What one change of an alert brings. */
export interface AlertChange {
  readonly alert: Alert;
  readonly events: readonly NewEvent[];
  readonly deliveries: readonly NewDelivery[];
}

export interface AlertQuery {
  readonly project?: string | undefined;
  /** Only those that are not resolved. */
  readonly open?: boolean | undefined;
  /** Only those that ended, or were seen to hold, since then. */
  readonly since?: number | undefined;
  readonly limit: number;
}

export interface AlertStore {
  /**
   * Reads one alert, changes it, and writes what comes of it, in one transaction.
   * @param change pure: it may be called again. Undefined = nothing changes
   * @returns the alert as it is then; undefined when there is none
   */
  changeAlert(
    of: { readonly project: string; readonly fingerprint: string },
    change: (known: Alert | undefined) => AlertChange | undefined,
  ): Promise<Alert | undefined>;
  findAlert(id: string): Promise<Alert | undefined>;
  /** Those that are open first, the newest first. Cost: O(limit) */
  listAlerts(query: AlertQuery): Promise<Alert[]>;
  /** The oldest that are due, of one route. */
  dueDeliveries(options: {
    readonly route: string;
    readonly now: number;
    readonly limit: number;
  }): Promise<DeliveryRecord[]>;
  /** Before a try: whoever is first has it. @returns false when somebody else was, or it has ended */
  claimDelivery(id: string, of: { readonly tries: number; readonly dueAt: number }): Promise<boolean>;
  /** After a try. `waiting` = it failed and is tried again at `dueAt`. */
  endDelivery(
    id: string,
    of: {
      readonly state: DeliveryRecord['state'];
      readonly error: string | null;
      readonly at: number;
      readonly dueAt: number;
    },
  ): Promise<void>;
  deliveryTotals(): Promise<RouteTotals[]>;
  /** Removes alerts that were resolved, and deliveries that ended, before then. @returns how many */
  forgetAlerts(before: number): Promise<number>;
}
