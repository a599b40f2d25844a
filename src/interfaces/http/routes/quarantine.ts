// Rows that were refused, and sending them again.

import { type TUnsafe, Type } from 'typebox';
import { rowRanges } from '../../../services/data/index.ts';
import { tellCommit } from '../read-your-write.ts';
import { repairRequest, repairResult } from '../repair-schema.ts';
import * as schemas from '../schemas.ts';
import { repairView } from '../views.ts';
import { type App, actorOf, limitOf, problems, projectParams, type RouteContext } from './common.ts';

function optionalText(description: string): TUnsafe<string | undefined> {
  const schema = Type.Optional(Type.String({ maxLength: 100, description }));
  return schema as unknown as TUnsafe<string | undefined>;
}

export function quarantineRoutes(app: App, context: RouteContext): void {
  const { services, project: find } = context;
  app.get(
    '/v1/projects/:project/quarantine',
    {
      schema: {
        tags: ['data'],
        operationId: 'quarantine',
        summary: 'Rows that did not land, each with its reason',
        description:
          'With row number, code, reason and the row as it came. `repairedBy` is the batch that brought it again. Refused rows are kept for `retention.quarantineDays`.',
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
  app.post(
    '/v1/projects/:project/quarantine/repairs',
    {
      schema: {
        tags: ['data'],
        operationId: 'repair',
        summary: 'Send quarantined rows again, mended or accepted, or give them up',
        description:
          'They land as a batch of their own, which names the batch that they were of and what was changed. What later batches said ' +
          'of their periods stands, unless all batches add up. What is still refused waits in the quarantine of the new batch. Rows ' +
          'that are given up land nowhere, and no sum waits for them. The same repair a second time adds nothing.',
        params: projectParams,
        body: repairRequest,
        response: { 200: repairResult, ...problems(400, 404, 409, 410, 413, 503) },
      },
    },
    async (request, reply) => {
      const project = find(request.params.project);
      const { batch, code, rows, accept, discard, reason, ...edit } = request.body;
      const outcome = await services.data.repair(project, {
        batchId: batch,
        code,
        rows: rows === undefined ? undefined : rowRanges(rows),
        edit,
        accept,
        discard,
        reason,
        by: actorOf(request),
      });
      if (!outcome.replayed) await tellCommit(services, reply, () => services.serving.catchUp(project.name));
      return reply.send(repairView(outcome));
    },
  );
}
