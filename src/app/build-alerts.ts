// Builds alerts: the service and the routes that every process has. What looks at projects and what sends is built in the one that works
// in the background.

import { type Alerting, type AlertRoute, alertPolicy } from '../core/index.ts';
import { secretOf } from '../interfaces/config/index.ts';
import { AlertRoutes, Alerts, type AlertsOptions, planner } from '../services/alerts/index.ts';
import type { ControlStore } from '../storage/ports/index.ts';

export function buildAlerts(
  parts: Pick<AlertsOptions, 'clock' | 'ids'> & {
    readonly store: ControlStore;
    readonly config: { readonly alerting: Alerting; readonly alertRoutes: readonly AlertRoute[] };
  },
): { alerts: Alerts; alertRoutes: AlertRoutes } {
  const { store, clock, ids, config } = parts;
  const { alerting, alertRoutes: routes } = config;
  const { escalateMinutes } = alerting;
  const policy = { ...alertPolicy, escalateMs: escalateMinutes === 0 ? null : escalateMinutes * 60_000 };
  return {
    alerts: new Alerts({ store, clock, ids, policy, plan: planner({ routes, alerting, ids }) }),
    alertRoutes: new AlertRoutes({ store, clock, ids, routes, alerting, secretOf }),
  };
}
