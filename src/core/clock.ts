// Time as an argument: production passes the system clock (from main.ts), tests and the demo pass one they move.

export interface Clock {
  /** Milliseconds since the Unix epoch, UTC. */
  now(): number;
}

/** A clock that stands still until it is moved: for tests and for the demo's simulated season. */
export class ManualClock implements Clock {
  #now: number;

  constructor(startMs: number) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  moveTo(ms: number): void {
    this.#now = ms;
  }
}
