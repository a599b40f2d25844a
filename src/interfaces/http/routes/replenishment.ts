// POST replenishment: what to order, from positions in the body.

import { type TProperties, type TUnsafe, Type } from 'typebox';
import { askerOf } from '../asker.ts';
import type * as api from '../contract.ts';
import { type App, problems, projectParams, type RouteContext } from './common.ts';

const bodyMax = 8 * 1024 * 1024;
const positionsMax = 10_000;
const arrivalsMax = 100;
const curvesMax = 100;

const units = Type.Number({ minimum: 0 });
const share = Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 });
const policy = Type.Union([Type.Literal('R,S'), Type.Literal('s,S'), Type.Literal('s,Q')]);
const closed = { additionalProperties: false };

const terms: TProperties = {
  policy: Type.Optional(policy),
  leadTime: Type.Optional(
    Type.Union(
      [
        Type.Number({ minimum: 0 }),
        Type.Object({ mean: units, sd: units }, closed),
        Type.Array(Type.Object({ periods: Type.Integer({ minimum: 0 }), probability: units }, closed), {
          minItems: 1,
          maxItems: 366,
        }),
      ],
      { description: 'periods from an order to its arrival; default 1' },
    ),
  ),
  review: Type.Optional(
    Type.Integer({ minimum: 0, description: 'periods between two reviews, 0 = at any moment; default 1' }),
  ),
  cycleService: Type.Optional(share),
  fillRate: Type.Optional(share),
  shortageCost: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  leftoverCost: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  lot: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  minimumOrder: Type.Optional(units),
  packSize: Type.Optional(units),
  unitCost: Type.Optional(units),
};

const position = Type.Object(
  {
    series: Type.String({ minLength: 1, maxLength: 1024 }),
    onHand: units,
    backorders: Type.Optional(units),
    onOrder: Type.Optional(
      Type.Array(
        Type.Object(
          { units, due: Type.Optional(Type.Union([Type.Number(), Type.String({ maxLength: 40 })])) },
          closed,
        ),
        { maxItems: arrivalsMax },
      ),
    ),
    ...terms,
  },
  closed,
);

const request = Type.Object(
  {
    positions: Type.Array(position, { minItems: 1, maxItems: positionsMax }),
    curves: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 1024 }), {
        maxItems: curvesMax,
        description: 'series of which the stock is to be shown period by period',
      }),
    ),
    terms: Type.Optional(
      Type.Object(terms, { ...closed, description: 'of positions that do not state their own' }),
    ),
  },
  {
    ...closed,
    examples: [
      {
        positions: [
          { series: 'north/A-17', onHand: 40, onOrder: [{ units: 24, due: '2026-04-02' }], packSize: 12 },
        ],
        terms: { leadTime: { mean: 5, sd: 1 }, review: 7, cycleService: 0.95 },
      },
    ],
  },
) as unknown as TUnsafe<api.ReplenishmentRequest>;

const amount = Type.Number();
const perhaps = Type.Union([Type.Number(), Type.Null()]);
const text = Type.String();

const curvePoint = Type.Object({
  timestamp: text,
  demand: Type.Number({ description: 'expected' }),
  receipts: Type.Number({ description: 'expected to come before that demand: what is due, and the order' }),
  ordered: Type.Number({ description: 'of them those of the order' }),
  stock: Type.Number({
    description:
      'expected at the end of the period: that before it, plus receipts, less demand; below zero it is owed',
  }),
  low: Type.Number({ description: 'at most so much in 10 % of the futures' }),
  high: Type.Number({ description: 'at most so much in 90 % of the futures' }),
  withoutOrder: Type.Number({ description: 'expected if nothing is ordered' }),
});

const line = Type.Object({
  rank: Type.Integer({ description: '1 = most urgent' }),
  series: text,
  predictionId: text,
  cutoffAt: Type.String({
    description: 'the newest closed period of the series: its position is the one at the end of it',
  }),
  source: Type.Union([Type.Literal('model'), Type.Literal('baseline')]),
  baselineReason: Type.Optional(text),
  orderQuantity: amount,
  orderValue: perhaps,
  because: Type.String({ description: 'why, in one sentence' }),
  stockPosition: amount,
  reorderPoint: amount,
  orderUpTo: amount,
  meanDemand: amount,
  safetyStock: amount,
  textbookSafetyStock: Type.Number({ description: 'z·σ·√L, to compare with; nothing uses it' }),
  stockoutProbability: Type.Number({
    description: 'if nothing is ordered, until an order of the next review could arrive',
  }),
  expectedShortage: amount,
  shortageValue: perhaps,
  stockoutProbabilityBeforeArrival: Type.Number({ description: 'until an order placed now could arrive' }),
  stockoutAt: Type.Union([text, Type.Null()]),
  policy,
  leadTimeMean: amount,
  coverPeriods: Type.Integer(),
  orderAt: Type.Union([text, Type.Null()], {
    description: 'the period at whose beginning the order is placed; null = nothing is ordered',
  }),
  arrivesAt: Type.Union([Type.Object({ earliest: text, likely: text, latest: text }), Type.Null()], {
    description:
      'the first period whose demand the order can serve: by the shortest lead time, by that which half keep, by the longest',
  }),
  stockPeriods: Type.Union([Type.Number(), Type.Null()], {
    description:
      'periods of expected demand for which the stock lasts, with what is due as it comes; null = longer than the forecast',
  }),
  packs: perhaps,
  curve: Type.Optional(Type.Array(curvePoint)),
  overrides: Type.Optional(
    Type.Array(Type.Object({ timestamp: text, mean: amount, value: amount, reason: text, by: text }), {
      description: 'periods of the cover that are planned as somebody said, not as the model did (`mean`)',
    }),
  ),
});

const replenishment = Type.Object({
  requestId: text,
  model: Type.Object({ name: text, version: Type.Integer(), arm: text }),
  cutoffAt: Type.String({
    description: 'the newest period up to which every series of the answer is closed',
  }),
  rankedBy: Type.Union([Type.Literal('shortage value'), Type.Literal('shortage units')]),
  totals: Type.Object({
    lines: Type.Integer(),
    toOrder: Type.Integer(),
    orderUnits: amount,
    orderValue: perhaps,
  }),
  lines: Type.Array(line),
}) as unknown as TUnsafe<api.Replenishment>;

export function replenishmentRoutes(app: App, context: RouteContext): void {
  app.post(
    '/v1/projects/:project/replenishment',
    {
      bodyLimit: bodyMax,
      config: { forecasts: true },
      schema: {
        tags: ['forecast'],
        operationId: 'replenishment',
        summary: 'What to order',
        description:
          'Stock levels from sample paths of demand, an order for each position, most urgent first. The forecasts used are stored.',
        params: projectParams,
        body: request,
        response: { 200: replenishment, ...problems(400, 404, 409, 413, 503) },
      },
    },
    async (call, reply) => {
      const project = context.project(call.params.project);
      const answer = await context.services.serving.replenish(project.name, call.body, askerOf(call, reply));
      context.services.kpis.countForecasts(answer.lines.length);
      return reply.send(answer as api.Replenishment);
    },
  );
}
