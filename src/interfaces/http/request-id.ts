// What a request is called: as its sender calls it, so that one name is in the logs of both, else by an id of our own, unique
// over processes and restarts. The trace that it belongs to goes along.

import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { IdSource } from '../../core/index.ts';

/** No spaces, quotes or control characters: an id stands in headers and logs. */
const safeId = /^[A-Za-z0-9._~:/+=@-]{1,128}$/;
/** https://www.w3.org/TR/trace-context/: version, trace, parent, flags; later versions may add fields. */
const traceparent = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-|$)/;
const traceparentLengthMax = 256;

/** Gives each request its id: `X-Request-Id` if it has one that is safe to repeat. */
export function requestIds(
  ids: Pick<IdSource, 'next'>,
): (request: Pick<IncomingMessage, 'headers'>) => string {
  return ({ headers }) => {
    const given = headers['x-request-id'];
    return typeof given === 'string' && safeId.test(given) ? given : ids.next('req');
  };
}

/** Answers carry the id of their request, and the `traceparent` that came with it. */
export function nameAnswers(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    const trace = traceOf(request);
    if (trace !== undefined) reply.header('traceparent', trace);
    done();
  });
}

/** Fields of a log line that say which request it is about. */
export function named(request: FastifyRequest): { requestId: string; traceId?: string } {
  const traceId = traceOf(request)?.slice(3, 35);
  return { requestId: request.id, ...(traceId === undefined ? {} : { traceId }) };
}

function traceOf({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined {
  const given = headers.traceparent;
  return typeof given === 'string' && given.length <= traceparentLengthMax && traceparent.test(given)
    ? given
    : undefined;
}
