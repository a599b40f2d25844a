// The KPIs of a running server: what happened is counted by minute, what the process uses is sampled, and a report is
// computed when somebody asks. In memory: every figure says since when it counts.

import type { Clock } from '../../core/index.ts';
import {
  type CostSettings,
  type DetailRing,
  type ObjectiveRing,
  openDetail,
  openObjective,
  type ServiceObjective,
} from './counts.ts';
import { bucketOf } from './latency.ts';
import type { Reading, ResourceProbe } from './probe.ts';
import { type KpiReport, type Now, reportOf } from './report.ts';

export interface KpiTimers {
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
}

export interface KpiOptions {
  /** The machine's clock, also where data lives in a simulated one. */
  readonly clock: Clock;
  readonly timers: KpiTimers;
  readonly probe: ResourceProbe;
  readonly objective: ServiceObjective;
  readonly costs: CostSettings;
}

/** One request that was answered, or given up by its client. */
export interface RequestOutcome {
  readonly seconds: number;
  /** HTTP status; null when the client left before the answer. */
  readonly status: number | null;
  /** It asked for forecasts: the objective counts it. */
  readonly forecast: boolean;
}

const sampleMs = 5000;

export class Kpis {
  readonly #options: KpiOptions;
  readonly #detail: DetailRing;
  readonly #objective: ObjectiveRing;
  #last: { readonly atMs: number; readonly reading: Reading };
  #timer: unknown;

  constructor(options: KpiOptions) {
    this.#options = options;
    const sinceMs = options.clock.now();
    this.#detail = openDetail(sinceMs);
    this.#objective = openObjective(options.objective, sinceMs);
    this.#last = { atMs: sinceMs, reading: options.probe.read() };
  }

  get objective(): ServiceObjective {
    return this.#options.objective;
  }

  /** Begins to sample what the process uses. */
  start(): void {
    const { timers } = this.#options;
    const again = (): void => {
      this.sample();
      this.#timer = timers.setTimeout(again, sampleMs);
    };
    this.#timer = timers.setTimeout(again, sampleMs);
  }

  stop(): void {
    this.#options.timers.clearTimeout(this.#timer);
    this.#options.probe.close();
  }

  /** Counts a request. One that its client gave up before it was slow is nobody's failure and not counted. */
  countRequest({ seconds, status, forecast }: RequestOutcome): void {
    const now = this.#options.clock.now();
    const slow = seconds * 1000 > this.#options.objective.latencyMs;
    if (status === null && !slow) return;
    const failed = status === null || status >= 500;
    this.#detail.add(now, 'requests', 1);
    if (failed) this.#detail.add(now, 'failed', 1);
    else if (status >= 400) this.#detail.add(now, 'refused', 1);
    // What a client did wrong says nothing about the promise.
    if (!forecast || (!failed && status >= 400)) return;
    this.#detail.add(now, 'asked', 1);
    this.#detail.add(now, `bucket${bucketOf(seconds)}`, 1);
    this.#detail.raise(now, 'slowest', seconds);
    this.#objective.add(now, 'asked', 1);
    if (failed) this.#objective.add(now, 'failed', 1);
    if (slow) this.#objective.add(now, 'slow', 1);
  }

  /** @param count series forecast */
  countForecasts(count: number): void {
    this.#detail.add(this.#options.clock.now(), 'forecasts', count);
  }

  countRefusedConnection(): void {
    this.#detail.add(this.#options.clock.now(), 'connectionsRefused', 1);
  }

  /** Takes in what the process has used since the last sample. */
  sample(): void {
    const { clock, probe } = this.#options;
    const now = clock.now();
    const seconds = (now - this.#last.atMs) / 1000;
    if (seconds <= 0) return;
    const reading = probe.read();
    const used = usedSince(this.#last.reading, reading);
    this.#last = { atMs: now, reading };
    const detail = this.#detail;
    detail.add(now, 'samples', 1);
    detail.add(now, 'seconds', seconds);
    detail.add(now, 'cpuSeconds', used.cpuSeconds);
    detail.add(now, 'servingCpuSeconds', used.servingCpuSeconds);
    detail.add(now, 'byteSeconds', reading.residentBytes * seconds);
    detail.raise(now, 'residentBytes', reading.residentBytes);
    detail.raise(now, 'heapBytes', reading.heapBytes);
    detail.add(now, 'loopDelaySeconds', reading.loopDelaySeconds);
    detail.raise(now, 'loopDelaySecondsMax', reading.loopDelaySecondsMax);
    detail.add(now, 'loopBusySeconds', reading.loopBusy * seconds);
    const watts = this.#options.costs.wattsPerCore;
    detail.add(now, 'joules', used.joules ?? used.cpuSeconds * watts);
    detail.add(now, 'servingJoules', used.servingJoules ?? used.servingCpuSeconds * watts);
    if (used.joules !== null) detail.add(now, 'secondsMetered', seconds);
  }

  /**
   * All figures, those of the objective over its own window.
   * @param options.minutes window of the others, 1 to 1,440
   * @param options.now what only the caller knows of this moment
   */
  report(options: { readonly minutes: number; readonly now: Now }): KpiReport {
    this.sample();
    const { clock, probe, objective, costs } = this.#options;
    return reportOf({
      atMs: clock.now(),
      detail: this.#detail,
      kept: this.#objective,
      machine: probe,
      objective,
      costs,
      ...options,
    });
  }
}

interface Used {
  readonly cpuSeconds: number;
  readonly servingCpuSeconds: number;
  /** The process's share of the machine's energy; null where that is not known. */
  readonly joules: number | null;
  readonly servingJoules: number | null;
}

/** The process's part of the machine's energy is its part of the machine's processor time. */
function usedSince(before: Reading, now: Reading): Used {
  const cpuSeconds = Math.max(0, now.cpuSeconds - before.cpuSeconds);
  const servingCpuSeconds = Math.max(0, now.servingCpuSeconds - before.servingCpuSeconds);
  if (before.machineJoules === null || now.machineJoules === null)
    return { cpuSeconds, servingCpuSeconds, joules: null, servingJoules: null };
  const machineCpu = Math.max(now.machineCpuSeconds - before.machineCpuSeconds, cpuSeconds);
  const perSecond = machineCpu > 0 ? (now.machineJoules - before.machineJoules) / machineCpu : 0;
  return {
    cpuSeconds,
    servingCpuSeconds,
    joules: perSecond * cpuSeconds,
    servingJoules: perSecond * servingCpuSeconds,
  };
}
