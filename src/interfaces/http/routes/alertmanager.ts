// Alertmanager's own webhook: point a receiver of it here.

import { type TUnsafe, Type } from 'typebox';
import type { AlertmanagerNotification } from '../../../services/alerts/index.ts';
import { type App, actorOf, problems, projectParams, type RouteContext } from './common.ts';

const bodyMax = 1024 * 1024;
const state = Type.Union([Type.Literal('firing'), Type.Literal('resolved')]);

const notification = Type.Object(
  {
    version: Type.Literal('4'),
    groupKey: Type.String({ minLength: 1, maxLength: 4000 }),
    status: state,
    receiver: Type.String({ maxLength: 1000 }),
    alerts: Type.Array(
      Type.Object({
        status: state,
        labels: Type.Record(Type.String(), Type.String({ maxLength: 10_000 })),
      }),
      { maxItems: 10_000 },
    ),
  },
  { description: 'as its webhook sends it, version 4; other fields are passed over' },
) as unknown as TUnsafe<AlertmanagerNotification>;

const taken = Type.Object({
  seq: Type.Integer({ description: 'place of the event' }),
}) as unknown as TUnsafe<{ seq: number }>;

export function alertmanagerRoutes(app: App, { services, project: find }: RouteContext): void {
  app.post(
    '/v1/projects/:project/alertmanager',
    {
      bodyLimit: bodyMax,
      schema: {
        tags: ['alerts'],
        operationId: 'receiveAlertmanager',
        summary: 'Take in a notification of Alertmanager',
        description:
          'Each becomes an event `alertmanager.received` of the project, durable when it is answered; one that is sent again is another event.',
        params: projectParams,
        body: notification,
        response: { 200: taken, ...problems(400, 404, 413, 503) },
      },
    },
    async (request, reply) => {
      const { name } = find(request.params.project);
      const given = { project: name, by: actorOf(request), notification: request.body };
      return reply.send({ seq: await services.noteNotification(given) });
    },
  );
}
