// Sources: what is read by the clock and how far, reading now, and reading again what was paused.

import { Type } from 'typebox';
import type { SourceStatus } from '../../../services/sources/index.ts';
import type * as api from '../contract.ts';
import { page } from '../schemas.ts';
import { source, sourceRun, sourceRunAccepted } from '../source-schema.ts';
import { type App, problems, type RouteContext } from './common.ts';

const smallBody = 64 * 1024;
const params = Type.Object({ source: Type.String({ maxLength: 100, description: 'name of a source' }) });

export function sourceRoutes(app: App, { services }: RouteContext): void {
  app.get(
    '/v1/sources',
    {
      schema: {
        tags: ['data'],
        operationId: 'sources',
        summary: 'Sources that are read by the clock, and how far',
        description:
          'What has been taken in, how long ago all of it was, and what keeps a source from being read.',
        response: { 200: page(source), ...problems(503) },
      },
    },
    async (_request, reply) => reply.send({ items: (await services.sources.list()).map(sourceView) }),
  );
  app.post(
    '/v1/sources/:source/run',
    {
      bodyLimit: smallBody,
      schema: {
        tags: ['data'],
        operationId: 'runSource',
        summary: 'Read a source now',
        description:
          'As a job, one at a time: while one is queued or under way, that is answered. A paused source is 409.',
        params,
        body: sourceRun,
        response: { 202: sourceRunAccepted, ...problems(400, 404, 409, 503) },
      },
    },
    async (request, reply) => {
      const { again = false } = request.body;
      const { job, created } = await services.sources.begin(request.params.source, { again });
      return reply.code(202).header('location', `/v1/jobs/${job.id}`).send({ jobId: job.id, created });
    },
  );
  app.post(
    '/v1/sources/:source/resume',
    {
      bodyLimit: smallBody,
      schema: {
        tags: ['data'],
        operationId: 'resumeSource',
        summary: 'Let a paused source be read again',
        description: 'With the columns that it has now; reading begins at once, from where it stood.',
        params,
        response: { 200: source, ...problems(404, 503) },
      },
    },
    async (request, reply) => reply.send(sourceView(await services.sources.resume(request.params.source))),
  );
}

function sourceView({ since, readAt, ...status }: SourceStatus): api.Source {
  const time = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
  return { ...status, since: time(since), readAt: time(readAt) };
}
