// Training and jobs.

import { Type } from 'typebox';
import { startAgain } from '../../../services/jobs/index.ts';
import { jobLog } from '../job-schema.ts';
import * as schemas from '../schemas.ts';
import { jobView } from '../views.ts';
import { type App, actorOf, limitOf, problems, projectParams, type RouteContext } from './common.ts';

const smallBody = 64 * 1024;
const logLinesMax = 1000;

export function trainingRoutes(app: App, context: RouteContext): void {
  const { services } = context;
  app.post(
    '/v1/projects/:project/train',
    {
      bodyLimit: smallBody,
      schema: {
        tags: ['training'],
        operationId: 'train',
        summary: 'Train, compare with the champion, promote if better',
        description: 'One training per project at a time: while one is under way, its job is answered.',
        params: projectParams,
        body: Type.Object({
          reason: Type.Optional(Type.String({ maxLength: 500, description: 'kept with the job' })),
        }),
        response: { 202: schemas.trainAccepted, ...problems(400, 404, 503) },
      },
    },
    async (request, reply) => {
      const project = context.project(request.params.project);
      const { reason = `asked for by ${actorOf(request)}` } = request.body;
      const { job, created } = await services.jobs.enqueue('train', project.name, {
        trigger: 'api',
        reason,
      });
      return reply.code(202).header('location', `/v1/jobs/${job.id}`).send({ jobId: job.id, created });
    },
  );
  jobRoutes(app, context);
}

function jobRoutes(app: App, { services, project: find }: RouteContext): void {
  const params = Type.Object({
    id: Type.String({ minLength: 1, maxLength: 100, description: 'id of a job' }),
  });
  app.get(
    '/v1/jobs',
    {
      schema: {
        tags: ['training'],
        operationId: 'jobs',
        summary: 'Jobs, newest first',
        description:
          'Trainings, backtests, searches, forecast files and sealings, each with the cause for which it began.',
        querystring: Type.Object({
          project: Type.Optional(Type.String({ maxLength: 100, description: 'only its jobs' })),
          state: Type.Optional(schemas.jobState),
          limit: limitOf(1000, 100),
        }),
        response: { 200: schemas.page(schemas.job), ...problems(400) },
      },
    },
    async (request, reply) => {
      const { project, state, limit = 100 } = request.query;
      const found = await services.jobs.list({
        limit,
        ...(project === undefined ? {} : { project }),
        ...(state === undefined ? {} : { state }),
      });
      return reply.send({ items: found.map(jobView) });
    },
  );
  app.get(
    '/v1/jobs/:id',
    {
      schema: {
        tags: ['training'],
        operationId: 'job',
        summary: 'One job, with its progress',
        description:
          '`results` has what finished steps returned; `error` the last failure, also of a job that will be tried again.',
        params,
        response: { 200: schemas.job, ...problems(404) },
      },
    },
    async (request, reply) => reply.send(jobView(await services.jobs.get(request.params.id))),
  );
  app.post(
    '/v1/jobs/:id/cancel',
    {
      bodyLimit: smallBody,
      schema: {
        tags: ['training'],
        operationId: 'cancelJob',
        summary: 'End a queued or running job',
        description:
          'The step that runs is told within a quarter of a second, and stores nothing more. A job that has ended already is 409.',
        params,
        response: { 200: schemas.job, ...problems(404, 409) },
      },
    },
    async (request, reply) => {
      await services.jobs.cancel(request.params.id);
      return reply.send(jobView(await services.jobs.get(request.params.id)));
    },
  );
  app.get(
    '/v1/jobs/:id/log',
    {
      schema: {
        tags: ['training'],
        operationId: 'jobLog',
        summary: 'What a job did, line by line',
        description: `Oldest first: the newest ${logLinesMax} lines, of those that are kept as long as events are.`,
        params,
        response: { 200: jobLog, ...problems(404) },
      },
    },
    async (request, reply) => {
      const lines = await services.jobs.log(request.params.id, { limit: logLinesMax });
      return reply.send({ lines: lines.map((line) => ({ ...line, at: new Date(line.at).toISOString() })) });
    },
  );
  app.post(
    '/v1/jobs/:id/again',
    {
      bodyLimit: smallBody,
      schema: {
        tags: ['training'],
        operationId: 'startJobAgain',
        summary: 'Start a job that failed again',
        description:
          'A new job with the same request, from its first step; its `parent` is the one before. One that was cancelled may be started again too; any other is 409. While one of its kind is under way, that job is answered.',
        params,
        response: { 202: schemas.trainAccepted, ...problems(404, 409) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      // A project that is out of service begins nothing.
      find((await services.jobs.get(id)).project);
      const { job, created } = await startAgain(services.jobs, {
        id,
        trigger: 'api',
        actor: actorOf(request),
      });
      return reply.code(202).header('location', `/v1/jobs/${job.id}`).send({ jobId: job.id, created });
    },
  );
}
