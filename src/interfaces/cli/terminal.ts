// The outside world of a command, passed in by the bin file: streams, variables, folder, signals. Tests pass a pretend one.

/** The part of a stream that commands use. */
export interface TextSink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface Terminal {
  /** Results only. */
  readonly stdout: TextSink;
  /** Progress, notes and errors. */
  readonly stderr: TextSink;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Calls `handler` on every Ctrl-C or request to stop, until the returned function is called. */
  onInterrupt(handler: () => void): () => void;
}

/** Whether colours may be written: https://no-color.org, and only to a terminal unless FORCE_COLOR asks. */
export function wantsColour(terminal: Terminal, sink: TextSink): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = terminal.env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '' && FORCE_COLOR !== '0') return true;
  return sink.isTTY === true && TERM !== 'dumb';
}
