// Alerts as every door answers them.

import type { AlertEvidence, AlertSeverity, AlertState } from './alert.ts';
import type { AlertRouteKind } from './alert-route.ts';

export interface ShownAlertWord {
  by: string;
  at: string;
  reason: string;
}

export interface ShownAlert {
  id: string;
  project: string;
  rule: string;
  subject: string;
  fingerprint: string;
  state: AlertState;
  severity: AlertSeverity;
  owner: string | null;
  summary: string;
  evidence: AlertEvidence;
  /** Page of the dashboard with the evidence. */
  page: string;
  runbook: string | null;
  /** When this episode began, when it was last found to hold, and when it was over. */
  firstAt: string;
  lastAt: string;
  resolvedAt: string | null;
  resolvedBy: ShownAlertWord | null;
  acknowledged: ShownAlertWord | null;
  silence: (ShownAlertWord & { until: string }) | null;
  /** How often its condition has begun. */
  episodes: number;
}

/** How a route stands. */
export interface ShownAlertRoute {
  name: string;
  kind: AlertRouteKind;
  /** Deliveries that wait, were sent, and were given up. */
  waiting: number;
  sent: number;
  failed: number;
  lastSentAt: string | null;
  /** Of the newest delivery that has not been sent. */
  lastError: string | null;
}
