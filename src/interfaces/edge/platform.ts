// What every JavaScript platform has, browsers and workers too: a clock, timers, chance. The only place of this room that
// touches them; tests and programs may pass their own.

import { type Clock, IdSource } from '../../core/index.ts';
import type { ServingTimers } from '../../services/serving/index.ts';

export interface Platform {
  readonly clock: Clock;
  readonly timers: ServingTimers;
  readonly ids: IdSource;
}

/** The clock, timers and random source of whatever runs this. */
export function webPlatform(): Platform {
  const immediate = (globalThis as { setImmediate?: (callback: () => void) => unknown }).setImmediate;
  return {
    clock: { now: () => Date.now() },
    timers: {
      setTimeout: (callback, ms) => setTimeout(callback, ms),
      clearTimeout: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout>),
      setImmediate: (callback) => (immediate === undefined ? setTimeout(callback, 0) : immediate(callback)),
      elapsedMs: () => performance.now(),
    },
    ids: new IdSource(Date.now, (bytes) => void crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>)),
  };
}
