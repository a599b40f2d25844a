// POST observations: one batch, taken once, counted row by row.

import { type TUnsafe, Type } from 'typebox';
import { AppError, type Project, projectMapped } from '../../../core/index.ts';
import type { ObservationsBody } from '../body.ts';
import { tellCommit } from '../read-your-write.ts';
import { ingestResult } from '../schemas.ts';
import type { BodyOptions } from '../services.ts';
import { ingestView } from '../views.ts';
import { type App, problems, projectParams, type RouteContext } from './common.ts';
import { idempotencyHeaders, keyOf } from './idempotency-key.ts';

/** Any bytes pass here: the data room checks them row by row, and tells of each bad one. */
export const rowBodies: Readonly<Record<string, { schema: TUnsafe<unknown> }>> = {
  'application/json': { schema: described('an array of objects, one per row') },
  'application/x-ndjson': { schema: described('an object per line') },
  'text/csv': { schema: described('a header line, then a line per row') },
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': {
    schema: described('a workbook (.xlsx): a row with names, then a row per row'),
  },
};

const mappingQuery = {
  mapping: Type.Optional(
    Type.String({
      maxLength: 100,
      description:
        'name of one of `mappings` of the project: what the body calls its columns, and how it is written',
    }),
  ),
};

const feedQuery = {
  feed: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 60,
      description:
        'who sends it, such as a till or a supplier: shown with the batch and with the rows that it had refused',
    }),
  ),
};

const closedQuery = Type.Object({
  ...mappingQuery,
  ...feedQuery,
  closedThrough: Type.Optional(
    Type.String({
      maxLength: 100,
      description:
        'the last period that is over, as times of rows are written: for all who report together with the series of the body, ' +
        'or, with an empty body, for the whole project; a period without a row is zero (by the gap rule) only once it is over',
    }),
  ),
});

function described(description: string): TUnsafe<unknown> {
  return Type.Unsafe<unknown>({ description });
}

export function observationRoutes(app: App, context: RouteContext): void {
  const { services, metrics, settings } = context;
  app.post(
    '/v1/projects/:project/observations',
    {
      bodyLimit: settings.bodyBytesMax,
      config: { body: 'observations' },
      schema: {
        tags: ['data'],
        operationId: 'observe',
        summary: 'Send observations',
        description:
          "A JSON array of rows, NDJSON, CSV with a header, gzip or not, or a workbook (.xlsx); columns as in the project's settings. " +
          'The whole batch is atomic. A batch with an Idempotency-Key is taken once, however often it is sent; without one ' +
          'every request is a batch of its own, and its values replace earlier ones.',
        params: projectParams,
        body: { content: rowBodies },
        headers: idempotencyHeaders,
        querystring: closedQuery,
        response: { 200: ingestResult, ...problems(400, 404, 409, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const project = context.project(request.params.project);
      const { mapping, ...closes } = request.query;
      const { bytes, options } = batchOf(request, closes);
      const outcome = await services.data.ingestBody(readingProject(project, mapping), bytes, options);
      metrics.countIngest(project.name, outcome);
      // The rows are durable; the next forecast of this server begins after them.
      if (!outcome.replayed) await tellCommit(services, reply, () => services.serving.catchUp(project.name));
      return reply.send(ingestView(project, outcome));
    },
  );
  attributeRoute(app, context);
}

function attributeRoute(app: App, context: RouteContext): void {
  const { services, metrics, settings } = context;
  app.post(
    '/v1/projects/:project/attributes',
    {
      bodyLimit: settings.bodyBytesMax,
      config: { body: 'observations' },
      schema: {
        tags: ['data'],
        operationId: 'describe',
        summary: 'Send attributes of series',
        description:
          "Rows with the project's series columns and its static columns, one per series, in the formats of observations. " +
          'What a row says is added to what is known of its series; a series may be described before it sells.',
        params: projectParams,
        body: { content: rowBodies },
        headers: idempotencyHeaders,
        querystring: Type.Object({ ...mappingQuery, ...feedQuery }),
        response: { 200: ingestResult, ...problems(400, 404, 409, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const project = context.project(request.params.project);
      const { bytes, options } = batchOf(request, { feed: request.query.feed });
      const reading = readingProject(project, request.query.mapping);
      const outcome = await services.data.ingestAttributesBody(reading, bytes, options);
      metrics.countIngest(project.name, outcome);
      if (!outcome.replayed) await tellCommit(services, reply, () => services.serving.catchUp(project.name));
      return reply.send(ingestView(project, outcome));
    },
  );
}

/** The project as it reads bodies that one of its mappings is for. */
function readingProject(project: Project, mapping: string | undefined): Project {
  return mapping === undefined ? project : projectMapped(project, mapping);
}

const emptyBody = { bytes: Buffer.alloc(0), format: 'json' } as const;

/** The bytes of a request and how they are to be taken in. */
function batchOf(
  request: { body: unknown; headers: { 'idempotency-key'?: string | undefined } },
  { feed, ...closes }: { closedThrough?: string; feed?: string | undefined } = {},
): {
  bytes: Uint8Array;
  options: BodyOptions & { closedThrough?: string };
} {
  const sent = request.body as ObservationsBody | undefined;
  const body = sent ?? (closes.closedThrough === undefined ? undefined : emptyBody);
  if (body === undefined)
    throw new AppError('http/invalid-body', 'the body is empty: send at least one observation');
  const idempotencyKey = keyOf(request.headers['idempotency-key']);
  const key = idempotencyKey === undefined ? {} : { idempotencyKey };
  const { bytes, ...how } = body;
  return {
    bytes,
    options: { ...how, source: feed === undefined ? 'http' : `http ${feed}`, ...key, ...closes },
  };
}
