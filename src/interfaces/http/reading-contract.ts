// What the API says of what is read from elsewhere: streams of brokers, and sources.

/** A source that is read by the clock, or sends its rows: how far it is, and what stands in its way. */
export interface Source {
  name: string;
  kind: 'postgres' | 's3' | 'webhook';
  project: string;
  schedule: string | null;
  state: 'ok' | 'new' | 'failing' | 'paused' | 'idle';
  reason: string | null;
  code: string | null;
  since: string | null;
  failures: number;
  rows: number;
  corrections: number;
  watermark: string | null;
  readAt: string | null;
  lagSeconds: number | null;
}

export interface SourceRun {
  again?: boolean;
}

/** A stream of a broker: what is read of it, and how far. */
export interface Stream {
  name: string;
  kind: 'nats' | 'kafka';
  stream: string;
  role: 'observations' | 'forecasts';
  project: string;
  state: 'stopped' | 'connecting' | 'reading' | 'standby' | 'retrying' | 'elsewhere' | 'idle';
  reason: string | null;
  messages: number;
  deadLetters: number;
  missed: number;
  lag: number | null;
  positions: { partition: number; next: number }[];
  movedAt: string | null;
}
