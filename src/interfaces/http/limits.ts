// The bounds of the edge in one place: what a client may hold, and for how long. Settings override the defaults.

export interface HttpLimits {
  /** Open connections. The one idle for longest gives way to a new one; only when all are busy is one refused. */
  readonly connections: number;
  /** … of one address (an IPv6 network of 64 bits counts as one). */
  readonly connectionsPerAddress: number;
  /** Requests under way of one client: of one key, else of one address. */
  readonly requestsPerClient: number;
  /** The request line and headers must have arrived by then. */
  readonly headersMs: number;
  /** The whole request must have arrived by then. */
  readonly requestMs: number;
  /** The whole answer must have been given by then; event streams may last. */
  readonly answerMs: number;
  /** A client that takes nothing of its answer for so long is dropped. */
  readonly stallMs: number;
  /** All bodies held at once, small ones apart. */
  readonly bodiesBytes: number;
  /** Rows of one body of observations. */
  readonly rows: number;
}

export const limitDefaults: HttpLimits = {
  connections: 10_000,
  connectionsPerAddress: 1000,
  requestsPerClient: 512,
  headersMs: 10_000,
  requestMs: 60_000,
  answerMs: 120_000,
  stallMs: 30_000,
  bodiesBytes: 256 * 1024 * 1024,
  rows: 500_000,
};

/** Requests that one connection may have under way: clients that pipeline more wait for answers first. */
export const pipelinedMax = 8;
/** Bytes of the request line with all headers, and number of headers. */
export const headerBytesMax: number = 16 * 1024;
export const headersMax = 100;
/** Levels of nesting in JSON. */
export const depthMax = 32;
