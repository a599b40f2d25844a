// Builds alerts: the service that every process has.

import { alertPolicy } from '../core/index.ts';
import { Alerts, type AlertsOptions } from '../services/alerts/index.ts';

export function buildAlerts(parts: Pick<AlertsOptions, 'store' | 'clock' | 'ids'>): Alerts {
  return new Alerts({ ...parts, policy: alertPolicy, plan: () => [] });
}
