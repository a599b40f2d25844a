// Tells the KPIs of every request how it ended.

import type { FastifyInstance } from 'fastify';
import type { HttpServices } from './services.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route answers with forecasts: the service level objective counts it. */
    forecasts?: boolean;
    /** The answer goes on until one side ends it: neither measured nor bounded in time. */
    endless?: boolean;
  }
}

/** Counts every request when its answer is out, or its client gone. */
export function recordRequests(app: FastifyInstance, kpis: HttpServices['kpis']): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { config } = request.routeOptions;
    if (config.endless !== true)
      reply.raw.once('close', () => {
        const { raw, elapsedTime } = reply;
        const status = raw.writableFinished ? raw.statusCode : null;
        kpis.countRequest({ seconds: elapsedTime / 1000, status, forecast: config.forecasts === true });
      });
    done();
  });
}
