// From counts to figures. Pure: the same rings at the same moment give the same report.

import type { KpiName } from './catalog.ts';
import type { CostSettings, DetailRing, ObjectiveRing, ServiceObjective } from './counts.ts';
import { atLeast, atMost, type Figure, figure, ratio } from './figure.ts';
import { latencyBounds, quantileOf } from './latency.ts';
import type { Window } from './minute-ring.ts';
import { availabilityOf, type BurnState, budgetLeft, burnRules, burnState, type Outcomes } from './slo.ts';

/** What the rings do not hold: how things stand at this moment. */
export interface Now {
  readonly requestsOpen: number;
  readonly connectionsOpen: number;
  readonly jobsQueued: number;
  readonly predictionsWaiting: number;
  /** Processor seconds of the last trainings that ended. */
  readonly trainingCpuSeconds: readonly number[];
}

export interface KpiReport {
  readonly atMs: number;
  /** Since when is counted: the start of the server. */
  readonly sinceMs: number;
  readonly window: Window;
  readonly objective: ServiceObjective;
  readonly costs: CostSettings;
  readonly figures: Readonly<Record<KpiName, Figure>>;
  readonly burn: readonly BurnState[];
}

export interface ReportParts {
  readonly atMs: number;
  readonly detail: DetailRing;
  readonly kept: ObjectiveRing;
  readonly machine: { readonly memoryBytes: number };
  readonly objective: ServiceObjective;
  readonly costs: CostSettings;
  readonly minutes: number;
  readonly now: Now;
}

/** Share of forecast requests that may be slower than the objective's latency. */
const slowShareMax = 0.01;
const servingCoresMax = 0.8;
const memoryShareMax = 0.9;
const loopDelaySecondsMax = 0.05;
const loopBusyMax = 0.9;
const hourSeconds = 3600;
const gigabyte = 1e9;
const noRequest = 'no forecast request came in the window';
const noForecast = 'no forecast was made in the window';

export function reportOf(parts: ReportParts): KpiReport {
  const { atMs, detail, kept, objective, costs, minutes } = parts;
  const window = detail.window(atMs, minutes);
  const burn = burnOf(kept, objective, atMs);
  return {
    atMs,
    sinceMs: detail.sinceMs,
    window,
    objective,
    costs,
    figures: {
      ...traffic(parts, window),
      ...objectiveFigures(parts, burn),
      ...resources(parts, window),
      ...costFigures(parts, window),
    },
    burn,
  };
}

type Figures<Names extends string> = Record<Extract<KpiName, Names>, Figure>;

function traffic(
  { detail, objective, now, atMs }: ReportParts,
  window: Window,
): Figures<
  | `requests.${string}`
  | `forecasts.${string}`
  | `latency.p${string}`
  | `connections.${string}`
  | `queue.${string}`
> {
  const requests = detail.sum('requests', window);
  const asked = detail.sum('asked', window);
  const forecasts = detail.sum('forecasts', window);
  const seconds = (window.toMs - window.fromMs) / 1000;
  const counts = latencyBounds.map((_, i) => detail.sum(`bucket${i}`, window));
  counts.push(detail.sum(`bucket${latencyBounds.length}`, window));
  const slowest = detail.max('slowest', window);
  const latency = (level: number): Figure =>
    figure({ value: quantileOf(counts, level, slowest), n: asked, window, otherwise: noRequest });
  const share = (part: 'failed' | 'refused'): number | null => ratio(detail.sum(part, window), requests);
  const look = (value: number): Figure => figure({ value, n: 1, window: { fromMs: atMs, toMs: atMs } });
  const refused = detail.sum('connectionsRefused', window);
  const justBegun = 'counting has only just begun';
  return {
    'requests.rate': figure({ value: ratio(requests, seconds), n: requests, window, otherwise: justBegun }),
    'requests.failed': figure({
      value: share('failed'),
      n: requests,
      window,
      bound: atMost(1 - objective.availability),
      otherwise: 'no request came in the window',
    }),
    'requests.refused': figure({
      value: share('refused'),
      n: requests,
      window,
      otherwise: 'no request came in the window',
    }),
    'requests.open': look(now.requestsOpen),
    'forecasts.rate': figure({
      value: ratio(forecasts, seconds),
      n: forecasts,
      window,
      otherwise: justBegun,
    }),
    'latency.p50': latency(0.5),
    'latency.p95': latency(0.95),
    'latency.p99': latency(0.99),
    'connections.open': look(now.connectionsOpen),
    'connections.refused': figure({ value: refused, n: refused, window }),
    'queue.jobs': look(now.jobsQueued),
    'queue.predictions': look(now.predictionsWaiting),
  };
}

function burnOf(kept: ObjectiveRing, objective: ServiceObjective, atMs: number): BurnState[] {
  const seen = (minutes: number): Outcomes => {
    const window = kept.window(atMs, minutes);
    return { n: kept.sum('asked', window), failed: kept.sum('failed', window) };
  };
  return burnRules(objective).map((rule) =>
    burnState(objective, rule, { long: seen(rule.longMinutes), short: seen(rule.shortMinutes) }),
  );
}

