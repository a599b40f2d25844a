// POST forecast, GET accuracy, GET predictions and where they came from.

import { Readable } from 'node:stream';
import { type TUnsafe, Type } from 'typebox';
import { breathe, responseBytes, responseJson, type ServingTimers } from '../../../services/serving/index.ts';
import { askerOf } from '../asker.ts';
import { periodFrom } from '../period-text.ts';
import * as schemas from '../schemas.ts';
import { predictionView } from '../views.ts';
import { type App, limitOf, problems, projectParams, type RouteContext } from './common.ts';

const forecastBodyMax = 8 * 1024 * 1024;
/** Answers for more series than this are sent in parts. */
const seriesAtOnceMax = 64;

export function forecastRoutes(app: App, context: RouteContext): void {
  const { services, metrics, timers } = context;
  app.post(
    '/v1/projects/:project/forecast',
    {
      bodyLimit: forecastBodyMax,
      config: { forecasts: true },
      schema: {
        tags: ['forecast'],
        operationId: 'forecast',
        summary: 'Forecast',
        description:
          'Every forecast answered is stored first, with an id that its actual demand will be joined to.',
        params: projectParams,
        body: schemas.forecastRequest,
        response: { 200: schemas.forecast, ...problems(400, 404, 409, 413, 503, 504) },
      },
    },
    async (request, reply) => {
      const project = context.project(request.params.project);
      const answer = await services.serving.answer(project.name, request.body, askerOf(request, reply));
      metrics.countForecast(project.name, answer);
      // Requests that were read in one turn of the event loop are answered together at its end: a client that sleeps is woken
      // once, which costs more than to make the answer.
      await breathe(timers);
      reply.type('application/json; charset=utf-8');
      if (answer.forecasts.length <= seriesAtOnceMax) return reply.send(responseBytes(answer) as never);
      const parts = unhurried(responseJson(answer), timers);
      return reply.send(Readable.from(parts, { objectMode: false }) as never);
    },
  );
  accuracyRoute(app, context);
  predictionRoutes(app, context);
}

/** The parts, with a turn for other requests between two of them. */
async function* unhurried(parts: Iterable<string>, timers: ServingTimers): AsyncIterable<string> {
  for (const part of parts) {
    yield part;
    await breathe(timers);
  }
}

const periodText = Type.Optional(
  Type.String({ maxLength: 40, description: 'a date or time, or a step number' }),
) as unknown as TUnsafe<string | undefined>;

function accuracyRoute(app: App, { services, project: find }: RouteContext): void {
  app.get(
    '/v1/projects/:project/accuracy',
    {
      schema: {
        tags: ['forecast'],
        operationId: 'accuracy',
        summary: 'Accuracy on the demand that came',
        description:
          'Every figure says how many labels were due and how many have come; corrections restate it.',
        params: projectParams,
        querystring: Type.Object({
          version: Type.Optional(Type.String({ maxLength: 100, description: 'number, id or alias' })),
          from: periodText,
          to: periodText,
          groupBy: Type.Optional(
            Type.Union(
              [Type.Literal('horizon'), Type.Literal('series'), Type.Literal('version'), Type.Literal('arm')],
              { description: 'one figure for each of these, beside the one over all' },
            ),
          ),
          column: Type.Optional(
            Type.String({
              minLength: 1,
              maxLength: 200,
              description:
                'one figure for each value of a column that names series, or is an attribute of theirs',
            }),
          ),
          limit: limitOf(10_000, 100),
        }),
        response: { 200: schemas.accuracy, ...problems(400, 404) },
      },
    },
    async (request, reply) => {
      const project = find(request.params.project);
      const { version, from, to, groupBy, column, limit } = request.query;
      const versionId = version && (await services.registry.find(project.name, version)).id;
      const report = await services.monitor.accuracy(project, {
        ...(versionId ? { versionId } : {}),
        ...(from === undefined ? {} : { fromPeriod: periodFrom(project, from) }),
        ...(to === undefined ? {} : { toPeriod: periodFrom(project, to) }),
        ...(groupBy === undefined ? {} : { groupBy }),
        ...(column === undefined ? {} : { column }),
        groupsMax: limit ?? 100,
      });
      return reply.send(report as never);
    },
  );
}

function predictionRoutes(app: App, { services, project: find }: RouteContext): void {
  const params = Type.Object({
    id: Type.String({ minLength: 1, maxLength: 100, description: 'id of a prediction' }),
  });
  app.get(
    '/v1/predictions/:id',
    {
      schema: {
        tags: ['forecast'],
        operationId: 'prediction',
        summary: 'A forecast as it was answered',
        description:
          'Of one series, with the version, the cutoff and what was known ahead. Kept for `retention.predictionsDays`.',
        params,
        response: { 200: schemas.prediction, ...problems(404) },
      },
    },
    async (request, reply) => {
      const prediction = await services.registry.prediction(request.params.id);
      return reply.send(predictionView(find(prediction.project), prediction));
    },
  );
  app.get(
    '/v1/predictions/:id/why',
    {
      schema: {
        tags: ['lineage'],
        operationId: 'why',
        summary: 'Where a forecast came from: version, run, snapshot, batches',
        description:
          'The chain back from a prediction: the version that made it, the run that trained that, its snapshot, the batches inside, and what of them has been withdrawn since.',
        params,
        response: { 200: schemas.lineage, ...problems(404) },
      },
    },
    async (request, reply) => {
      const { prediction, ...lineage } = await services.registry.why(request.params.id);
      return reply.send({
        prediction: predictionView(find(prediction.project), prediction),
        ...lineage,
      } as never);
    },
  );
}
