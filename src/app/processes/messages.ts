// What the processes of one server say to each other. `ask` joins an answer to its question.

export interface VersionKey {
  readonly project: string;
  readonly id: string;
}

/** What became of the trial of a version: it may serve, must not, or nothing was found out. */
export type Finding =
  | { readonly kind: 'proven' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string };

export type ToPrimary =
  | { readonly almanac: 'listening'; readonly url: string }
  /** Everything up to this event is committed: have the others take it in. */
  | { readonly almanac: 'news'; readonly ask: number; readonly seq: number }
  /** News were taken in, or could not be. */
  | { readonly almanac: 'taken'; readonly ask: number }
  /** Have all of us try a version. */
  | { readonly almanac: 'prove'; readonly ask: number; readonly version: VersionKey }
  /** A version was tried here. */
  | { readonly almanac: 'proved'; readonly ask: number; readonly finding: Finding }
  | { readonly almanac: 'metrics'; readonly ask: number };

export type ToServer =
  | { readonly almanac: 'news'; readonly ask: number; readonly seq: number }
  /** The others have taken the news in. */
  | { readonly almanac: 'told'; readonly ask: number }
  | { readonly almanac: 'prove'; readonly ask: number; readonly version: VersionKey }
  /** A version was tried by all. */
  | { readonly almanac: 'proved'; readonly ask: number; readonly finding: Finding }
  | { readonly almanac: 'metrics'; readonly ask: number; readonly text: string | null };

/** Other libraries use the same channel. */
export function isOurs<Message extends ToPrimary | ToServer>(message: unknown): message is Message {
  return typeof message === 'object' && message !== null && 'almanac' in message;
}

/** Nobody waits longer than this for another process: what it has not taken in by then it finds by itself. */
export const answerWithinMs = 1_000;
/** A trial loads a version and forecasts with it: a large one takes its time. */
export const proveWithinMs = 120_000;

export interface ProcessTimers {
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
}
