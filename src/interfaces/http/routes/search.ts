// Searches: a job that tries parameters; see docs/guides/search.md.

import { Type } from 'typebox';
import { parseSearchRequest, requestLimits } from '../../../services/search/index.ts';
import * as schemas from '../schemas.ts';
import type { JobRecord } from '../services.ts';
import { type App, actorOf, problems, projectParams, type RouteContext } from './common.ts';

const bodyBytesMax = 64 * 1024;

export function searchRoutes(app: App, context: RouteContext): void {
  const { services } = context;
  app.post(
    '/v1/projects/:project/search',
    {
      bodyLimit: bodyBytesMax,
      schema: {
        tags: ['training'],
        operationId: 'search',
        summary: 'Search parameters that do better than the defaults',
        description:
          'The job tries points of the space and compares the best with the defaults on a window the choice never saw; ' +
          'its last step names the run with the report. The same search is one job while it is under way.',
        params: projectParams,
        body: Type.Object({
          trials: Type.Optional(number('trials', 'points to try, the defaults included')),
          seconds: Type.Optional(number('seconds', 'wall-clock time at most')),
          cpuSeconds: Type.Optional(number('cpuSeconds', 'thread time at most')),
          folds: Type.Optional(number('folds', 'windows to choose on, before the last')),
          rungs: Type.Optional(number('rungs', 'steps of early stopping; 1 = none')),
          seed: Type.Optional(number('seed', 'seed of the draws')),
          sampler: Type.Optional(Type.Enum(['tpe', 'random'])),
          space: Type.Optional(
            Type.Record(Type.String(), Type.Unknown(), {
              description: 'parameters by name: `almanac docs search`',
            }),
          ),
        }),
        response: { 202: schemas.trainAccepted, ...problems(400, 404, 503) },
      },
    },
    async (request, reply) => {
      const project = context.project(request.params.project);
      const input = request.body as JobRecord['input'];
      parseSearchRequest(input);
      const key = `search:${project.name}:${JSON.stringify(input)}`;
      const cause = { trigger: 'api', reason: `asked for by ${actorOf(request)}` };
      const { job, created } = await services.jobs.enqueue(
        'search',
        project.name,
        { ...input, ...cause },
        { singleFlightKey: key },
      );
      return reply.code(202).header('location', `/v1/jobs/${job.id}`).send({ jobId: job.id, created });
    },
  );
}

function number(name: keyof typeof requestLimits, description: string): ReturnType<typeof Type.Number> {
  const { min, max } = requestLimits[name];
  return Type.Number({ minimum: min, maximum: max, description });
}
