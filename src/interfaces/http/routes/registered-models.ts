// Models that no project trained: register an ONNX file, list, promote, go back.

import { Type } from 'typebox';
import { AppError } from '../../../core/index.ts';
import * as schemas from '../schemas.ts';
import { registeredView } from '../views.ts';
import { type App, actorOf, problems, type RouteContext } from './common.ts';

const smallBody = 64 * 1024;
const fileBytesMax = 512 * 1024 * 1024;
const name = Type.String({ minLength: 1, maxLength: 64, description: 'name of a registered model' });
const alias = Type.String({ minLength: 1, maxLength: 64, description: 'alias to point at the version' });
const cause = {
  reason: Type.Optional(Type.String({ maxLength: 500, description: 'kept in the history' })),
};

export function registeredModelRoutes(app: App, context: RouteContext): void {
  registrationRoutes(app, context);
  aliasRoutes(app, context);
}

function registrationRoutes(app: App, { services }: RouteContext): void {
  app.get(
    '/v1/models',
    {
      schema: {
        tags: ['registry'],
        operationId: 'registeredModels',
        summary: 'Models registered as files, with their versions',
        description:
          'ONNX files that no project trained, by name, each version with its inputs and outputs and the aliases that point to it.',
        response: { 200: schemas.page(schemas.registeredModel), ...problems() },
      },
    },
    async (_request, reply) => {
      const models = await services.models.list();
      const items = models.map((model) => ({
        name: model.name,
        versions: model.versions.map(registeredView),
      }));
      return reply.send({ items });
    },
  );
  app.post(
    '/v1/models/:name/versions',
    {
      bodyLimit: fileBytesMax,
      config: { body: 'bytes' },
      schema: {
        tags: ['registry'],
        operationId: 'registerModel',
        summary: 'Register an ONNX file as the next version',
        description:
          'The body is the file (application/octet-stream). It is loaded and run on made-up inputs in a thread of its own; what cannot be run is refused, with the operator named.',
        consumes: ['application/octet-stream'],
        params: Type.Object({ name }),
        querystring: Type.Object({
          alias: Type.Optional(alias),
          signature: Type.Optional(
            Type.String({ maxLength: 12_000, description: 'the signature file, as JSON text' }),
          ),
        }),
        response: {
          201: schemas.registeredModelVersion,
          ...problems(400, 409, 413, 422, 501, 503),
        },
      },
    },
    async (request, reply) => {
      const file = request.body;
      if (!(file instanceof Uint8Array))
        throw new AppError('http/invalid-body', 'the body is empty: send the ONNX file as it is');
      const { signature } = request.query;
      const registered = await services.models.register({
        name: request.params.name,
        file,
        signature: signature === undefined ? undefined : parsed(signature),
        alias: request.query.alias,
        by: actorOf(request),
      });
      await services.modelsFollowed();
      return reply.code(201).send(registeredView(registered));
    },
  );
}

function aliasRoutes(app: App, { services }: RouteContext): void {
  app.post(
    '/v1/models/:name/versions/:version/promote',
    {
      bodyLimit: smallBody,
      schema: {
        tags: ['registry'],
        operationId: 'promoteRegisteredModel',
        summary: 'Make a version of a registered model the champion, or point another alias at it',
        description:
          'The file is loaded and tried with made-up inputs first; if that fails, nothing changes.',
        params: Type.Object({
          name,
          version: Type.String({ minLength: 1, maxLength: 64, description: 'number, id or alias' }),
        }),
        body: Type.Object({ ...cause, alias: Type.Optional(alias) }),
        response: { 200: schemas.registeredModelVersion, ...problems(400, 404, 409) },
      },
    },
    async (request, reply) => {
      const { reason = 'promoted by request', alias: to = 'champion' } = request.body;
      const { params } = request;
      const moved = await services.models.promote(params.name, params.version, {
        alias: to,
        by: actorOf(request),
        reason,
      });
      await services.modelsFollowed();
      return reply.send(registeredView(moved));
    },
  );
  app.post(
    '/v1/models/:name/rollback',
    {
      bodyLimit: smallBody,
      schema: {
        tags: ['registry'],
        operationId: 'rollBackRegisteredModel',
        summary: 'Make the champion before the present one serve again',
        description: 'Refused with 409 where there is no earlier one.',
        params: Type.Object({ name }),
        body: Type.Object(cause),
        response: { 200: schemas.registeredModelVersion, ...problems(400, 404, 409) },
      },
    },
    async (request, reply) => {
      const { reason = 'rolled back by request' } = request.body;
      const moved = await services.models.rollback(request.params.name, { by: actorOf(request), reason });
      await services.modelsFollowed();
      return reply.send(registeredView(moved));
    },
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('onnx/bad-signature', 'the query parameter `signature` is not JSON', { cause });
  }
}
