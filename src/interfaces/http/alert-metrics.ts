// Open alerts as gauges; severities and states are few, and projects are those that the settings name.

import { Gauge, type Registry } from 'prom-client';
import type { Alerts } from '../../services/alerts/index.ts';

export function addAlertMetrics(registry: Registry, alerts: Pick<Alerts, 'totals'>): void {
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
}
