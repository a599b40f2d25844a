// The platform's timers as arguments: production passes Node's, tests pass ones they fire themselves.

export interface ServingTimers {
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
  /** Runs the callback after I/O that is due: what long work yields to. */
  setImmediate(callback: () => void): unknown;
  /** Milliseconds of a clock that only goes forward, from any beginning. */
  elapsedMs(): number;
}

/** Lets waiting I/O run before going on. */
export function breathe(timers: ServingTimers): Promise<void> {
  return new Promise((resolve) => {
    timers.setImmediate(resolve);
  });
}
