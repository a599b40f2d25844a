// Snapshots and quarantine.

import { type TUnsafe, Type } from 'typebox';
import * as schemas from '../schemas.ts';
import { snapshotView } from '../views.ts';
import { type App, limitOf, problems, projectParams, type RouteContext } from './common.ts';

export function datasetRoutes(app: App, context: RouteContext): void {
  snapshotRoutes(app, context);
  quarantineRoute(app, context);
}

function snapshotRoutes(app: App, { services, project: find }: RouteContext): void {
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

function optionalText(description: string): TUnsafe<string | undefined> {
  const schema = Type.Optional(Type.String({ maxLength: 100, description }));
  return schema as unknown as TUnsafe<string | undefined>;
}

function quarantineRoute(app: App, { services, project: find }: RouteContext): void {
  app.get(
    '/v1/projects/:project/quarantine',
    {
      schema: {
        tags: ['data'],
        operationId: 'quarantine',
        summary: 'Rows that did not land, each with its reason',
        description:
          'With row number, code, reason and the row as it came. Refused rows are kept for `retention.quarantineDays`.',
        params: projectParams,
        querystring: Type.Object({
          batch: optionalText('id of a batch'),
          code: optionalText('why they were refused'),
          limit: limitOf(10_000, 100),
        }),
        response: { 200: schemas.page(schemas.quarantinedRow), ...problems(400, 404) },
      },
    },
    async (request, reply) => {
      const project = find(request.params.project);
      const { batch, code, limit = 100 } = request.query;
      const rows = await services.data.quarantine(project.name, {
        limit,
        ...(batch === undefined ? {} : { batchId: batch }),
        ...(code === undefined ? {} : { code }),
      });
      return reply.send({ items: rows.map((row) => ({ ...row })) });
    },
  );
}
