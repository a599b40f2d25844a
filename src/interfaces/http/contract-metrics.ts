// Failed checks of data contracts as a gauge; `outcome` is one of three.

import { Gauge, type Registry } from 'prom-client';
import type { HttpServices } from './services.ts';

export function addContractMetrics(
  registry: Registry,
  { projects, contractFailures }: Pick<HttpServices, 'projects' | 'contractFailures'>,
): void {
  new Gauge({
    name: 'almanac_contract_failures',
    help: 'Since the process began: batches refused by their data contract, checks that set rows aside, checks that only reported.',
    labelNames: ['project', 'outcome'],
    // Each process counts the same events.
    aggregator: 'max',
    registers: [registry],
    collect() {
      this.reset();
      for (const { name, contract } of projects.list()) {
        if (contract.rules === undefined) continue;
        const { refused, setAside, reported } = contractFailures.of(name);
        this.set({ project: name, outcome: 'refused' }, refused);
        this.set({ project: name, outcome: 'set-aside' }, setAside);
        this.set({ project: name, outcome: 'reported' }, reported);
      }
    },
  });
}
