// The HTTP server: one Fastify instance over the services, problem details for every error, bounds on everything.

import type { Socket } from 'node:net';
import swagger from '@fastify/swagger';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { AppError } from '../../core/index.ts';
import { addBodyParser } from './body.ts';
import { BodyBudget } from './body-reader.ts';
import { boundClients } from './clients.ts';
import { compressAnswers } from './compress.ts';
import { Connections } from './connections.ts';
import { dashboardRoutes, mayBePage, sendPage, wantsPage } from './dashboard/routes.ts';
import { boundAnswers } from './deadline.ts';
import { type ErrorShape, shapeFor } from './error-shape.ts';
import { EventStreams } from './event-stream.ts';
import { guardSites } from './host-and-origin.ts';
import { recordRequests } from './kpi-recorder.ts';
import { headerBytesMax, headersMax, limitDefaults, pipelinedMax } from './limits.ts';
import { Metrics } from './metrics.ts';
import { RouteTable } from './not-found.ts';
import { openInferenceErrors } from './open-inference/errors.ts';
import { openInferenceRoutes } from './open-inference/routes.ts';
import { problemOf, retryAfterSeconds, shownError, statusOf, toAppError } from './problem.ts';
import { honourAfter } from './read-your-write.ts';
import { nameAnswers, named, requestIds } from './request-id.ts';
import { alertRouteRoutes } from './routes/alert-routes.ts';
import { alertmanagerRoutes } from './routes/alertmanager.ts';
import { alertRoutes } from './routes/alerts.ts';
import type { App, RouteContext } from './routes/common.ts';
import { coverageRoutes } from './routes/coverage.ts';
import { datasetRoutes } from './routes/datasets.ts';
import { demoRoutes } from './routes/demo.ts';
import { driftRoutes } from './routes/drift.ts';
import { forecastFileRoutes } from './routes/forecast-files.ts';
import { forecastRoutes } from './routes/forecasts.ts';
import { observationRoutes } from './routes/observations.ts';
import { overrideRoutes } from './routes/overrides.ts';
import { projectRoutes } from './routes/projects.ts';
import { quarantineRoutes } from './routes/quarantine.ts';
import { registeredModelRoutes } from './routes/registered-models.ts';
import { registryRoutes } from './routes/registry.ts';
import { replenishmentRoutes } from './routes/replenishment.ts';
import { searchRoutes } from './routes/search.ts';
import { seriesRoutes } from './routes/series.ts';
import { sourceRoutes } from './routes/sources.ts';
import { standingRoutes } from './routes/standing.ts';
import { storedDataRoutes } from './routes/stored-data.ts';
import { streamRoutes } from './routes/streams.ts';
import { systemRoutes } from './routes/system.ts';
import { trainingRoutes } from './routes/training.ts';
import { webhookRoutes } from './routes/webhooks.ts';
import { withdrawalRoutes } from './routes/withdrawals.ts';
import { problem } from './schemas.ts';
import { scoringErrors } from './scoring/errors.ts';
import { scoringRoutes } from './scoring/routes.ts';
import type { HttpOptions } from './services.ts';
import { closeGracefully } from './shutdown.ts';
import { validatorCompiler } from './validate.ts';

const controlBodyMax = 1024 * 1024;
/** Protocols with an error body of their own. */
const errorShapes: readonly ErrorShape[] = [openInferenceErrors, scoringErrors];

