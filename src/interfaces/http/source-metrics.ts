// Sources as gauges; `source` is the name that the configuration gives.

import { Counter, Gauge, type Registry } from 'prom-client';
import type { SourceStatus, Sources } from '../../services/sources/index.ts';

export type DeliveryOutcome = 'taken' | 'replayed' | 'refused';

/** Counts deliveries to webhooks. */
export function addDeliveries(registry: Registry): (source: string, outcome: DeliveryOutcome) => void {
  const counter = new Counter({
    name: 'almanac_webhook_deliveries_total',
    help: 'Deliveries to a webhook; replayed = sent again and not taken twice, refused = answered with an error.',
    labelNames: ['source', 'outcome'],
    registers: [registry],
  });
  return (source, outcome) => counter.inc({ source, outcome });
}

export function addSourceGauges(registry: Registry, sources: Pick<Sources, 'list'>): void {
  const gauge = (name: string, help: string, value: (source: SourceStatus) => number | null): void => {
    new Gauge({
      name,
      help,
      labelNames: ['source'],
      // All processes read them from the store.
      aggregator: 'max',
      registers: [registry],
      async collect() {
        this.reset();
        for (const source of await sources.list()) {
          const found = value(source);
          if (found !== null) this.set({ source: source.name }, found);
        }
      },
    });
  };
  gauge(
    'almanac_source_lag_seconds',
    'Since everything that was to be seen at a source was taken in.',
    (source) => source.lagSeconds,
  );
  gauge('almanac_source_failures', 'Readings of a source that failed in a row.', ({ failures }) => failures);
  gauge('almanac_source_paused', '1 while a source waits for somebody to resume it.', ({ state }) =>
    state === 'paused' ? 1 : 0,
  );
  gauge('almanac_source_rows', 'Rows taken in, new ones and those that had changed.', ({ rows }) => rows);
  gauge(
    'almanac_source_corrections',
    'Rows taken in that say something else than before.',
    ({ corrections }) => corrections,
  );
}
