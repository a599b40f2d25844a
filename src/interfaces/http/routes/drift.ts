// Checks of drift: begin one, list them, one in full.

import { type TUnsafe, Type } from 'typebox';
import { driftSettingsOf } from '../../../services/drift/index.ts';
import type * as api from '../contract.ts';
import { count, nullable, of, text, time } from '../schema-parts.ts';
import * as schemas from '../schemas.ts';
import { type App, actorOf, limitOf, problems, projectParams, type RouteContext } from './common.ts';

const number = Type.Number();
const verdict = Type.Enum(['drift', 'none', 'expected', 'unknown']);
const faultKind = Type.Enum(['dead', 'unit', 'unlike', 'constant', 'vanished']);
const group = nullable(Type.String({ description: 'group of series; null = all of them' }));

const checks: TUnsafe<api.DriftChecks> = of(
  Type.Object({
    items: Type.Array(
      Type.Object({
        id: text,
        at: time,
        through: Type.String({ description: 'the newest period that was looked at' }),
        verdict,
        cells: Type.Array(
          Type.Object({
            column: text,
            group,
            verdict,
            recent: verdict,
            season: nullable(verdict),
            confirmed: Type.Boolean(),
          }),
        ),
        faults: Type.Array(Type.Object({ kind: faultKind, column: text, group, since: Type.Integer() })),
      }),
    ),
    everyPeriods: count,
    windowPeriods: count,
  }),
) as unknown as TUnsafe<api.DriftChecks>;

const side = Type.Object({
  verdict,
  because: text,
  nReference: count,
  nCurrent: count,
  pAdjusted: nullable(number),
  smallestEffect: nullable(Type.Number({ description: 'smallest change found with even chances' })),
  effectUnit: Type.Enum(['level', 'sd', 'rows'], {
    description: 'shares of the level, standard deviations, or shares of rows',
  }),
  medianReference: nullable(number),
  medianCurrent: nullable(number),
  shares: nullable(
    Type.Object({
      edges: nullable(Type.Array(number)),
      levels: nullable(Type.Array(text)),
      reference: Type.Array(number),
      current: Type.Array(number),
    }),
  ),
});

const period = Type.String({ description: 'a period' });

const segment = Type.Object({
  attribute: text,
  value: nullable(text),
  series: count,
  seriesAll: count,
  shareOfChange: number,
  shareOfAll: Type.Number({ description: 'of the volume for demand, of the series for all else' }),
  before: Type.Number({ description: 'mean over its series: what was expected' }),
  now: number,
});

const costBasis = {
  errorsOf: nullable(
    Type.Enum(['forecasts', 'expected'], {
      description: 'errors of what was served, or of repeating what was usual',
    }),
  ),
  series: count,
  steps: count,
};
const between = Type.Array(number, { minItems: 2, maxItems: 2, description: 'with 95 %' });

const change = Type.Object(
  {
    rank: Type.Integer({ minimum: 1, description: '1 may cost most' }),
    kind: Type.Enum(['sudden', 'gradual', 'incremental', 'recurring', 'unknown']),
    kindBecause: nullable(text),
    began: nullable(period),
    beganBetween: nullable(Type.Array(period, { minItems: 2, maxItems: 2, description: 'with 95 %' })),
    ended: nullable(period),
    wasSoSince: nullable(period),
    n: Type.Integer({ minimum: 0, description: 'periods that the kind was sought in' }),
    segments: Type.Array(segment),
    segmentsBecause: nullable(text),
    cost: Type.Union([
      Type.Object({
        status: Type.Literal('ok'),
        amount: number,
        between,
        isSure: Type.Boolean(),
        ...costBasis,
      }),
      Type.Object({ status: Type.Literal('unknown'), because: text, ...costBasis }),
    ]),
  },
  { description: 'kind, beginning, driving segments and cost of a drift' },
);

const report: TUnsafe<api.DriftReportView> = of(
  Type.Object({
    id: text,
    at: time,
    from: Type.String({ description: 'first period of the window' }),
    to: text,
    recentFrom: text,
    recentTo: text,
    verdict,
    series: count,
    tests: Type.Integer({ minimum: 0, description: 'columns that were weighed together' }),
    falseAlarms: number,
    columns: Type.Array(
      Type.Object({
        column: text,
        group,
        kind: Type.Enum(['number', 'category']),
        scale: nullable(Type.Enum(['usual', 'mean'])),
        verdict,
        because: text,
        decidedBy: Type.Enum(['recent', 'season']),
        coverage: number,
        confirmed: Type.Boolean(),
        lately: Type.Array(Type.Boolean()),
        recent: side,
        season: nullable(side),
        change: nullable(change),
      }),
    ),
    faults: Type.Array(
      Type.Object({ kind: faultKind, column: text, group, because: text, since: text, periods: count }),
    ),
    notes: Type.Array(text),
  }),
) as unknown as TUnsafe<api.DriftReportView>;

export function driftRoutes(app: App, { services, project: find }: RouteContext): void {
  app.get(
    '/v1/projects/:project/drift',
    {
      schema: {
        tags: ['monitoring'],
        operationId: 'listDriftChecks',
        summary: 'Checks of drift',
        description:
          'Newest first, each with the verdict of every column by both references: the periods before, and the same season of last year.',
        params: projectParams,
        querystring: Type.Object({ limit: limitOf(400, 30) }),
        response: { 200: checks, ...problems(400, 404) },
      },
    },
    async (request, reply) => {
      const project = find(request.params.project);
      const { everyPeriods, windowPeriods } = driftSettingsOf(project);
      const items = await services.drift.list(project, request.query.limit ?? 30);
      return reply.send({ items, everyPeriods, windowPeriods });
    },
  );
  app.get(
    '/v1/projects/:project/drift/:report',
    {
      schema: {
        tags: ['monitoring'],
        operationId: 'getDriftReport',
        summary: 'One check of drift in full',
        description: 'With both distributions of every column. `latest` is the newest.',
        params: Type.Object({
          project: Type.String({ maxLength: 100, description: 'name of a project' }),
          report: Type.String({ maxLength: 200, description: 'id of the job that made it, or `latest`' }),
        }),
        response: { 200: report, ...problems(400, 404) },
      },
    },
    async (request, reply) => {
      const project = find(request.params.project);
      const { report: id } = request.params;
      return reply.send(await services.drift.one(project, id === 'latest' ? undefined : id));
    },
  );
  app.post(
    '/v1/projects/:project/drift',
    {
      schema: {
        tags: ['monitoring'],
        operationId: 'checkDrift',
        summary: 'Check for drift now',
        description: 'A job; its id is that of the report which it leaves.',
        params: projectParams,
        response: { 202: schemas.trainAccepted, ...problems(404, 503) },
      },
    },
    async (request, reply) => {
      const project = find(request.params.project);
      const cause = { trigger: 'api', reason: `asked for by ${actorOf(request)}` };
      const { job, created } = await services.jobs.enqueue('drift', project.name, cause);
      return reply.code(202).header('location', `/v1/jobs/${job.id}`).send({ jobId: job.id, created });
    },
  );
}
