// Forecast files: batch scoring as a job, and its file.

import { type TUnsafe, Type } from 'typebox';
import { AppError, type CsvRule, csvRules } from '../../../core/index.ts';
import { type FileFormat, fileFormats } from '../../../services/scoring/index.ts';
import type { ObservationsBody } from '../body.ts';
import * as schemas from '../schemas.ts';
import { type App, problems, projectAnd, projectParams, type RouteContext } from './common.ts';

const contentTypes: Readonly<Record<FileFormat, string>> = {
  parquet: 'application/vnd.apache.parquet',
  csv: 'text/csv; charset=utf-8',
  ndjson: 'application/x-ndjson',
};

const bodies = {
  'application/x-ndjson': { schema: rows('an object per line') },
  'text/csv': { schema: rows('a header line, then a line per row') },
};

const query = Type.Object({
  format: Type.Optional(Type.Enum([...fileFormats], { default: 'parquet', description: 'of the file' })),
  csv: Type.Optional(
    Type.Enum([...csvRules], {
      default: 'safe',
      description:
        'texts in CSV: `safe` puts an apostrophe before what a spreadsheet would run as a formula, `exact` does not',
    }),
  ),
  horizon: Type.Optional(Type.Integer({ minimum: 1, description: "steps ahead; default: the project's" })),
  quantiles: Type.Optional(
    Type.String({ maxLength: 2000, description: "levels such as `0.1,0.5,0.9`; default: the project's" }),
  ),
  version: Type.Optional(
    Type.String({ maxLength: 100, description: 'number, id or alias; default: the champion' }),
  ),
  unknown: Type.Optional(
    Type.Enum(['refuse', 'skip'], {
      default: 'refuse',
      description: 'what becomes of series that nothing is known of',
    }),
  ),
  log: Type.Optional(
    Type.Boolean({ default: false, description: 'store the forecasts as predictions too, to be graded' }),
  ),
});

export function forecastFileRoutes(app: App, context: RouteContext): void {
  const { services, settings } = context;
  app.post(
    '/v1/projects/:project/forecast-files',
    {
      bodyLimit: settings.bodyBytesMax,
      config: { body: 'observations' },
      schema: {
        tags: ['forecast'],
        operationId: 'makeForecastFile',
        summary: 'Forecast all series, or those of a table, into a file',
        description:
          'Without a body every series is forecast. A body names series, in the columns of the project; with a time and ' +
          'columns known ahead it also brings plans for the steps. The file is made from what is known when the job begins; ' +
          'a job that is killed goes on where it was. The same request is one job while it is under way.',
        params: projectParams,
        querystring: query,
        body: { content: bodies },
        response: { 202: schemas.forecastFileAccepted, ...problems(400, 404, 413, 415, 503) },
      },
    },
    async (request, reply) => {
      const project = context.project(request.params.project);
      const {
        format = 'parquet',
        csv = 'safe',
        horizon,
        quantiles,
        version,
        unknown = 'refuse',
        log = false,
      } = request.query;
      const { job, created } = await services.forecastFiles.begin(
        project.name,
        {
          format: format as FileFormat,
          csv: csv as CsvRule,
          horizon: horizon ?? null,
          quantiles: quantiles === undefined ? null : levelsOf(quantiles),
          version: version ?? null,
          unknown: unknown as 'refuse' | 'skip',
          log,
        },
        rowsOf(request.body as ObservationsBody | undefined),
      );
      const fileUrl = `/v1/projects/${encodeURIComponent(project.name)}/forecast-files/${job.id}`;
      return reply
        .code(202)
        .header('location', `/v1/jobs/${job.id}`)
        .send({ jobId: job.id, created, fileUrl });
    },
  );
  fileRoute(app, context);
}

function fileRoute(app: App, { services, project: find }: RouteContext): void {
  app.get(
    '/v1/projects/:project/forecast-files/:job',
    {
      schema: {
        tags: ['forecast'],
        operationId: 'forecastFile',
        summary: 'The file of a job that is done',
        description: 'Files are kept for a week (`retention.filesDays`).',
        params: projectAnd('job', 'id of a job that made a file'),
        response: {
          200: {
            description: 'The file',
            content: Object.fromEntries(
              Object.values(contentTypes).map((type) => [type, { schema: Type.Unsafe<unknown>({}) }]),
            ),
          },
          ...problems(404),
        },
      },
    },
    async (request, reply) => {
      const { name } = find(request.params.project);
      const file = await services.forecastFiles.open(name, request.params.job);
      return reply
        .type(contentTypes[file.format])
        .header('content-length', file.bytes)
        .header('content-disposition', `attachment; filename="${file.name}"`)
        .send(file.stream() as never);
    },
  );
}

function rows(description: string): TUnsafe<unknown> {
  return Type.Unsafe<unknown>({ description });
}

function rowsOf(
  body: ObservationsBody | undefined,
): { readonly bytes: Uint8Array; readonly format: 'csv' | 'ndjson' } | null {
  if (body === undefined) return null;
  const { bytes, format } = body;
  if (format === 'csv' || format === 'ndjson') return { bytes, format };
  throw new AppError(
    'http/unsupported-media-type',
    'series to forecast are sent as application/x-ndjson or text/csv: set Content-Type; leave the body out for all series',
  );
}

/** @throws AppError `http/invalid-request` */
function levelsOf(text: string): number[] {
  const levels = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (levels.every(Number.isFinite)) return [...new Set(levels)].sort((a, b) => a - b);
  throw new AppError(
    'http/invalid-request',
    `quantiles is "${text.slice(0, 100)}": write it like 0.1,0.5,0.9`,
  );
}
