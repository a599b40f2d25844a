// The real clock, timers and random source, and the machine that this runs on: passed in everywhere else.

import { cpus, totalmem } from 'node:os';
import { type Clock, IdSource, inBulk } from '../core/index.ts';
import { systemTimers, type WorkerIdentity, workerIdentity } from '../services/jobs/index.ts';
import type { ServingTimers } from '../services/serving/index.ts';
import { mayBeAlive, ownIdentity } from '../storage/files/index.ts';

export const megabyte: number = 1024 * 1024;

export const systemClock: Clock = { now: () => Date.now() };

export const timers: ServingTimers = {
  ...systemTimers,
  setImmediate: (callback: () => void) => void setImmediate(callback),
  elapsedMs: () => performance.now(),
};

export function systemIds(): IdSource {
  return new IdSource(
    Date.now,
    inBulk((bytes) => void crypto.getRandomValues(bytes)),
  );
}

/** In [0, 1): for pauses that are not to be the same everywhere, and nothing that is kept. */
export function chance(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] as number) / 2 ** 32;
}

/** A name for what takes work in this process, from which others can tell whether it still lives. */
export function identityOf(name: string): WorkerIdentity {
  return workerIdentity(name, { ownIdentity, mayBeAlive });
}

/** What a run's figures depend on besides data, code and seed. */
export function environment(): Record<string, string | number> {
  const [cpu] = cpus();
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpu?.model ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
  };
}
