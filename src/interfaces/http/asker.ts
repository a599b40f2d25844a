// Whom an answer is for: the request by its id, while its connection is there.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Asker } from '../../services/serving/index.ts';

/** Gone = the connection was closed, or an answer has been given already: that it took too long. */
export function askerOf(request: FastifyRequest, reply: FastifyReply): Required<Asker> {
  return {
    requestId: request.id,
    isGone: () => request.raw.socket.destroyed || reply.sent,
  };
}
