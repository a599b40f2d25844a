// Projects: those that there are, and how they come, change and go while the server runs.

import { type TUnsafe, Type } from 'typebox';
import { enqueuePurge, type ProjectSettings } from '../../../services/projects/index.ts';
import type { ProjectChange, ProjectDraft } from '../contract.ts';
import * as projects from '../project-schema.ts';
import { tellCommit } from '../read-your-write.ts';
import * as schemas from '../schemas.ts';
import type { ProjectRecord } from '../services.ts';
import { projectView, removedProjectView } from '../views.ts';
import { type App, actorOf, problems, projectParams, type RouteContext } from './common.ts';

const bodyLimit = 64 * 1024;
const version = Type.Integer({
  minimum: 1,
  description: 'only while the project has this version, else 409',
});

export function projectRoutes(app: App, context: RouteContext): void {
  readRoutes(app, context);
  addRoute(app, context);
  changeRoute(app, context);
  removeRoute(app, context);
  removedRoutes(app, context);
}

function readRoutes(app: App, { services }: RouteContext): void {
  app.get(
    '/v1/projects',
    {
      schema: {
        tags: ['projects'],
        operationId: 'projects',
        summary: 'Projects and what serves them',
        description:
          'All that this server serves, each with its settings, the version that answers and how far its history is known.',
        response: { 200: schemas.page(projects.projectView), ...problems() },
      },
    },
    async (_request, reply) => {
      const records = await services.projects.records();
      return reply.send({
        items: records.map((record) => projectView(record, services.serving.status(record.project.name))),
      });
    },
  );
  app.get(
    '/v1/projects/:project',
    {
      schema: {
        tags: ['projects'],
        operationId: 'project',
        summary: 'One project',
        description:
          'Its settings as they are in force, who owns them, the version that answers, and why another one does not.',
        params: projectParams,
        response: { 200: projects.projectView, ...problems(404) },
      },
    },
    async ({ params }, reply) => {
      const record = await services.projects.record(params.project);
      return reply.send(projectView(record, services.serving.status(params.project)));
    },
  );
}

function addRoute(app: App, { services }: RouteContext): void {
  const draft = Type.Object(
    {
      name: Type.String({
        maxLength: 100,
        description: 'lower-case letters, digits and hyphens, at most 64',
      }),
      settings: projects.settings,
    },
    {
      additionalProperties: false,
      examples: [{ name: 'shop', settings: { frequency: 'day', horizonSteps: 28 } }],
    },
  ) as unknown as TUnsafe<ProjectDraft>;
  app.post(
    '/v1/projects',
    {
      bodyLimit,
      schema: {
        tags: ['projects'],
        operationId: 'addProject',
        summary: 'Add a project',
        description:
          'Its settings are those of a project in the configuration file, and are checked as there. It can be used at once, in every process.',
        body: draft,
        response: { 201: projects.projectView, ...problems(400, 409, 503) },
      },
    },
    async (request, reply) => {
      const { name, settings = {} } = request.body;
      const record = await services.projects.add(name, settings as ProjectSettings, {
        by: actorOf(request),
      });
      await tellCommit(services, reply, async () => {});
      return reply
        .code(201)
        .header('location', `/v1/projects/${name}`)
        .send(projectView(record, services.serving.status(name)));
    },
  );
}

function changeRoute(app: App, { services }: RouteContext): void {
  const change = Type.Object(
    { settings: projects.settings, version: Type.Optional(version) },
    { additionalProperties: false, examples: [{ settings: { horizonSteps: 14 }, version: 1 }] },
  ) as unknown as TUnsafe<ProjectChange>;
  app.patch(
    '/v1/projects/:project',
    {
      bodyLimit,
      schema: {
        tags: ['projects'],
        operationId: 'changeProject',
        summary: 'Change settings of a project',
        description:
          'Settings that are not named stay; null sets one back to its default. What gives stored rows their meaning (frequency, ' +
          'start of the week, time zone, series columns, gaps) cannot change once there are any.',
        params: projectParams,
        body: change,
        response: { 200: projects.projectView, ...problems(400, 404, 409, 503) },
      },
    },
    async (request, reply) => {
      const { project: name } = request.params;
      const { settings = {}, version: ifVersion } = request.body;
      const record = await services.projects.change(name, settings as ProjectSettings, {
        by: actorOf(request),
        ifVersion,
      });
      await tellCommit(services, reply, async () => {});
      return reply.send(projectView(record, services.serving.status(name)));
    },
  );
}

