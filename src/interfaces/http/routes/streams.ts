// GET streams: what is read from brokers, and how far.

import { page, stream } from '../schemas.ts';
import { type App, problems, type RouteContext } from './common.ts';

export function streamRoutes(app: App, { services }: RouteContext): void {
  app.get(
    '/v1/streams',
    {
      schema: {
        tags: ['data'],
        operationId: 'streams',
        summary: 'Streams that are read, and how far',
        description:
          'Position and lag of each partition, messages taken in and dead letters, and what keeps a stream from being read.',
        response: { 200: page(stream), ...problems(503) },
      },
    },
    async (_request, reply) => {
      const streams = await services.streams.list();
      const items = streams.map((stream) => ({
        ...stream,
        positions: [...stream.positions],
        movedAt: stream.movedAt === null ? null : new Date(stream.movedAt).toISOString(),
      }));
      return reply.send({ items });
    },
  );
}
