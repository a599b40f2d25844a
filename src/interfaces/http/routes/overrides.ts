// Overrides of forecasts: said, listed, withdrawn, and what they were worth.

import { type TUnsafe, Type } from 'typebox';
import type { Project } from '../../../core/index.ts';
import {
  type OverrideGroupBy,
  type OverrideState,
  overrideStates,
  shownOverride,
  shownOverrides,
} from '../../../services/overrides/index.ts';
import type { OverrideRequest } from '../contract.ts';
import { overrideList, overrideRequest, overridesSet, overrideValue } from '../override-schema.ts';
import { periodFrom } from '../period-text.ts';
import { tellCommit } from '../read-your-write.ts';
import {
  type App,
  actorOf,
  limitOf,
  problems,
  projectAnd,
  projectParams,
  type RouteContext,
} from './common.ts';
import { idempotencyHeaders, keyOf } from './idempotency-key.ts';

const bodyMax = 512 * 1024;

const textOf = (maxLength: number, description: string): TUnsafe<string | undefined> =>
  Type.Optional(Type.String({ minLength: 1, maxLength, description })) as unknown as TUnsafe<
    string | undefined
  >;

const state = Type.Optional(
  Type.Union(
    overrideStates.map((one) => Type.Literal(one)),
    { description: '`open`: it stands for a period to come; `closed`: it stood when its period closed' },
  ),
) as unknown as TUnsafe<OverrideState | undefined>;

const groupBy = Type.Optional(
  Type.Union([Type.Literal('author'), Type.Literal('reason'), Type.Literal('series')], {
    description: 'one figure for each of these, beside the one over all',
  }),
) as unknown as TUnsafe<OverrideGroupBy | undefined>;

export function overrideRoutes(app: App, context: RouteContext): void {
  setRoute(app, context);
  listRoute(app, context);
  withdrawRoute(app, context);
  valueRoute(app, context);
}

function setRoute(app: App, { services, project: find }: RouteContext): void {
  app.post(
    '/v1/projects/:project/overrides',
    {
      bodyLimit: bodyMax,
      schema: {
        tags: ['overrides'],
        operationId: 'overrideForecast',
        summary: 'Override forecasts',
        description:
          "A number in place of the model's mean, for periods of one series that are not closed and within the horizon. Forecasts tell it beside the model's own numbers, which stay as they are and are graded as they are; orders are planned with it. An override of the same period is replaced.",
        params: projectParams,
        headers: idempotencyHeaders,
        body: overrideRequest,
        response: { 200: overridesSet, ...problems(400, 404, 409, 413, 503) },
      },
    },
    async (request, reply) => {
      const project = find(request.params.project);
      const { series, periods, reason } = request.body;
      const key = keyOf(request.headers['idempotency-key']);
      const { overrides, replayed } = await services.overrides.set(
        project,
        { series, periods: periodsOf(project, periods), reason, key },
        actorOf(request),
      );
      await tellCommit(services, reply, async () => {});
      return reply.send({ items: overrides.map((one) => shownOverride(project, one)), replayed });
    },
  );
}

function periodsOf(project: Project, periods: OverrideRequest['periods']) {
  return periods.map(({ timestamp, ...asked }) => ({ period: periodFrom(project, timestamp), ...asked }));
}

function listRoute(app: App, { services, project: find }: RouteContext): void {
  app.get(
    '/v1/projects/:project/overrides',
    {
      schema: {
        tags: ['overrides'],
        operationId: 'listOverrides',
        summary: 'Overrides, newest first',
        description:
          'One item for each series and period, with who said it, why, and what the model said then; those that were replaced or withdrawn too. Of a state, a page may have fewer items than `limit`: `next` says whether there are more.',
        params: projectParams,
        querystring: Type.Object({
          series: textOf(1024, 'only of this series'),
          state,
          limit: limitOf(1000, 50),
          cursor: textOf(40, '`next` of the page before, with the same query'),
        }),
        response: { 200: overrideList, ...problems(400, 404) },
      },
    },
    async (request, reply) => {
      const project = find(request.params.project);
      const { limit = 50, ...query } = request.query;
      return reply.send(shownOverrides(project, await services.overrides.list(project, { ...query, limit })));
    },
  );
}

function withdrawRoute(app: App, { services, project: find }: RouteContext): void {
  app.delete(
    '/v1/projects/:project/overrides/:override',
    {
      schema: {
        tags: ['overrides'],
        operationId: 'withdrawOverride',
        summary: 'Withdraw an override',
        description:
          "Or all that stand of those that a change set together. It stays in the list, with who withdrew it and why; one whose period is closed is graded as it stood, and can't be withdrawn.",
        params: projectAnd('override', 'id of an override, or of the change that set several'),
        querystring: Type.Object({
          reason: Type.String({ minLength: 1, maxLength: 2000, description: 'why: up to 500 characters' }),
        }),
        response: { 200: overridesSet, ...problems(400, 404, 409) },
      },
    },
    async (request, reply) => {
      const project = find(request.params.project);
      const { reason } = request.query;
      const by = actorOf(request);
      const found = await services.overrides.withdraw(project, request.params.override, { reason, by });
      await tellCommit(services, reply, async () => {});
      return reply.send({ items: found.map((one) => shownOverride(project, one)), replayed: false });
    },
  );
}

function valueRoute(app: App, { services, project: find }: RouteContext): void {
  app.get(
    '/v1/projects/:project/overrides/value',
    {
      schema: {
        tags: ['overrides'],
        operationId: 'overrideValue',
        summary: 'What overrides were worth',
        description:
          'Overrides that stood when their label came due, beside what the model said when it was overridden and what seasonal naive says, on the same labels. Corrections restate it.',
        params: projectParams,
        querystring: Type.Object({
          series: textOf(1024, 'only of this series'),
          from: textOf(40, 'first period that was overridden: a date or time, or a step number'),
          to: textOf(40, 'last period that was overridden'),
          groupBy,
          limit: limitOf(1000, 100),
        }),
        response: { 200: overrideValue, ...problems(400, 404) },
      },
    },
    async (request, reply) => {
      const project = find(request.params.project);
      const { series, from, to, groupBy: by, limit } = request.query;
      const value = await services.overrides.value(project, {
        series,
        fromPeriod: from === undefined ? undefined : periodFrom(project, from),
        toPeriod: to === undefined ? undefined : periodFrom(project, to),
        groupBy: by,
        groupsMax: limit,
      });
      return reply.send(value as never);
    },
  );
}
