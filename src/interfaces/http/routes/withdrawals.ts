// The batches of a project, rows of them taken back, and counting again.

import { type TUnsafe, Type } from 'typebox';
import { AppError } from '../../../core/index.ts';
import { batch } from '../batch-schema.ts';
import type { WithdrawRequest } from '../contract.ts';
import { periodFrom } from '../period-text.ts';
import { tellCommit } from '../read-your-write.ts';
import * as schemas from '../schemas.ts';
import { batchView, withdrawalView, withdrawnRowsView } from '../views.ts';
import { withdrawal, withdrawnRows } from '../withdrawal-schema.ts';
import { type App, limitOf, problems, projectAnd, projectParams, type RouteContext } from './common.ts';

function optionalText(maxLength: number, description: string) {
  return Type.Optional(Type.String({ minLength: 1, maxLength, description }));
}

const request = Type.Object(
  {
    batch: optionalText(100, 'rows of this batch'),
    series: optionalText(2000, 'rows of this series'),
    from: optionalText(40, 'from this period on: a date or time, or a step number'),
    to: optionalText(40, 'up to this period'),
    reason: Type.Optional(Type.String({ maxLength: 1000, description: 'kept with the withdrawal' })),
  },
  { additionalProperties: false },
) as unknown as TUnsafe<WithdrawRequest>;

export function withdrawalRoutes(app: App, context: RouteContext): void {
  const { services, project: find } = context;
  app.get(
    '/v1/projects/:project/batches',
    {
      schema: {
        tags: ['data'],
        operationId: 'batches',
        summary: 'What came when, newest first',
        description:
          'With source, what became of the rows, and how many of them were taken back. Batches that the product made itself are among ' +
          'them: closings, withdrawals, repairs. `before` continues a list after its last batch.',
        params: projectParams,
        querystring: Type.Object({
          before: optionalText(100, 'only batches before this one, by its id') as unknown as TUnsafe<
            string | undefined
          >,
          limit: limitOf(1000, 100),
        }),
        response: { 200: schemas.page(batch), ...problems(400, 404) },
      },
    },
    async ({ params, query }, reply) => {
      const project = find(params.project);
      const { before, limit = 100 } = query;
      const found = await services.data.batches(project.name, { beforeId: before, limit });
      return reply.send({ items: found.map((each) => batchView(project, each)) });
    },
  );
  app.get(
    '/v1/projects/:project/withdrawals',
    {
      schema: {
        tags: ['data'],
        operationId: 'withdrawals',
        summary: 'Rows that were taken back, newest first',
        description: 'Also those that were undone, with the time of it.',
        params: projectParams,
        response: { 200: schemas.page(withdrawal), ...problems(404) },
      },
    },
    async ({ params }, reply) => {
      const project = find(params.project);
      const found = await services.data.withdrawals(project.name);
      return reply.send({ items: found.map((each) => withdrawalView(project, each)) });
    },
  );
  app.post(
    '/v1/projects/:project/withdrawals',
    {
      schema: {
        tags: ['data'],
        operationId: 'withdraw',
        summary: 'Take back rows of a batch or a series',
        description:
          'One more batch says what is known without them: an earlier value, or that the demand is unknown. Forecasts and labels ' +
          'follow at once; the rows count again when the withdrawal is deleted.',
        params: projectParams,
        body: request,
        response: { 200: withdrawnRows, ...problems(400, 404, 413, 503) },
      },
    },
    async ({ params, body }, reply) => {
      if (body.batch === undefined && body.series === undefined)
        throw new AppError(
          'http/invalid-request',
          'name a batch, a series or both: a withdrawal is of some rows',
        );
      const project = find(params.project);
      const { batch, series, from, to, reason = '' } = body;
      const outcome = await services.data.withdraw(project, {
        ...(batch === undefined ? {} : { batchId: batch }),
        ...(series === undefined ? {} : { seriesId: series }),
        ...(from === undefined ? {} : { periodMin: periodFrom(project, from) }),
        ...(to === undefined ? {} : { periodMax: periodFrom(project, to) }),
        reason,
      });
      await tellCommit(services, reply, () => services.serving.catchUp(project.name));
      return reply.send(withdrawnRowsView(project, outcome));
    },
  );
  app.delete(
    '/v1/projects/:project/withdrawals/:withdrawal',
    {
      schema: {
        tags: ['data'],
        operationId: 'undoWithdrawal',
        summary: 'Let withdrawn rows count again',
        description:
          'One more batch says what is known with the rows again. Forecasts and labels follow at once.',
        params: projectAnd('withdrawal', 'id of a withdrawal'),
        response: { 200: withdrawnRows, ...problems(404, 413, 503) },
      },
    },
    async ({ params }, reply) => {
      const project = find(params.project);
      const outcome = await services.data.restoreWithdrawal(project, params.withdrawal);
      await tellCommit(services, reply, () => services.serving.catchUp(project.name));
      return reply.send(withdrawnRowsView(project, outcome));
    },
  );
}
