// The Open Inference Protocol V2 with Triton's extensions for binary tensors, the repository, configuration and statistics.

import type { FastifyRequest } from 'fastify';
import { isAppError } from '../../../core/index.ts';
import { breathe } from '../../../services/serving/index.ts';
import { askerOf } from '../asker.ts';
import { parseJson } from '../body.ts';
import { encodeFor } from '../encoding.ts';
import { readinessOf } from '../readiness.ts';
import type { App, RouteContext } from '../routes/common.ts';
import { fieldsAt, invalid } from './fields.ts';
import { readInfer } from './read-infer.ts';
import { configView, metadataView, statisticsView } from './views.ts';
import { writeInfer } from './write-infer.ts';

const extensions = [
  'binary_tensor_data',
  'model_repository',
  'model_configuration',
  'statistics',
  'parameters',
];
/** What the reference pages show is our own API: these routes are specified by their protocol. */
const hidden = { schema: { hide: true } };
const raw = { ...hidden, config: { body: 'bytes' as const } };

type OfModel = { Params: { model: string; version?: string } };

export function openInferenceRoutes(app: App, context: RouteContext): void {
  serverRoutes(app, context);
  for (const model of ['/v2/models/:model', '/v2/models/:model/versions/:version']) {
    modelRoutes(app, context, model);
    inferRoute(app, context, model);
  }
  repositoryRoutes(app, context);
}

function serverRoutes(app: App, { services, settings }: RouteContext): void {
  app.get('/v2', hidden, async () => ({ name: 'almanac', version: settings.version, extensions }));
  app.get('/v2/health/live', hidden, async () => ({ live: true }));
  app.get('/v2/health/ready', hidden, async (_request, reply) => {
    const { ready, reasons } = await readinessOf(services);
    // The protocol decides by the status: 200, or one of 4xx.
    return ready
      ? { ready }
      : reply.code(400).send({ ready, error: `${reasons.join('; ')}: see GET /ready` });
  });
  app.get('/v2/models/stats', hidden, async () => statisticsView(await services.inference.statistics()));
}

function modelRoutes(app: App, { services: { inference } }: RouteContext, path: string): void {
  app.get<OfModel>(path, hidden, async ({ params: { model: name, version } }) => {
    const model = await inference.find(name, version);
    const entries = await inference.entries(name);
    const ready = entries.filter(({ state }) => state === 'READY').map((entry) => entry.version);
    return metadataView(model, ready);
  });
  app.get<OfModel>(`${path}/ready`, hidden, async ({ params: { model: name, version } }, reply) => {
    try {
      await inference.findReady(name, version);
      return { name, ready: true };
    } catch (error) {
      if (!isAppError(error, 'inference/not-ready')) throw error;
      return reply.code(409).send({ name, ready: false, error: error.message });
    }
  });
  app.get<OfModel>(`${path}/config`, hidden, async ({ params: { model: name, version } }) =>
    configView(await inference.find(name, version)),
  );
  app.get<OfModel>(`${path}/stats`, hidden, async ({ params: { model: name, version } }) =>
    statisticsView(await inference.statistics(name, version)),
  );
}

function inferRoute(
  app: App,
  { services: { inference }, settings, timers }: RouteContext,
  path: string,
): void {
  const rest = (): Promise<void> => breathe(timers);
  app.post<OfModel>(
    `${path}/infer`,
    { ...hidden, config: { ...raw.config, forecasts: true }, bodyLimit: settings.bodyBytesMax },
    async (request, reply) => {
      const { headers, params } = request;
      const model = await inference.find(params.model, params.version);
      const jsonLength = headers['inference-header-content-length'];
      const asked = await readInfer(bytesOf(request), jsonLength?.toString(), rest);
      const outputs = await inference.infer(model, { ...asked, ...askerOf(request, reply) });
      const { id, isBinary } = asked;
      const answer = await writeInfer({ model, id, outputs, isBinary }, rest);
      const { bytes, encoding } = await encodeFor(headers['accept-encoding']?.toString(), answer.bytes);
      if (answer.jsonLength !== undefined)
        reply.header('inference-header-content-length', String(answer.jsonLength));
      if (encoding !== undefined) reply.header('content-encoding', encoding);
      reply.type(answer.jsonLength === undefined ? 'application/json' : 'application/octet-stream');
      return reply.send(bytes as never);
    },
  );
}

function repositoryRoutes(app: App, { services: { inference } }: RouteContext): void {
  app.post('/v2/repository/index', raw, async (request) => {
    const { ready } = bodyOf(request);
    const entries = await inference.index();
    return entries.filter(({ state }) => ready !== true || state === 'READY');
  });
  app.post<OfModel>('/v2/repository/models/:model/load', raw, async (request) => {
    const [given] = Object.keys(fieldsAt(bodyOf(request).parameters ?? {}, 'parameters'));
    if (given !== undefined)
      throw invalid(
        `parameters.${given.slice(0, 60)} cannot be given: a model is loaded as it is registered`,
      );
    await inference.load(request.params.model);
    return {};
  });
  app.post<OfModel>('/v2/repository/models/:model/unload', raw, async (request) => {
    await inference.unload(request.params.model);
    return {};
  });
}

function bytesOf({ body }: FastifyRequest): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

/** The fields of a body that may be left out. */
function bodyOf(request: FastifyRequest): Readonly<Record<string, unknown>> {
  const bytes = bytesOf(request);
  return bytes.length === 0 ? {} : fieldsAt(parseJson(bytes), 'the body');
}
