// The demo's own place in the API: where its season stands, and how fast its days pass. Only a demo's server has it.

/** Where the season stands. */
export interface DemoState {
  /** `preparing`: history and first training; `over`: the season is lived, the server stays. */
  state: 'preparing' | 'running' | 'paused' | 'over';
  /** A version is being trained: no day passes meanwhile. */
  training: boolean;
  /** Days lived, and those of the whole season. */
  day: number;
  days: number;
  /** What day it is in the warehouse, ISO date. */
  today: string;
  /** What happened last, and what comes next; null = nothing. */
  lastEvent: DemoEvent | null;
  nextEvent: DemoEvent | null;
}

export interface DemoEvent {
  /** ISO date. */
  date: string;
  note: string;
}

/** `next-day` lives one day and pauses; `next-event` lives days without a pause until something has happened. */
export interface DemoRequest {
  action: 'pause' | 'resume' | 'next-day' | 'next-event';
}

/** What lies in the demo's warehouse, made up: comma-separated, with a header. */
export interface DemoStock {
  csv: string;
}

/** What the demo offers its server. */
export interface DemoControl {
  state(): DemoState;
  act(action: DemoRequest['action']): void;
  /** What lies in the warehouse, as the page Replenishment reads it. */
  stock(): string;
}
