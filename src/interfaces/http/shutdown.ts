// How a server stops: its port is closed first; connections that were open go on for a while, each until it has been given one
// more answer, so that no request that was on its way is cut off.

import { type Server as NetServer, Server as TcpServer } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { ServingTimers } from '../../services/serving/index.ts';
import type { Connections } from './connections.ts';
import type { EventStreams } from './event-stream.ts';

export interface ClosingParts {
  readonly streams: EventStreams;
  readonly connections: Connections;
  readonly timers: ServingTimers;
  /** How long connections without a request are kept, for requests that are on their way. */
  readonly drainMs: number;
  /** Resolves when nothing of the edge itself is under way. */
  readonly idle: () => Promise<void>;
}

/** How often it is looked whether the last connection has gone. */
const lookMs = 20;

/**
 * On close: the port is closed, streams end, answers say `connection: close`. Connections without a request are dropped after
 * `drainMs`, the others when their answer is out.
 */
export function closeGracefully(app: FastifyInstance, parts: ClosingParts): void {
  const { streams, connections, timers, drainMs, idle } = parts;
  let closing = false;
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing) reply.header('connection', 'close');
    done();
  });
  let swept: unknown;
  // Again and again until the server is closed: a socket may come in, or fall idle, at the very moment of a sweep, and
  // would then hold the server up for as long as clients may keep connections.
  const sweep = (): void => {
    connections.close();
    swept = timers.setTimeout(sweep, lookMs);
  };
  app.addHook('onClose', async () => timers.clearTimeout(swept));
  app.addHook('preClose', async () => {
    closing = true;
    closePort(app.server);
    streams.close();
    const end = timers.elapsedMs() + drainMs;
    while (connections.open > 0 && timers.elapsedMs() < end)
      await new Promise<void>((resolve) => {
        timers.setTimeout(resolve, lookMs);
      });
    sweep();
    await idle();
  });
}

/**
 * No new connection is taken from then on. As `close` of a TCP server: that of an HTTP server also drops connections that have
 * no request at the moment.
 */
export function closePort(server: NetServer): void {
  if (server.listening) TcpServer.prototype.close.call(server);
}
