// What other systems post to addresses of their own: a delivery is proved, taken once by its id, and answered when it is durable.

import { Type } from 'typebox';
import { AppError, isAppError } from '../../../core/index.ts';
import type { Admission } from '../../../services/sources/index.ts';
import { parseJson, readObservations } from '../body.ts';
import { limitDefaults } from '../limits.ts';
import { tellCommit } from '../read-your-write.ts';
import { ingestResult } from '../schemas.ts';
import { ingestView } from '../views.ts';
import { type App, problems, type RouteContext } from './common.ts';
import { rowBodies } from './observations.ts';

declare module 'fastify' {
  interface FastifyRequest {
    admission: Admission | null;
  }
}

const params = Type.Object({
  source: Type.String({ maxLength: 100, description: 'name of a webhook among the sources' }),
});
const signing = 'with authentication `signature`; svix-… and others by `deliveryHeader`';
const headers = Type.Object({
  'webhook-id': Type.Optional(
    Type.String({
      description: 'names the delivery for good: one that is sent again brings the same; 1 to 120 characters',
    }),
  ),
  'webhook-timestamp': Type.Optional(Type.String({ description: `seconds since 1970, ${signing}` })),
  'webhook-signature': Type.Optional(
    Type.String({
      description: `\`v1,\` and, in base64, HMAC-SHA-256 of \`id.timestamp.body\`; several apart by blanks, ${signing}`,
    }),
  ),
});

export function webhookRoutes(app: App, context: RouteContext): void {
  const { services, metrics, settings, timers } = context;
  const bytesMax = settings.bodyBytesMax;
  const { rows: rowsMax } = { ...limitDefaults, ...settings.limits };
  app.decorateRequest('admission', null);
  app.post(
    '/v1/webhooks/:source',
    {
      bodyLimit: bytesMax,
      config: { body: 'bytes' },
      // Whoever proves nothing has no body read.
      onRequest: async (request, reply) => {
        const { source } = request.params as { source: string };
        refuseEmpty(request.headers);
        try {
          const admission = await services.webhooks.admit(source, request.headers);
          request.admission = admission;
          reply.raw.once('close', admission.release);
        } catch (error) {
          // Names that there are not would each be counted for ever.
          if (!isAppError(error, 'sources/unknown-source')) metrics.countDelivery(source, 'refused');
          throw error;
        }
      },
      schema: {
        tags: ['data'],
        operationId: 'deliver',
        summary: 'Deliver rows as another system',
        description:
          'To the webhook of the configuration that has this name: JSON (rows, or a payload whose fields the configuration names), NDJSON, CSV ' +
          'or a workbook. Signed as Standard Webhooks describes, or its body alone in the header that the configuration names, or with a bearer token. A delivery is taken once by its id, however often it is ' +
          'sent, and answered when it is durable; with the same id and another content it is 409. Rows that break a rule go to quarantine; where ' +
          'none can be taken in, the delivery is 422 and nothing of it lands.',
        params,
        headers,
        body: { content: rowBodies },
        response: { 200: ingestResult, ...problems(400, 401, 404, 409, 413, 415, 422, 429, 503) },
      },
    },
    async (request, reply) => {
      const { source } = request.params;
      const admission = request.admission as Admission;
      const bytes = (request.body as Buffer | undefined) ?? Buffer.alloc(0);
      try {
        const outcome = await services.webhooks.take(admission, bytes, {
          format: async () => {
            const { bytes: _, ...body } = await readObservations(request, bytes, {
              bytesMax,
              rowsMax,
              timers,
            });
            return body;
          },
          payload: () => parseJson(bytes, { exact: true }),
        });
        metrics.countIngest(admission.project.name, outcome);
        metrics.countDelivery(source, outcome.replayed ? 'replayed' : 'taken');
        if (!outcome.replayed)
          await tellCommit(services, reply, () => services.serving.catchUp(admission.project.name));
        return reply.send(ingestView(admission.project, outcome));
      } catch (error) {
        metrics.countDelivery(source, 'refused');
        throw error;
      }
    },
  );
}

/** What is missing is said before anything is looked for. */
function refuseEmpty(headers: Readonly<Record<string, string | string[] | undefined>>): void {
  if (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0) return;
  throw new AppError('http/invalid-body', 'the body is empty: send at least one observation');
}
