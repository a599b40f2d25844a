// The KPIs as the API tells them. Types only.

/** Names as in docs/reference/kpis.md. */
export type KpiName =
  | 'requests.rate'
  | 'requests.failed'
  | 'requests.refused'
  | 'requests.open'
  | 'forecasts.rate'
  | 'latency.p50'
  | 'latency.p95'
  | 'latency.p99'
  | 'connections.open'
  | 'connections.refused'
  | 'availability'
  | 'error-budget.left'
  | 'latency.slow'
  | 'burn.page-fast'
  | 'burn.page-slow'
  | 'burn.ticket'
  | 'queue.jobs'
  | 'queue.predictions'
  | 'cpu.cores'
  | 'cpu.serving'
  | 'memory.resident'
  | 'memory.heap'
  | 'event-loop.delay'
  | 'event-loop.delay-max'
  | 'event-loop.busy'
  | 'cost.per-thousand-forecasts'
  | 'cost.serving-per-thousand-forecasts'
  | 'energy.per-thousand-forecasts'
  | 'energy.serving-per-thousand-forecasts'
  | 'cost.per-training'
  | 'energy.per-training';

export interface KpiFigure {
  /** Null when it cannot be told; `reason` then says why. */
  value: number | null;
  unit: 'ratio' | 'per second' | 'seconds' | 'bytes' | 'cores' | 'count' | 'money' | 'joules';
  /** How many things it rests on. */
  n: number;
  from: string;
  to: string;
  bound: { kind: 'at-most' | 'at-least'; value: number } | null;
  /** Null without a bound, or when it cannot be told. */
  within: boolean | null;
  reason: string | null;
  /** Computed from something else than was asked for, such as energy from processor time. */
  estimated: boolean;
}

export interface KpiBurn {
  minutes: number;
  n: number;
  failed: number;
  /** Times the rate that spends the budget exactly by the end of the window of the objective. */
  rate: number | null;
}

export interface Kpis {
  at: string;
  /** Since when is counted: the start of the server. */
  since: string;
  /** No figure is out of its bound. */
  within: boolean;
  objective: { availability: number; windowDays: number; latencyMs: number };
  costs: { currency: string; perCoreHour: number; perMemoryGigabyteHour: number; wattsPerCore: number };
  figures: Record<KpiName, KpiFigure>;
  /** Burn-rate rules: both windows must exceed `rate`; null = too little came to tell. */
  burn: { rule: string; rate: number; burning: boolean | null; long: KpiBurn; short: KpiBurn }[];
}
