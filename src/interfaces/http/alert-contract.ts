// The API's types of alerts: part of `contract.ts`, which is where to import them from.

import type { AlertState, ShownAlert } from '../../core/index.ts';

export type {
  AlertEvidence,
  AlertSeverity,
  AlertState,
  ShownAlert as Alert,
  ShownAlertRoute as AlertRoute,
} from '../../core/index.ts';

export interface AlertList {
  /** Those that are open first, the newest first. */
  items: ShownAlert[];
}

/** What somebody says of an alert. */
export interface AlertSaying {
  reason?: string;
}

/** One of the two ends. */
export interface SilenceRequest extends AlertSaying {
  until?: string;
  minutes?: number;
}

export type AlertStateAsked = AlertState | 'all';
