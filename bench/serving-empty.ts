// What the HTTP framework alone can do: a Fastify of its defaults that parses the JSON of a POST and answers fixed bytes.

import fastify from 'fastify';

interface Options {
  readonly port: number;
  readonly routes: readonly { readonly path: string; readonly answerBytes: number }[];
}

const { port, routes } = JSON.parse(process.argv[2] ?? '') as Options;
const app = fastify();
for (const { path, answerBytes } of routes) {
  const answer = Buffer.from(`"${'x'.repeat(answerBytes - 2)}"`);
  app.post(path, async (_request, reply) => reply.type('application/json; charset=utf-8').send(answer));
}
process.once('SIGTERM', () => process.exit(0));
await app.listen({ host: '127.0.0.1', port });
