// Alerts: listed, and what people say of them.

import { type TUnsafe, Type } from 'typebox';
import { type AlertState, alertStates } from '../../../core/index.ts';
import { type StatedAlert, shownAlert } from '../../../services/alerts/index.ts';
import { alert, alertList, alertSaying, silenceRequest } from '../alert-schema.ts';
import { type App, actorOf, limitOf, problems, type RouteContext } from './common.ts';

const bodyMax = 16 * 1024;
const params = Type.Object({
  alert: Type.String({ minLength: 1, maxLength: 100, description: 'id of an alert' }),
});

const state = Type.Optional(
  Type.Union(
    [...alertStates, 'all' as const].map((one) => Type.Literal(one)),
    { description: 'default: all that are not resolved' },
  ),
) as unknown as TUnsafe<AlertState | 'all' | undefined>;

const project = Type.Optional(
  Type.String({ maxLength: 100, description: 'only of this project' }),
) as unknown as TUnsafe<string | undefined>;

export function alertRoutes(app: App, context: RouteContext): void {
  listRoute(app, context);
  oneRoute(app, context);
  sayRoutes(app, context);
  silenceRoute(app, context);
}

function listRoute(app: App, { services }: RouteContext): void {
  app.get(
    '/v1/alerts',
    {
      schema: {
        tags: ['alerts'],
        operationId: 'listAlerts',
        summary: 'Alerts, those that are open first',
        description:
          'One alert for each rule and subject, however often its condition comes and goes. Each says what it rests on: how many labels or rows, the window, and the share of labels that had come.',
        querystring: Type.Object({ project, state, limit: limitOf(1000, 100) }),
        response: { 200: alertList, ...problems(400, 503) },
      },
    },
    async (request, reply) => {
      const { limit = 100, ...query } = request.query;
      return reply.send({ items: (await services.alerts.list({ ...query, limit })).map(shownAlert) });
    },
  );
}

function oneRoute(app: App, { services }: RouteContext): void {
  app.get(
    '/v1/alerts/:alert',
    {
      schema: {
        tags: ['alerts'],
        operationId: 'getAlert',
        summary: 'One alert',
        description: 'With what it rests on, and what people said of it.',
        params,
        response: { 200: alert, ...problems(404, 503) },
      },
    },
    async (request, reply) => reply.send(shownAlert(await services.alerts.get(request.params.alert))),
  );
}

const sayings = [
  {
    act: 'acknowledge',
    operationId: 'acknowledgeAlert',
    summary: 'Somebody takes care of an alert',
    description: 'It is not told again and not escalated until it is over, or becomes more urgent.',
  },
  {
    act: 'unsilence',
    operationId: 'unsilenceAlert',
    summary: 'End the silence of an alert',
    description: 'It is told at once where its condition goes on and nobody has been told.',
  },
  {
    act: 'resolve',
    operationId: 'resolveAlert',
    summary: 'Close an alert by hand',
    description:
      'If its condition is found to hold again it begins anew: silence it where it is to be quiet.',
  },
] as const;

function sayRoutes(app: App, { services }: RouteContext): void {
  for (const { act, ...documented } of sayings)
    app.post(
      `/v1/alerts/:alert/${act}`,
      {
        bodyLimit: bodyMax,
        schema: {
          tags: ['alerts'],
          ...documented,
          params,
          body: alertSaying,
          response: { 200: alert, ...problems(400, 404, 503) },
        },
      },
      async (request, reply) => {
        const { alert: id } = request.params as { alert: string };
        const { reason = '' } = request.body as { reason?: string };
        const done: StatedAlert = await services.alerts[act](id, { by: actorOf(request), reason });
        return reply.send(shownAlert(done));
      },
    );
}

function silenceRoute(app: App, { services }: RouteContext): void {
  app.post(
    '/v1/alerts/:alert/silence',
    {
      bodyLimit: bodyMax,
      schema: {
        tags: ['alerts'],
        operationId: 'silenceAlert',
        summary: 'Silence an alert until some time',
        description:
          'Nobody is told of it until then, also where its condition ends and comes back. Where it goes on after that, it is told then.',
        params,
        body: silenceRequest,
        response: { 200: alert, ...problems(400, 404, 503) },
      },
    },
    async (request, reply) => {
      const { reason = '' } = request.body;
      const said = { by: actorOf(request), reason, until: services.alerts.endOf(request.body) };
      return reply.send(shownAlert(await services.alerts.silence(request.params.alert, said)));
    },
  );
}
