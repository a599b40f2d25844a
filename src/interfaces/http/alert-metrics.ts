// Open alerts, and what is sent of them, as gauges; severities and states are few, projects and routes those that the settings name.

import { Gauge, type Registry } from 'prom-client';
import type { ShownAlertRoute } from '../../core/index.ts';
import type { AlertRoutes, Alerts } from '../../services/alerts/index.ts';

export function addAlertMetrics(
  registry: Registry,
  { alerts, alertRoutes }: { alerts: Pick<Alerts, 'totals'>; alertRoutes: Pick<AlertRoutes, 'list'> },
): void {
  new Gauge({
    name: 'almanac_alerts',
    help: 'Alerts that are not resolved.',
    labelNames: ['project', 'severity', 'state'],
    // All processes read them from the store.
    aggregator: 'max',
    registers: [registry],
    async collect() {
      this.reset();
      for (const { project, severity, state, count } of await alerts.totals())
        this.set({ project, severity, state }, count);
    },
  });
  const ofRoutes = (name: string, help: string, value: (route: ShownAlertRoute) => number): void => {
    new Gauge({
      name,
      help,
      labelNames: ['route'],
      aggregator: 'max',
      registers: [registry],
      async collect() {
        this.reset();
        for (const route of await alertRoutes.list()) this.set({ route: route.name }, value(route));
      },
    });
  };
  ofRoutes(
    'almanac_alert_deliveries_waiting',
    'Deliveries of alerts not sent yet.',
    ({ waiting }) => waiting,
  );
  ofRoutes('almanac_alert_deliveries_sent', 'Deliveries sent in the last 90 days.', ({ sent }) => sent);
  ofRoutes(
    'almanac_alert_deliveries_failed',
    'Deliveries given up in the last 90 days.',
    ({ failed }) => failed,
  );
}
