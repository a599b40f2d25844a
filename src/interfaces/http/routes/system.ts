// Health, readiness, metrics, the event stream, the index of links and what an error code means.

import { Type } from 'typebox';
import { AppError, type ErrorCode, errorCodes } from '../../../core/index.ts';
import { detailMinutes } from '../../../services/kpis/index.ts';
import { contractStateView } from '../contract-state.ts';
import { sendPage, wantsPage } from '../dashboard/routes.ts';
import { kpis } from '../kpi-schema.ts';
import { kpisView, liveKpis } from '../live-kpis.ts';
import { openMetricsOf, openMetricsType, prefersOpenMetrics } from '../open-metrics.ts';
import { openApiDocument } from '../openapi-document.ts';
import { contractsOf, degradedOf, readinessOf } from '../readiness.ts';
import * as schemas from '../schemas.ts';
import { type App, problems, type RouteContext } from './common.ts';

export function systemRoutes(app: App, context: RouteContext): void {
  indexRoute(app, context);
  healthRoutes(app, context);
  metricsRoute(app, context);
  kpiRoute(app, context);
  eventRoute(app, context);
  problemRoute(app);
}

function indexRoute(app: App, { site }: RouteContext): void {
  app.get('/', { schema: { hide: true } }, async (request, reply) => {
    if (site && wantsPage(request)) return sendPage(request as never, reply as never, site) as never;
    reply.header('vary', 'accept');
    return reply.send({
      name: 'almanac',
      links: {
        projects: '/v1/projects',
        jobs: '/v1/jobs',
        models: '/v2',
        events: '/v1/events',
        openapi: '/openapi.json',
        health: '/health',
        ready: '/ready',
        metrics: '/metrics',
        kpis: '/v1/system/kpis',
      },
    });
  });
  // Made once: it never changes, and is large.
  let openapi: Buffer | undefined;
  app.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
    openapi ??= Buffer.from(JSON.stringify(openApiDocument(app)));
    return reply.type('application/json; charset=utf-8').send(openapi);
  });
}

function healthRoutes(app: App, { services, clock, timers, settings }: RouteContext): void {
  // What time it is for the data may be another than that of the machine.
  const startedAt = timers.elapsedMs();
  app.get(
    '/health',
    {
      schema: {
        tags: ['system'],
        operationId: 'health',
        summary: 'Is the process alive?',
        description:
          'Always 200 while the process answers. `degraded` says what is not as promised: a stand-in that serves, events that are not taken in, a stream or source that cannot be read, checks of a data contract that fail.' +
          ' `contracts` says of each data contract when it was asked last, what fails, and how old the data are.',
        response: { 200: schemas.health },
      },
    },
    async (_request, reply) => {
      const contracts = await contractsOf(services);
      return reply.send({
        status: 'ok',
        pid: process.pid,
        version: settings.version,
        uptimeSeconds: (timers.elapsedMs() - startedAt) / 1000,
        disk: await services.disk().catch(() => null),
        degraded: await degradedOf(services, contracts),
        contracts: contracts.map((state) => contractStateView(state, clock.now())),
      });
    },
  );
  app.get(
    '/ready',
    {
      schema: {
        tags: ['system'],
        operationId: 'ready',
        summary: 'Can it answer? 503 while it cannot',
        description:
          'Ready once histories are read, models are loaded or refused, the store can be written and the disk has room. ' +
          '`reasons` say why not; when it is ready, what is not as promised.',
        response: { 200: schemas.ready, 503: schemas.ready },
      },
    },
    async (_request, reply) => {
      const { ready, projects, reasons } = await readinessOf(services);
      return reply.code(ready ? 200 : 503).send({ ready, projects, reasons });
    },
  );
}

function metricsRoute(app: App, { metrics }: RouteContext): void {
  app.get(
    '/metrics',
    {
      schema: {
        tags: ['system'],
        operationId: 'metrics',
        summary: 'Prometheus metrics',
        description: 'Text format 0.0.4, or OpenMetrics 1.0 for clients that accept it.',
        produces: ['text/plain', 'application/openmetrics-text'],
      },
    },
    async (request, reply) => {
      const text = await metrics.text();
      reply.header('vary', 'accept');
      return prefersOpenMetrics(request.headers.accept)
        ? reply.type(openMetricsType).send(openMetricsOf(text))
        : reply.type(metrics.registry.contentType).send(text);
    },
  );
}

function kpiRoute(app: App, { services, connections }: RouteContext): void {
  app.get(
    '/v1/system/kpis',
    {
      schema: {
        tags: ['system'],
        operationId: 'kpis',
        summary: 'How serving runs: traffic, objective, resources, cost and energy',
        description:
          'Every figure says its window and how many things it rests on; one that is not known is null, with the reason. ' +
          'Counted in memory since the server started; `almanac docs kpis` explains each.',
        querystring: Type.Object({
          minutes: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: detailMinutes,
              default: 60,
              description: 'window of all figures but those of the objective',
            }),
          ),
        }),
        response: { 200: kpis, ...problems(400) },
      },
    },
    async (request, reply) => {
      const { minutes = 60 } = request.query;
      return reply.send(kpisView(await liveKpis({ services, connections, minutes })));
    },
  );
}

function eventRoute(app: App, { services, streams }: RouteContext): void {
  app.get(
    '/v1/events',
    {
      config: { endless: true },
      schema: {
        tags: ['system'],
        operationId: 'events',
        summary: 'What happens, as server-sent events',
        description:
          'Begins with what happens next; `after` or Last-Event-ID continue after an event already seen.',
        produces: ['text/event-stream'],
        querystring: Type.Object({
          after: Type.Optional(Type.Integer({ minimum: 0, description: 'seq of the last event seen' })),
          project: Type.Optional(Type.String({ maxLength: 100, description: 'only what happens in it' })),
          types: Type.Optional(Type.String({ maxLength: 500, description: 'comma-separated' })),
        }),
        headers: Type.Object({
          'last-event-id': Type.Optional(Type.String({ description: 'as `after`, and wins over it' })),
        }),
        response: problems(400, 503),
      },
    },
    async (request, reply) => {
      const { after, project, types } = request.query;
      const last = request.headers['last-event-id'];
      const resumed = last === undefined || last === '' ? after : Number(last);
      if (resumed !== undefined && !(Number.isSafeInteger(resumed) && resumed >= 0))
        throw new AppError('http/invalid-request', 'Last-Event-ID is not the id of an event: leave it out');
      streams.checkRoom();
      const afterSeq = resumed ?? (await services.events.lastEventSeq());
      reply.hijack();
      await streams.run(reply.raw, {
        afterSeq,
        project,
        types: types === undefined ? undefined : new Set(types.split(',').map((type) => type.trim())),
      });
    },
  );
}

function problemRoute(app: App): void {
  app.get(
    '/problems/:room/:name',
    {
      schema: {
        tags: ['system'],
        operationId: 'problem',
        summary: 'What an error code means and what to do',
        description: 'The page that `type` of an error answer points to.',
        params: Type.Object({
          room: Type.String({ description: 'first part of an error code' }),
          name: Type.String({ description: 'second part of an error code' }),
        }),
        response: {
          200: Type.Object({ code: Type.String(), meaning: Type.String(), hint: Type.String() }),
          ...problems(404),
        },
      },
    },
    async (request, reply) => {
      const code = `${request.params.room}/${request.params.name}`;
      if (!Object.hasOwn(errorCodes, code))
        throw new AppError('http/not-found', 'there is no such error code');
      const { meaning, hint } = errorCodes[code as ErrorCode];
      return reply.send({ code, meaning, hint });
    },
  );
}
