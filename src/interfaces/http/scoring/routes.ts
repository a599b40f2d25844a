// MLflow's scoring protocol, as `mlflow models serve` and a SageMaker container speak it.

import type { FastifyRequest } from 'fastify';
import { AppError } from '../../../core/index.ts';
import type { Breathe, InferenceModel } from '../../../services/inference/index.ts';
import { breathe } from '../../../services/serving/index.ts';
import { askerOf } from '../asker.ts';
import { encodeFor } from '../encoding.ts';
import type { App, RouteContext } from '../routes/common.ts';
import { predictionsText } from './predictions.ts';
import { invalid, readCsvBody, readJsonBody, type ScoringBody } from './table.ts';
import { tensorsOf } from './to-tensors.ts';

/** The MLflow whose wire is followed. */
const mlflowVersion = '3.10.1';
const hidden = { schema: { hide: true } };

export function scoringRoutes(app: App, { services: { inference }, timers, settings }: RouteContext): void {
  const rest = (): Promise<void> => breathe(timers);
  const modelFor = async ({ headers }: FastifyRequest): Promise<InferenceModel> => {
    const name = headers['x-almanac-model']?.toString() ?? (await inference.defaultName());
    return inference.find(name, headers['x-almanac-version']?.toString());
  };

  app.get('/version', hidden, async (_request, reply) => reply.type('text/plain').send(mlflowVersion));
  app.get('/ping', hidden, async (request, reply) => {
    try {
      await modelFor(request);
    } catch (cause) {
      // The protocol knows one answer for what is not ready.
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new AppError('inference/unknown-model', `not ready: ${reason}`, { cause });
    }
    return reply.type('application/json').send('\n');
  });
  app.post(
    '/invocations',
    { ...hidden, config: { body: 'bytes', forecasts: true }, bodyLimit: settings.bodyBytesMax },
    async (request, reply) => {
      const read = readerFor(request.headers['content-type']);
      const model = await modelFor(request);
      const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const { sent, params } = await read(bytes, rest);
      const inputs = await tensorsOf(model, sent, rest);
      const parameters = parametersOf(params);
      const outputs = await inference.infer(model, { inputs, parameters, ...askerOf(request, reply) });
      const text = await predictionsText(outputs, rest);
      const answer = await encodeFor(request.headers['accept-encoding']?.toString(), text);
      if (answer.encoding !== undefined) reply.header('content-encoding', answer.encoding);
      reply.header('x-almanac-model', model.name).header('x-almanac-version', model.version);
      return reply.type('application/json').send(answer.bytes as never);
    },
  );
}

/** No type at all is read as JSON. @throws AppError `http/unsupported-media-type` */
function readerFor(header: string | undefined): (bytes: Buffer, breathe: Breathe) => Promise<ScoringBody> {
  const [type = '', ...parameters] = (header ?? 'application/json')
    .toLowerCase()
    .split(';')
    .map((text) => text.trim());
  const strange = parameters.find((text) => !/^charset="?utf-?8"?$/.test(text));
  if (strange !== undefined)
    throw unsupported(
      `content-type parameter ${strange.slice(0, 60)} is not read here: send UTF-8 and no other`,
    );
  if (type === 'text/csv')
    return async (bytes, rest) => ({ sent: await readCsvBody(bytes, rest), params: {} });
  if (type === 'application/json') return readJsonBody;
  throw unsupported(`${type.slice(0, 60)} is not read here: send application/json or text/csv`);
}

function unsupported(message: string): AppError {
  return new AppError('http/unsupported-media-type', message);
}

/** Lists of numbers, such as quantiles, go on as text. */
function parametersOf(params: Readonly<Record<string, unknown>>): Record<string, string | number | boolean> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => {
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
        return [name, value];
      if (Array.isArray(value) && value.every((item) => typeof item === 'number'))
        return [name, value.join(',')];
      throw invalid(`params.${name.slice(0, 60)} must be a text, a number, a boolean or a list of numbers`);
    }),
  );
}