function objectiveFigures(
  { kept, objective, atMs }: ReportParts,
  burn: readonly BurnState[],
): Figures<'availability' | 'error-budget.left' | 'latency.slow' | `burn.${string}`> {
  const window = kept.window(atMs, kept.minutes);
  const seen = { n: kept.sum('asked', window), failed: kept.sum('failed', window) };
  const about = { n: seen.n, window, otherwise: noRequest };
  const burnFigure = (name: BurnState['name']): Figure => {
    const state = burn.find((one) => one.name === name);
    if (state === undefined)
      return figure({
        value: null,
        n: 0,
        window,
        otherwise: 'its window is longer than that of the objective',
      });
    const { long, short } = state;
    return figure({
      value: long.rate === null ? null : Math.min(long.rate, short.rate ?? 0),
      n: long.n,
      window: kept.window(atMs, state.longMinutes),
      bound: atMost(state.rate),
      within: state.burning === null ? null : !state.burning,
      otherwise: noRequest,
    });
  };
  return {
    availability: figure({
      ...about,
      value: availabilityOf(seen),
      bound: atLeast(objective.availability),
    }),
    'error-budget.left': figure({ ...about, value: budgetLeft(objective, seen), bound: atLeast(0) }),
    'latency.slow': figure({
      ...about,
      value: ratio(kept.sum('slow', window), seen.n),
      bound: atMost(slowShareMax),
    }),
    'burn.page-fast': burnFigure('page-fast'),
    'burn.page-slow': burnFigure('page-slow'),
    'burn.ticket': burnFigure('ticket'),
  };
}

function resources(
  { detail, machine }: ReportParts,
  window: Window,
): Figures<`cpu.${string}` | `memory.${string}` | `event-loop.${string}`> {
  const n = detail.sum('samples', window);
  const seconds = detail.sum('seconds', window);
  const about = { n, window, otherwise: 'nothing was sampled yet' };
  const most = (column: 'residentBytes' | 'heapBytes' | 'loopDelaySecondsMax'): number | null =>
    n === 0 ? null : detail.max(column, window);
  return {
    'cpu.cores': figure({ ...about, value: ratio(detail.sum('cpuSeconds', window), seconds) }),
    'cpu.serving': figure({
      ...about,
      value: ratio(detail.sum('servingCpuSeconds', window), seconds),
      bound: atMost(servingCoresMax),
    }),
    'memory.resident': figure({
      ...about,
      value: most('residentBytes'),
      bound: atMost(memoryShareMax * machine.memoryBytes),
    }),
    'memory.heap': figure({ ...about, value: most('heapBytes') }),
    'event-loop.delay': figure({
      ...about,
      value: ratio(detail.sum('loopDelaySeconds', window), n),
      bound: atMost(loopDelaySecondsMax),
    }),
    'event-loop.delay-max': figure({ ...about, value: most('loopDelaySecondsMax') }),
    'event-loop.busy': figure({
      ...about,
      value: ratio(detail.sum('loopBusySeconds', window), seconds),
      bound: atMost(loopBusyMax),
    }),
  };
}

function costFigures(
  { detail, costs, now }: ReportParts,
  window: Window,
): Figures<`cost.${string}` | `energy.${string}`> {
  const n = detail.sum('forecasts', window);
  const perThousand = (value: number): number | null => ratio(value * 1000, n);
  const cpu = (seconds: number): number => (seconds / hourSeconds) * costs.perCoreHour;
  const memory = (detail.sum('byteSeconds', window) / gigabyte / hourSeconds) * costs.perMemoryGigabyteHour;
  // Measured only where all of the window was.
  const estimated = detail.sum('secondsMetered', window) < detail.sum('seconds', window);
  const about = { n, window, otherwise: noForecast };
  const trainings = now.trainingCpuSeconds;
  const training = ratio(
    trainings.reduce((sum, seconds) => sum + seconds, 0),
    trainings.length,
  );
  const ofTraining = (value: number | null, estimate: boolean): Figure =>
    figure({
      value,
      n: trainings.length,
      window,
      otherwise: 'no training has ended yet',
      estimated: estimate,
    });
  return {
    'cost.per-thousand-forecasts': figure({
      ...about,
      value: perThousand(cpu(detail.sum('cpuSeconds', window)) + memory),
    }),
    'cost.serving-per-thousand-forecasts': figure({
      ...about,
      value: perThousand(cpu(detail.sum('servingCpuSeconds', window))),
    }),
    'energy.per-thousand-forecasts': figure({
      ...about,
      value: perThousand(detail.sum('joules', window)),
      estimated,
    }),
    'energy.serving-per-thousand-forecasts': figure({
      ...about,
      value: perThousand(detail.sum('servingJoules', window)),
      estimated,
    }),
    'cost.per-training': ofTraining(training === null ? null : cpu(training), false),
    'energy.per-training': ofTraining(training === null ? null : training * costs.wattsPerCore, true),
  };
}
