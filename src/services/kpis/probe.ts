// What the process uses of the machine: processor, memory, event loop, energy. The only file here that asks the platform.

import { availableParallelism, cpus, totalmem } from 'node:os';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { openRapl } from './energy.ts';

/** One look. Totals are since the process began, the event loop since the look before. */
export interface Reading {
  /** Processor time of the whole process, training included. */
  readonly cpuSeconds: number;
  /** … of the thread that answers requests. */
  readonly servingCpuSeconds: number;
  /** … of all processes of the machine. */
  readonly machineCpuSeconds: number;
  /** Joules of the machine's processors; null where they cannot be read. */
  readonly machineJoules: number | null;
  readonly residentBytes: number;
  readonly heapBytes: number;
  /** How late timers were, 99th percentile and largest. */
  readonly loopDelaySeconds: number;
  readonly loopDelaySecondsMax: number;
  /** Share of the time that the event loop was busy. */
  readonly loopBusy: number;
}

export interface ResourceProbe {
  /** Cores and memory that the process may use. */
  readonly cores: number;
  readonly memoryBytes: number;
  read(): Reading;
  close(): void;
}

const microseconds = 1e-6;
const nanoseconds = 1e-9;
/** Timers of the measurement are this far apart; what they are late beyond it is delay. */
const resolutionMs = 10;

/** Begins to measure this process. @param raplFolder where the machine counts its energy */
export function openProbe({
  raplFolder = '/sys/class/powercap',
}: {
  raplFolder?: string;
} = {}): ResourceProbe {
  const meter = openRapl(raplFolder);
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  delays.enable();
  let before = performance.eventLoopUtilization();
  const late = (ns: number): number => Math.max(0, ns * nanoseconds - resolutionMs / 1000) || 0;
  return {
    cores: availableParallelism(),
    memoryBytes: Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY),
    read() {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, before);
      before = now;
      const [p99, max] = delays.count === 0 ? [0, 0] : [delays.percentile(99), delays.max];
      delays.reset();
      const memory = process.memoryUsage();
      return {
        cpuSeconds: secondsOf(process.cpuUsage()),
        servingCpuSeconds: secondsOf(process.threadCpuUsage()),
        machineCpuSeconds: machineCpuSeconds(),
        machineJoules: meter?.read() ?? null,
        residentBytes: memory.rss,
        heapBytes: memory.heapUsed,
        loopDelaySeconds: late(p99),
        loopDelaySecondsMax: late(max),
        loopBusy: utilization,
      };
    },
    close: () => void delays.disable(),
  };
}

function secondsOf({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) * microseconds;
}

function machineCpuSeconds(): number {
  let ms = 0;
  for (const { times } of cpus()) ms += times.user + times.nice + times.sys + times.irq;
  return ms / 1000;
}
