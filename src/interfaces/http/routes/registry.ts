// Models (versions, promotion, rollback) and runs.

import { Type } from 'typebox';
import type { Project } from '../../../core/index.ts';
import type { ModelVersion } from '../contract.ts';
import { sayHowFar } from '../read-your-write.ts';
import * as schemas from '../schemas.ts';
import type { VersionRecord } from '../services.ts';
import { runView, versionView } from '../views.ts';
import {
  type App,
  actorOf,
  limitOf,
  problems,
  projectAnd,
  projectParams,
  type RouteContext,
} from './common.ts';

const smallBody = 64 * 1024;
const cause = Type.Object({
  reason: Type.Optional(Type.String({ maxLength: 500, description: 'kept in the history' })),
});

export function registryRoutes(app: App, context: RouteContext): void {
  modelRoutes(app, context);
  promotionRoutes(app, context);
  runRoutes(app, context);
}

async function viewOf(
  { services }: RouteContext,
  project: Project,
  { id }: VersionRecord,
): Promise<ModelVersion> {
  // As it is now: a promotion has written to it.
  const version = await services.registry.get(id);
  return versionView(version, await services.registry.aliases(project.name));
}

function modelRoutes(app: App, context: RouteContext): void {
  const { registry } = context.services;
  app.get(
    '/v1/projects/:project/models',
    {
      schema: {
        tags: ['registry'],
        operationId: 'models',
        summary: 'Versions, newest first',
        description:
          'With the aliases that point to them, the metrics of their training, what the gate said, and whether they have proved that they can serve.',
        params: projectParams,
        querystring: Type.Object({ limit: limitOf(1000, 100) }),
        response: { 200: schemas.page(schemas.modelVersion), ...problems(400, 404) },
      },
    },
    async (request, reply) => {
      const { name } = context.project(request.params.project);
      const aliases = await registry.aliases(name);
      const versions = await registry.list(name, request.query.limit ?? 100);
      return reply.send({ items: versions.map((version) => versionView(version, aliases)) });
    },
  );
  app.get(
    '/v1/projects/:project/models/:version',
    {
      schema: {
        tags: ['registry'],
        operationId: 'model',
        summary: 'One version, by number, id or alias',
        description:
          'With the aliases that point to it, what the gate said, and why it was refused if it was.',
        params: projectAnd('version', 'number, id or alias'),
        response: { 200: schemas.modelVersion, ...problems(404) },
      },
    },
    async (request, reply) => {
      const project = context.project(request.params.project);
      const version = await registry.find(project.name, request.params.version);
      return reply.send(await viewOf(context, project, version));
    },
  );
}

function promotionRoutes(app: App, context: RouteContext): void {
  const { registry, promotion } = context.services;
  app.post(
    '/v1/projects/:project/models/:version/promote',
    {
      bodyLimit: smallBody,
      schema: {
        tags: ['registry'],
        operationId: 'promote',
        summary: 'Make a version the champion',
        description:
          'The version is loaded, checked and forecasts a sample first; if that fails, nothing changes.',
        params: projectAnd('version', 'number, id or alias'),
        body: cause,
        response: { 200: schemas.promotion, ...problems(400, 404, 409) },
      },
    },
    async (request, reply) => {
      const project = context.project(request.params.project);
      const version = await registry.find(project.name, request.params.version);
      const { reason = 'promoted by request' } = request.body;
      await promotion.promote(version, { by: actorOf(request), reason });
      await sayHowFar(context.services, reply);
      return reply.send({ alias: 'champion', version: await viewOf(context, project, version) });
    },
  );
  app.post(
    '/v1/projects/:project/rollback',
    {
      bodyLimit: smallBody,
      schema: {
        tags: ['registry'],
        operationId: 'rollback',
        summary: 'Go back to the version before, at once',
        description:
          'It is loaded already. Trainings that the server begins by itself then stay challengers until a version is promoted or a training is asked for.',
        params: projectParams,
        body: cause,
        response: { 200: schemas.promotion, ...problems(400, 404, 409) },
      },
    },
    async (request, reply) => {
      const project = context.project(request.params.project);
      const { reason = 'rolled back by request' } = request.body;
      const version = await promotion.rollback(project.name, { by: actorOf(request), reason });
      await sayHowFar(context.services, reply);
      return reply.send({ alias: 'champion', version: await viewOf(context, project, version) });
    },
  );
}

function runRoutes(app: App, context: RouteContext): void {
  const { tracking } = context.services;
  app.get(
    '/v1/projects/:project/runs',
    {
      schema: {
        tags: ['registry'],
        operationId: 'runs',
        summary: 'Runs, newest first',
        description:
          'Trainings, backtests and searches, with parameters, metrics, cost and the cause for which they began.',
        params: projectParams,
        querystring: Type.Object({
          before: Type.Optional(Type.String({ maxLength: 100, description: 'last id of the page before' })),
          limit: limitOf(1000, 100),
        }),
        response: { 200: schemas.page(schemas.run), ...problems(400, 404) },
      },
    },
    async (request, reply) => {
      const project = context.project(request.params.project).name;
      const { before, limit = 100 } = request.query;
      const runs = await tracking.list({ project, limit, ...(before === undefined ? {} : { before }) });
      return reply.send({ items: runs.map(runView) });
    },
  );
  app.get(
    '/v1/projects/:project/runs/:run',
    {
      schema: {
        tags: ['registry'],
        operationId: 'run',
        summary: 'One run',
        description: 'Parameters, metrics, cost, artifacts and environment; `error` says why it failed.',
        params: projectAnd('run', 'id of a run'),
        response: { 200: schemas.run, ...problems(404) },
      },
    },
    async (request, reply) => {
      context.project(request.params.project);
      return reply.send(runView(await tracking.get(request.params.run)));
    },
  );
}
