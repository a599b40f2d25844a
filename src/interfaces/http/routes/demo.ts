// The demo's days: where they stand, and how fast they pass. No other server has these routes.

import { Type } from 'typebox';
import type { DemoRequest } from '../demo-contract.ts';
import type { App, RouteContext } from './common.ts';

const actions: readonly DemoRequest['action'][] = ['pause', 'resume', 'next-day', 'next-event'];
const request = Type.Object({ action: Type.Enum([...actions]) }, { additionalProperties: false });

export function demoRoutes(app: App, { demo }: RouteContext): void {
  if (demo === undefined) return;
  app.get('/v1/demo', { schema: { hide: true } }, async (_request, reply) => reply.send(demo.state()));
  app.get('/v1/demo/stock', { schema: { hide: true } }, async (_request, reply) =>
    reply.send({ csv: demo.stock() }),
  );
  app.post('/v1/demo', { schema: { hide: true, body: request } }, async ({ body }, reply) => {
    demo.act(body.action);
    return reply.send(demo.state());
  });
}