/** Builds the server; `listen` or `inject` it. `close` finishes requests under way and ends event streams (`closing.ts`). */
export function buildHttp(options: HttpOptions): FastifyInstance {
  const { settings, services, timers, log } = options;
  const limits = { ...limitDefaults, ...settings.limits };
  const genReqId = requestIds(options.ids);
  const app = fastify({
    bodyLimit: controlBodyMax,
    trustProxy: settings.trustedProxies === undefined ? false : [...settings.trustedProxies],
    requestTimeout: limits.requestMs,
    connectionTimeout: limits.stallMs,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { maxParamLength: 1024 },
    http: {
      maxHeaderSize: headerBytesMax,
      headersTimeout: Math.min(limits.headersMs, limits.requestMs),
      connectionsCheckingInterval: Math.min(limits.headersMs, limits.requestMs, 2000),
    },
    genReqId,
    frameworkErrors: (error, request, reply) => sendProblem(error, request, reply as FastifyReply),
    clientErrorHandler: answerClientError(() => options.ids.next('req')),
  }).withTypeProvider<TypeBoxTypeProvider>();

  app.setValidatorCompiler(validatorCompiler);
  // Answers are built by typed views: the plain serializer is right for all of them.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  const budget = new BodyBudget(limits.bodiesBytes);
  addBodyParser(app as unknown as FastifyInstance, { settings, limits, timers, budget });

  const streams = new EventStreams({
    events: services.events,
    feed: services.feed,
    timers,
    heartbeatMs: settings.eventHeartbeatMs ?? 15_000,
  });
  const connections = new Connections({
    max: limits.connections,
    perAddressMax: limits.connectionsPerAddress,
    timers,
    onRefused: () => metrics.countRefusedConnection(),
  });
  const metrics: Metrics = new Metrics(options, { streams, connections, budget });
  const routes = new RouteTable();
  const sendProblem = (thrown: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const error = toAppError(thrown);
    const status = statusOf(error);
    reply.header('x-request-id', request.id);
    if (status >= 500)
      log.error({ ...named(request), code: error.code, error: error.cause ?? error }, 'request failed');
    const retryAfter = retryAfterSeconds(error);
    if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));
    const { type, text } = shapeFor(errorShapes, request.url)?.write(shownError(error), {
      status,
      requestId: request.id,
    }) ?? { type: 'application/problem+json', text: JSON.stringify(problemOf(error, request)) };
    // As bytes, so that no charset is added: KServe's client reads the reason of plain `application/json` only.
    reply.code(status).type(type).send(Buffer.from(text));
  };

  const plain = app as unknown as FastifyInstance;
  nameAnswers(plain);
  compressAnswers(plain);
  metrics.watch(plain);
  services.onInferredForecast((project, answer) => metrics.countForecast(project, answer));
  routes.watch(plain);
  recordRequests(plain, services.kpis);
  honourAfter(plain, services);
  boundClients(plain, limits.requestsPerClient);
  boundAnswers(plain, { answerMs: limits.answerMs, timers });
  watchConnections(plain, connections);
  closeGracefully(plain, {
    streams,
    connections,
    timers,
    drainMs: settings.drainMs ?? 0,
    idle: () => metrics.idle(),
  });
  app.addHook('onRequest', (request, reply, done) => {
    const excess = excessOf(request, connections);
    if (excess) {
      reply.header('connection', 'close');
      done(excess);
      return;
    }
    done();
  });
  guardSites(plain, settings);
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply));
  app.setNotFoundHandler((request, reply) => {
    const { site } = options;
    if (site && wantsPage(request) && mayBePage(request.url, (first) => routes.isUnder(first)))
      return sendPage(request, reply, site);
    const { error, allow } = routes.errorFor(request);
    if (allow) reply.header('allow', allow);
    return sendProblem(error, request, reply);
  });
  app.addSchema(problem);
  app.register(swagger, {
    openapi: openapiInfo(settings.version),
    refResolver: { buildLocalReference: (schema) => String(schema.$id) },
  });
  const context: RouteContext = {
    ...options,
    metrics,
    streams,
    connections,
    project: (name) => services.projects.get(name),
  };
  app.register((scope, _options, done) => {
    addRoutes(scope as unknown as App, context);
    done();
  });
  return plain;
}

