// Requests under way of one client, so that none takes the server from the others: who has more than its share waits for answers.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../../core/index.ts';

/** Refuses requests of a client that has `max` under way. Streams that last count too. */
export function boundClients(app: FastifyInstance, max: number): void {
  const underWay = new Map<string, number>();
  app.addHook('onRequest', (request, reply, done) => {
    const client = clientOf(request);
    const count = underWay.get(client) ?? 0;
    if (count >= max) {
      done(
        new AppError(
          'http/client-busy',
          `${count} requests of this client are under way, as many as it may have`,
          {
            details: { retryAfterSeconds: 1 },
          },
        ),
      );
      return;
    }
    underWay.set(client, count + 1);
    reply.raw.once('close', () => {
      const left = (underWay.get(client) as number) - 1;
      if (left === 0) underWay.delete(client);
      else underWay.set(client, left);
    });
    done();
  });
}

/** The key that a request brings, else where it comes from. */
function clientOf({ headers, ip }: FastifyRequest): string {
  const key = headers.authorization ?? headers['x-api-key'];
  return typeof key === 'string' ? `key ${key}` : ip;
}
