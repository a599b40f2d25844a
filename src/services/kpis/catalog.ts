// Every KPI: unit, meaning and what bounds it. The reference page is generated from this table.

export type KpiUnit = 'ratio' | 'per second' | 'seconds' | 'bytes' | 'cores' | 'count' | 'money' | 'joules';

interface KpiEntry {
  readonly group: 'Traffic' | 'Objective' | 'Queues' | 'Resources' | 'Cost and energy';
  readonly unit: KpiUnit;
  readonly meaning: string;
  /** What its `n` counts. */
  readonly counts: string;
  /** The bound in words; left out where there is none. */
  readonly bound?: string;
}

export const kpiCatalog = {
  'requests.rate': {
    group: 'Traffic',
    unit: 'per second',
    meaning: 'Requests answered per second, of all routes; event streams are left out.',
    counts: 'requests',
  },
  'requests.failed': {
    group: 'Traffic',
    unit: 'ratio',
    meaning: 'Share of requests answered with a status from 500 up.',
    counts: 'requests',
    bound: 'at most 1 − `slo.availability`',
  },
  'requests.refused': {
    group: 'Traffic',
    unit: 'ratio',
    meaning: 'Share of requests answered with a status from 400 to 499: the client was wrong.',
    counts: 'requests',
  },
  'requests.open': { group: 'Traffic', unit: 'count', meaning: 'Requests under way now.', counts: 'looks' },
  'forecasts.rate': {
    group: 'Traffic',
    unit: 'per second',
    meaning: 'Forecasts answered per second; a request for many series counts each series.',
    counts: 'forecasts',
  },
  'latency.p50': {
    group: 'Traffic',
    unit: 'seconds',
    meaning: 'Median time of forecast requests, from the request line to the end of the answer.',
    counts: 'forecast requests',
  },
  'latency.p95': {
    group: 'Traffic',
    unit: 'seconds',
    meaning: '… 95 % are faster.',
    counts: 'forecast requests',
  },
  'latency.p99': {
    group: 'Traffic',
    unit: 'seconds',
    meaning: '… 99 % are faster. From buckets, linear within one.',
    counts: 'forecast requests',
  },
  'connections.open': { group: 'Traffic', unit: 'count', meaning: 'Connections open now.', counts: 'looks' },
  'connections.refused': {
    group: 'Traffic',
    unit: 'count',
    meaning: 'Connections refused or closed in favour of others, because a limit was reached.',
    counts: 'connections',
  },
  availability: {
    group: 'Objective',
    unit: 'ratio',
    meaning: 'Share of forecast requests that did not fail, over the window of the objective.',
    counts: 'forecast requests',
    bound: 'at least `slo.availability`',
  },
  'error-budget.left': {
    group: 'Objective',
    unit: 'ratio',
    meaning: 'Share left of the failures that the objective allows; below 0 = the promise is broken.',
    counts: 'forecast requests',
    bound: 'at least 0',
  },
  'latency.slow': {
    group: 'Objective',
    unit: 'ratio',
    meaning: 'Share of forecast requests slower than `slo.latencyMs`, over the window of the objective.',
    counts: 'forecast requests',
    bound: 'at most 0.01: the objective is a 99th percentile',
  },
  'burn.page-fast': {
    group: 'Objective',
    unit: 'ratio',
    meaning:
      'How many times faster than allowed the budget is spent: the smaller of the last hour and 5 minutes.',
    counts: 'forecast requests of the longer window',
    bound: 'spends 2 % of the budget in an hour: 13.4 with 28 days',
  },
  'burn.page-slow': {
    group: 'Objective',
    unit: 'ratio',
    meaning: '… the smaller of the last 6 hours and 30 minutes.',
    counts: 'forecast requests of the longer window',
    bound: 'spends 5 % in 6 hours: 5.6 with 28 days',
  },
  'burn.ticket': {
    group: 'Objective',
    unit: 'ratio',
    meaning: '… the smaller of the last 3 days and 6 hours.',
    counts: 'forecast requests of the longer window',
    bound: 'spends 10 % in 3 days: 0.93 with 28 days',
  },
  'queue.jobs': {
    group: 'Queues',
    unit: 'count',
    meaning: 'Jobs waiting to run, 1,000 at most.',
    counts: 'looks',
  },
  'queue.predictions': {
    group: 'Queues',
    unit: 'count',
    meaning: 'Predictions of answers under way that are not durable yet.',
    counts: 'looks',
  },
  'cpu.cores': {
    group: 'Resources',
    unit: 'cores',
    meaning: 'Cores kept busy by the process, training included.',
    counts: 'samples of 5 s',
  },
  'cpu.serving': {
    group: 'Resources',
    unit: 'cores',
    meaning: 'Share of one core used by the thread that answers requests.',
    counts: 'samples of 5 s',
    bound: 'at most 0.8',
  },
  'memory.resident': {
    group: 'Resources',
    unit: 'bytes',
    meaning: 'Largest resident memory of the process.',
    counts: 'samples of 5 s',
    bound: 'at most 90 % of the memory it may use',
  },
  'memory.heap': {
    group: 'Resources',
    unit: 'bytes',
    meaning: 'Largest JavaScript heap in use.',
    counts: 'samples of 5 s',
  },
  'event-loop.delay': {
    group: 'Resources',
    unit: 'seconds',
    meaning: 'How late timers run: 99th percentile of every sample, mean over the samples.',
    counts: 'samples of 5 s',
    bound: 'at most 0.05 s',
  },
  'event-loop.delay-max': {
    group: 'Resources',
    unit: 'seconds',
    meaning: '… the largest of all.',
    counts: 'samples of 5 s',
  },
  'event-loop.busy': {
    group: 'Resources',
    unit: 'ratio',
    meaning: 'Share of the time that the event loop had something to do.',
    counts: 'samples of 5 s',
    bound: 'at most 0.9',
  },
  'cost.per-thousand-forecasts': {
    group: 'Cost and energy',
    unit: 'money',
    meaning:
      'Processor and memory of the whole process at the prices of `costs`, per 1,000 forecasts: idle time and training included.',
    counts: 'forecasts',
  },
  'cost.serving-per-thousand-forecasts': {
    group: 'Cost and energy',
    unit: 'money',
    meaning: '… processor time of the answering thread alone: what 1,000 more forecasts would cost.',
    counts: 'forecasts',
  },
  'energy.per-thousand-forecasts': {
    group: 'Cost and energy',
    unit: 'joules',
    meaning:
      "Energy of the whole process per 1,000 forecasts: the process's share, by processor time, of what the machine's processors used.",
    counts: 'forecasts',
  },
  'energy.serving-per-thousand-forecasts': {
    group: 'Cost and energy',
    unit: 'joules',
    meaning: '… by the processor time of the answering thread alone.',
    counts: 'forecasts',
  },
  'cost.per-training': {
    group: 'Cost and energy',
    unit: 'money',
    meaning: 'Processor time of the last 20 trainings at the price of `costs`, mean.',
    counts: 'trainings',
  },
  'energy.per-training': {
    group: 'Cost and energy',
    unit: 'joules',
    meaning: '… as energy, always estimated from processor time.',
    counts: 'trainings',
  },
} as const;

export type KpiName = keyof typeof kpiCatalog;

export const kpiNames: readonly KpiName[] = Object.keys(kpiCatalog) as KpiName[];

/** The entry of a KPI with its optional fields. */
export function kpiEntry(name: KpiName): KpiEntry {
  return kpiCatalog[name];
}
