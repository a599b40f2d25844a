// Door of `kpis`: how serving runs, against what was promised, and what it costs.
export { type KpiName, type KpiUnit, kpiCatalog, kpiEntry, kpiNames } from './catalog.ts'; // every figure, as data
export { type CostSettings, detailMinutes, type ServiceObjective } from './counts.ts'; // what is counted and promised
export type { Bound, Figure } from './figure.ts'; // a value with what it rests on
export { Kpis, type KpiTimers, type RequestOutcome } from './kpis.ts'; // counting and sampling
export { latencyBounds } from './latency.ts'; // the buckets of latency
export { openProbe, type Reading, type ResourceProbe } from './probe.ts'; // what the process uses
export type { KpiReport, Now } from './report.ts'; // all figures at a moment
export type { BurnState } from './slo.ts'; // a burn-rate rule with what was found
