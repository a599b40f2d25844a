// Routes of alerts: how each stands, and trying one.

import { Type } from 'typebox';
import { alertRoute, routeTested } from '../alert-schema.ts';
import { page } from '../schemas.ts';
import { type App, problems, type RouteContext } from './common.ts';

const params = Type.Object({ route: Type.String({ maxLength: 100, description: 'name of a route' }) });

export function alertRouteRoutes(app: App, { services }: RouteContext): void {
  app.get(
    '/v1/alert-routes',
    {
      schema: {
        tags: ['alerts'],
        operationId: 'listAlertRoutes',
        summary: 'Where alerts are sent, and what waits',
        description: 'As the configuration names them, without their secrets.',
        response: { 200: page(alertRoute), ...problems(503) },
      },
    },
    async (_request, reply) => reply.send({ items: await services.alertRoutes.list() }),
  );
  app.post(
    '/v1/alert-routes/:route/test',
    {
      schema: {
        tags: ['alerts'],
        operationId: 'testAlertRoute',
        summary: 'Send a notice of no alert by a route',
        description: 'Now and once; 502 with the reason where it is not taken.',
        params,
        response: { 200: routeTested, ...problems(404, 409, 502) },
      },
    },
    async (request, reply) => {
      await services.alertRoutes.test(request.params.route);
      return reply.send({ sent: true });
    },
  );
}
