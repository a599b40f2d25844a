// What is counted by minute, and the settings that the counts are judged by.

import { latencyBounds } from './latency.ts';
import { MinuteRing } from './minute-ring.ts';
import type { Objective } from './slo.ts';

/** The promise that serving is held to. */
export interface ServiceObjective extends Objective {
  /** 99 % of forecast requests must be faster, milliseconds. */
  readonly latencyMs: number;
}

export interface CostSettings {
  /** Such as `EUR`: a name for what the prices are in. */
  readonly currency: string;
  readonly perCoreHour: number;
  readonly perMemoryGigabyteHour: number;
  /** Watts of a busy core, where the machine does not tell its energy. */
  readonly wattsPerCore: number;
}

/** Counts of the last day, for windows of minutes to hours. */
export type DetailColumn =
  | 'requests'
  /** … answered with 500 up, or given up late. */
  | 'failed'
  /** … answered with 400 to 499. */
  | 'refused'
  /** Forecast requests that the objective counts, their latency by bucket, and the slowest in seconds. */
  | 'asked'
  | `bucket${number}`
  | 'slowest'
  | 'forecasts'
  | 'connectionsRefused'
  /** What the process used, by samples. */
  | 'samples'
  | 'seconds'
  | 'cpuSeconds'
  | 'servingCpuSeconds'
  | 'byteSeconds'
  | 'residentBytes'
  | 'heapBytes'
  | 'loopDelaySeconds'
  | 'loopDelaySecondsMax'
  | 'loopBusySeconds'
  | 'joules'
  | 'servingJoules'
  /** Seconds of samples whose energy was metered, not estimated. */
  | 'secondsMetered';

/** Counts of the whole window of the objective: few, since it is long. */
export type ObjectiveColumn = 'asked' | 'failed' | 'slow';

export type DetailRing = MinuteRing<DetailColumn>;
export type ObjectiveRing = MinuteRing<ObjectiveColumn>;

const detailColumns: readonly DetailColumn[] = [
  'requests',
  'failed',
  'refused',
  'asked',
  ...Array.from({ length: latencyBounds.length + 1 }, (_, i) => `bucket${i}` as const),
  'slowest',
  'forecasts',
  'connectionsRefused',
  'samples',
  'seconds',
  'cpuSeconds',
  'servingCpuSeconds',
  'byteSeconds',
  'residentBytes',
  'heapBytes',
  'loopDelaySeconds',
  'loopDelaySecondsMax',
  'loopBusySeconds',
  'joules',
  'servingJoules',
  'secondsMetered',
];

const dayMinutes = 1440;
/** Minutes that details are kept: the longest window a report may ask for. */
export const detailMinutes: number = dayMinutes;

export function openDetail(sinceMs: number): DetailRing {
  return new MinuteRing(detailColumns, { minutes: detailMinutes, sinceMs });
}

export function openObjective({ windowDays }: Objective, sinceMs: number): ObjectiveRing {
  const minutes = Math.max(1, Math.round(windowDays * dayMinutes));
  return new MinuteRing<ObjectiveColumn>(['asked', 'failed', 'slow'], { minutes, sinceMs });
}
