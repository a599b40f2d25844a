// Every answer has a deadline. Fastify's own `handlerTimeout` ends with the request's body, so that a POST would have none.

import type { FastifyInstance } from 'fastify';
import { AppError } from '../../core/index.ts';
import type { ServingTimers } from '../../services/serving/index.ts';

/**
 * Gives up answers that are not out `answerMs` after the headers of their request: with a problem when nothing was sent yet,
 * else by cutting the connection. Forecasts that are not made yet are then not made (`asker.ts`).
 */
export function boundAnswers(
  app: FastifyInstance,
  { answerMs, timers }: { answerMs: number; timers: ServingTimers },
): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.config.endless !== true) {
      const { raw } = reply;
      const late = timers.setTimeout(() => {
        if (reply.sent || raw.headersSent) raw.destroy();
        else
          reply.send(
            new AppError(
              'http/deadline',
              `no answer after ${answerMs / 1000} s: ask for less at once, or again later`,
            ),
          );
      }, answerMs);
      raw.once('close', () => timers.clearTimeout(late));
    }
    done();
  });
}
