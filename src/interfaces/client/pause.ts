// A wait that ends at once when nobody wants it any more.

export interface ClientTimers {
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(handle: never): void;
}

/** Resolves after `ms`, or at once when aborted. */
export function pause(timers: ClientTimers, ms: number, signal: AbortSignal | undefined): Promise<undefined> {
  return new Promise((resolve) => {
    const done = (): void => {
      timers.clearTimeout(handle as never);
      signal?.removeEventListener('abort', done);
      resolve(undefined);
    };
    const handle = timers.setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });
}
