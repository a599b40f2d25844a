// The metrics of all processes as one text: each answers the primary's question with its own.

import { AggregatorRegistry, type Registry, type RegistryContentType } from 'prom-client';

let aggregator: AggregatorRegistry<RegistryContentType> | undefined;

/** In the primary. How values of one name are put together is a setting of the metric, by default their sum. */
export async function metricsOfProcesses(): Promise<string> {
  aggregator ??= new AggregatorRegistry();
  return await aggregator.clusterMetrics();
}

/** In a serving process: the primary will ask for these. */
export function shareMetrics(registry: Registry): void {
  aggregator ??= new AggregatorRegistry();
  AggregatorRegistry.setRegistries(registry);
}