function addRoutes(app: App, context: RouteContext): void {
  systemRoutes(app, context);
  dashboardRoutes(app as unknown as FastifyInstance, context.site);
  projectRoutes(app, context);
  datasetRoutes(app, context);
  storedDataRoutes(app, context);
  quarantineRoutes(app, context);
  withdrawalRoutes(app, context);
  observationRoutes(app, context);
  forecastRoutes(app, context);
  forecastFileRoutes(app, context);
  coverageRoutes(app, context);
  seriesRoutes(app, context);
  standingRoutes(app, context);
  driftRoutes(app, context);
  overrideRoutes(app, context);
  alertRoutes(app, context);
  alertRouteRoutes(app, context);
  alertmanagerRoutes(app, context);
  replenishmentRoutes(app, context);
  trainingRoutes(app, context);
  searchRoutes(app, context);
  streamRoutes(app, context);
  sourceRoutes(app, context);
  webhookRoutes(app, context);
  registryRoutes(app, context);
  registeredModelRoutes(app, context);
  openInferenceRoutes(app, context);
  scoringRoutes(app, context);
  demoRoutes(app, context);
}

/** Counts connections, and drops those on which nothing moves though something should. */
function watchConnections(app: FastifyInstance, connections: Connections): void {
  connections.watch(app.server);
  // Told when nothing has come or gone for a while: that is a client that stopped reading, or an idle connection. One whose
  // answer is still being made is left alone.
  app.server.on('timeout', (socket: Socket) => {
    if (socket.writableLength > 0 || connections.requestsOn(socket) === 0) socket.destroy();
  });
  // An `Expect` that is not known is no reason to refuse what else the request says (RFC 9110, 10.1.1).
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
}

/** What a request that should not have come is refused with. */
function excessOf({ raw }: FastifyRequest, connections: Connections): AppError | undefined {
  const refusal = connections.refusalOf(raw.socket);
  if (refusal !== undefined)
    return new AppError('http/too-many-connections', `${refusal}: connect again in a while`);
  if (connections.requestsOn(raw.socket) > pipelinedMax)
    return new AppError(
      'http/too-many-requests',
      `${pipelinedMax} requests of this connection are under way: wait for their answers`,
    );
  const headers = raw.rawHeaders.length / 2;
  if (headers <= headersMax) return undefined;
  return new AppError(
    'http/headers-invalid',
    `the request has ${headers} headers, more than ${headersMax}: send fewer`,
  );
}

/** Requests that Node itself could not read: the answer is written to the socket by hand. */
const answerClientError =
  (newId: () => string) =>
  (error: Error & { code?: string }, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
      socket.destroy();
      return;
    }
    const failure =
      error.code === 'HPE_HEADER_OVERFLOW'
        ? new AppError(
            'http/headers-invalid',
            `the headers are larger than ${headerBytesMax} bytes: send fewer`,
          )
        : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
          ? new AppError('http/timeout', 'the request did not arrive in time: send it faster or in parts')
          : new AppError('http/invalid-request', 'the request is not well-formed HTTP/1.1');
    const status = statusOf(failure);
    const id = newId();
    const body = JSON.stringify(problemOf(failure, { id, url: '' }));
    socket.end(
      `HTTP/1.1 ${status} ${status === 431 ? 'Request Header Fields Too Large' : status === 408 ? 'Request Timeout' : 'Bad Request'}\r\n` +
        `content-type: application/problem+json\r\nx-request-id: ${id}\r\nconnection: close\r\n` +
        `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  };

function openapiInfo(version: string): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Almanac',
      version,
      description:
        'Keeps a demand forecast right: observations in, forecasts out, accuracy watched, models retrained.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    tags: [
      { name: 'projects', description: 'Forecasting problems' },
      { name: 'data', description: 'Observations, dataset versions, quarantine' },
      { name: 'forecast', description: 'Forecasts and how good they were' },
      { name: 'series', description: 'Series one by one: found, looked at, explained' },
      { name: 'monitoring', description: 'Whether data is still what it was' },
      {
        name: 'overrides',
        description: "Numbers of people in place of the model's, and what they were worth",
      },
      { name: 'alerts', description: 'What somebody should know of' },
      { name: 'training', description: 'Training jobs' },
      { name: 'registry', description: 'Versions and runs' },
      { name: 'lineage', description: 'Where a forecast came from' },
      { name: 'system', description: 'Health, metrics, events' },
    ],
  };
}