function removeRoute(app: App, context: RouteContext): void {
  const query = Type.Object({
    data: Type.Optional(
      Type.Union([Type.Literal('keep'), Type.Literal('purge')], {
        default: 'keep',
        description: '`keep` until it is restored or purged; `purge` deletes what is stored of it, for good',
      }),
    ),
    jobs: Type.Optional(
      Type.Union([Type.Literal('refuse'), Type.Literal('cancel')], {
        default: 'refuse',
        description: 'what becomes of jobs under way: a reason not to, or cancelled',
      }),
    ),
    version: Type.Optional(version),
  });
  const { services } = context;
  app.delete(
    '/v1/projects/:project',
    {
      schema: {
        tags: ['projects'],
        operationId: 'removeProject',
        summary: 'Take a project out of service, at once',
        description:
          'It answers no more. Its data stay until it is restored or purged, unless they are to be purged at once.',
        params: projectParams,
        querystring: query,
        response: { 200: projects.removedProject, ...problems(400, 404, 409, 503) },
      },
    },
    async (request, reply) => {
      const { data = 'keep', jobs = 'refuse', version: ifVersion } = request.query;
      const asked = { by: actorOf(request), ifVersion, data, jobs };
      const record = await services.projects.remove(request.params.project, asked);
      const view = await removedView(context, record);
      await tellCommit(services, reply, async () => {});
      return reply.send(view);
    },
  );
}

function removedRoutes(app: App, context: RouteContext): void {
  const { services } = context;
  app.get(
    '/v1/removed-projects',
    {
      schema: {
        tags: ['projects'],
        operationId: 'removedProjects',
        summary: 'Projects that were removed, and of which the data are kept',
        description: 'Each with when it was removed, by whom, and what is stored of it.',
        response: { 200: schemas.page(projects.removedProject), ...problems() },
      },
    },
    async (_request, reply) => {
      const removed = await services.projects.removed();
      return reply.send({ items: removed.map((record) => removedProjectView(record, null)) });
    },
  );
  app.post(
    '/v1/removed-projects/:project/restore',
    {
      bodyLimit,
      schema: {
        tags: ['projects'],
        operationId: 'restoreProject',
        summary: 'Put a removed project back, with its data',
        description: 'With its settings of then; it serves again as soon as its champion is loaded.',
        params: projectParams,
        response: { 200: projects.projectView, ...problems(404, 409, 503) },
      },
    },
    async (request, reply) => {
      const { project: name } = request.params;
      const record = await services.projects.restore(name, { by: actorOf(request) });
      await tellCommit(services, reply, async () => {});
      return reply.send(projectView(record, services.serving.status(name)));
    },
  );
  app.delete(
    '/v1/removed-projects/:project',
    {
      schema: {
        tags: ['projects'],
        operationId: 'purgeProject',
        summary: 'Delete what is stored of a removed project, for good',
        description:
          'By a job, which goes on after a restart. What is gone does not come back, but from a backup.',
        params: projectParams,
        response: { 200: projects.removedProject, ...problems(404, 503) },
      },
    },
    async (request, reply) => {
      const record = await services.projects.purge(request.params.project, { by: actorOf(request) });
      const view = await removedView(context, record);
      await tellCommit(services, reply, async () => {});
      return reply.send(view);
    },
  );
}

async function removedView({ services }: RouteContext, record: ProjectRecord) {
  const purges = record.removal?.purging === true;
  return removedProjectView(record, purges ? await enqueuePurge(services.jobs, record) : null);
}
