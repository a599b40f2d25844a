// Snapshots.

import { Type } from 'typebox';
import * as schemas from '../schemas.ts';
import { snapshotView } from '../views.ts';
import { type App, limitOf, problems, projectParams, type RouteContext } from './common.ts';

export function datasetRoutes(app: App, { services, project: find }: RouteContext): void {
  app.get(
    '/v1/projects/:project/snapshots',
    {
      schema: {
        tags: ['data'],
        operationId: 'snapshots',
        summary: 'Dataset versions, newest first',
        description:
          'A snapshot is an immutable list of the files that hold the accepted rows; versions name the one they were trained on.',
        params: projectParams,
        querystring: Type.Object({ limit: limitOf(1000, 100) }),
        response: { 200: schemas.page(schemas.snapshot), ...problems(400, 404) },
      },
    },
    async (request, reply) => {
      const project = find(request.params.project);
      const found = await services.data.listSnapshots(project.name, request.query.limit ?? 100);
      return reply.send({ items: found.map(snapshotView) });
    },
  );
  app.get(
    '/v1/projects/:project/snapshots/diff',
    {
      schema: {
        tags: ['data'],
        operationId: 'snapshotDiff',
        summary: 'What changed from one dataset version to another',
        description:
          'Counts of rows, series and files, and the range of periods, of both and of what lies between them.',
        params: projectParams,
        querystring: Type.Object({
          a: Type.String({ minLength: 1, maxLength: 100, description: 'id of the earlier snapshot' }),
          b: Type.String({ minLength: 1, maxLength: 100, description: 'id of the later one' }),
        }),
        response: { 200: schemas.anyObject, ...problems(400, 404) },
      },
    },
    async (request, reply) => {
      const project = find(request.params.project);
      const { a, b } = request.query;
      return reply.send((await services.data.diffSnapshots(project.name, a, b)) as Record<string, unknown>);
    },
  );
}
