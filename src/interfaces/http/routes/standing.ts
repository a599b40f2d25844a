// GET risk and standing: what wrong forecasts may cost, and how far a project keeps itself right.

import { type TUnsafe, Type } from 'typebox';
import { shownStanding } from '../../../services/learning/index.ts';
import type * as api from '../contract.ts';
import { jobState } from '../job-schema.ts';
import { count, nullable, of, text, time } from '../schema-parts.ts';
import { type App, problems, projectParams, type RouteContext } from './common.ts';

const number = Type.Number();
const why = nullable(text);

const risk: TUnsafe<api.MoneyAtRisk> = of(
  Type.Object({
    column: nullable(Type.String({ description: 'of the price; null = the project has none' })),
    amount: nullable(
      Type.Number({
        description: 'sum over series of price × mean absolute error × steps of the horizon; null = unknown',
      }),
    ),
    reason: why,
    units: nullable(number),
    horizonSteps: count,
    series: count,
    labels: count,
    unpriced: count,
    ungraded: count,
  }),
);

const standing: TUnsafe<api.ProjectStanding> = of(
  Type.Object({
    serving: nullable(
      Type.Object({
        version: count,
        since: time,
        reason: text,
        by: text,
        before: nullable(Type.Integer({ description: 'the version that served before' })),
      }),
    ),
    lastTraining: nullable(Type.Object({ job: text, state: jobState, at: time, reason: why })),
    next: Type.Object({
      at: nullable(time),
      waits: Type.Array(Type.Object({ trigger: text, due: Type.Boolean(), reason: text })),
    }),
    againstLast: nullable(
      Type.Object({
        version: nullable(Type.Integer()),
        folds: count,
        wape: number,
        wapeBefore: number,
      }),
    ),
    againstLastReason: why,
    maturity: Type.Object({
      level: Type.Integer({ minimum: 0, maximum: 4 }),
      name: text,
      next: nullable(Type.String({ description: 'what to do next; null = nothing is left to switch on' })),
      steps: Type.Array(Type.Object({ level: count, name: text, reached: Type.Boolean(), because: text })),
    }),
  }),
);

export function standingRoutes(app: App, { services, project: find }: RouteContext): void {
  app.get(
    '/v1/projects/:project/risk',
    {
      schema: {
        tags: ['series'],
        operationId: 'moneyAtRisk',
        summary: 'What wrong forecasts are expected to cost over the horizon',
        description:
          'Price × mean absolute error of the last two seasons (or a horizon) × steps of the horizon, summed over series. Unknown without a price column: `columns.price` names it.',
        params: projectParams,
        response: { 200: risk, ...problems(400, 404) },
      },
    },
    async (request, reply) => reply.send({ ...(await services.series.risk(find(request.params.project))) }),
  );
  app.get(
    '/v1/projects/:project/standing',
    {
      schema: {
        tags: ['projects'],
        operationId: 'projectStanding',
        summary: 'When it was trained last and is next, against the champion before, and its maturity',
        description:
          'The maturity level is computed from what is switched on: 0 baseline, 1 by hand, 2 by itself, 3 on evidence, 4 proven in traffic.',
        params: projectParams,
        response: { 200: standing, ...problems(400, 404) },
      },
    },
    async (request, reply) =>
      reply.send(shownStanding(await services.standing(find(request.params.project)))),
  );
}
