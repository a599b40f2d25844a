// Stops taking rows in before the disk is full: a database that cannot write its log serves nobody.

import { AppError, type Clock } from '../../core/index.ts';

export interface FreeSpaceOptions {
  /** What the message names. */
  readonly folder: string;
  /** 0 = off. */
  readonly bytesMin: number;
  readonly clock: Clock;
  /** Free bytes on the disk of the data folder. */
  freeBytes(): Promise<number>;
}

export interface FreeSpace {
  /** @throws AppError `store/full` when less is free than must be */
  check(): Promise<void>;
}

/** A measurement is good for so long: thousands of batches a second ask. */
const measuredForMs = 1000;

export function freeSpaceGuard(options: FreeSpaceOptions): FreeSpace {
  const { folder, bytesMin, clock } = options;
  let last: { at: number; free: number } | undefined;
  return {
    check: async () => {
      if (bytesMin === 0) return;
      const now = clock.now();
      if (last === undefined || Math.abs(now - last.at) >= measuredForMs)
        last = { at: now, free: await options.freeBytes() };
      if (last.free >= bytesMin) return;
      const [free, min] = [last.free, bytesMin].map((bytes) =>
        Math.round(bytes / 1e6).toLocaleString('en-US'),
      );
      throw new AppError(
        'store/full',
        `only ${free} MB are free on the disk of ${folder}, and ${min} MB must stay so: no rows are taken in until there is more room`,
        { details: { freeBytes: last.free, freeBytesMin: bytesMin, retryAfterSeconds: 60 } },
      );
    },
  };
}
