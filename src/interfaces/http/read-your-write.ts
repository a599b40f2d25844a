// Reading one's own write, whichever process is asked: an answer to a write says how far the events had come with it
// (`Almanac-Seq`), and a request that brings that number back (`Almanac-After`) is answered from there on.

import type { FastifyInstance, FastifyReply } from 'fastify';
import { AppError } from '../../core/index.ts';
import type { HttpServices } from './services.ts';

const seqHeader = 'almanac-seq';
const afterHeader = 'almanac-after';

/**
 * After a commit: takes it in here, has the others take it in, and says in the answer how far that is.
 * @param takeIn what makes it serve in this process
 */
export async function tellCommit(
  services: Pick<HttpServices, 'events' | 'changes'>,
  reply: Pick<FastifyReply, 'header'>,
  takeIn: () => Promise<void>,
): Promise<void> {
  const seq = await sayHowFar(services, reply);
  await Promise.all([takeIn(), services.changes.told(seq)]);
}

/** Says in the answer how far the events have come, for a commit that all have taken in already. */
export async function sayHowFar(
  services: Pick<HttpServices, 'events'>,
  reply: Pick<FastifyReply, 'header'>,
): Promise<number> {
  const seq = await services.events.lastEventSeq();
  reply.header(seqHeader, seq);
  return seq;
}

/** Requests with `Almanac-After` wait until this process has come that far. */
export function honourAfter(app: FastifyInstance, services: Pick<HttpServices, 'reached'>): void {
  app.addHook('preHandler', (request, _reply, done) => {
    const after = request.headers[afterHeader];
    if (after === undefined) done();
    else waitFor(after, services).then(done, done);
  });
}

/** @returns why the request cannot be answered yet */
async function waitFor(
  after: string | string[],
  services: Pick<HttpServices, 'reached'>,
): Promise<AppError | undefined> {
  if (typeof after !== 'string' || !/^\d{1,15}$/.test(after))
    return new AppError(
      'http/invalid-request',
      'the header Almanac-After is a number, as Almanac-Seq gave it',
    );
  if (await services.reached(Number(after))) return undefined;
  return new AppError(
    'serving/behind',
    `what was committed up to event ${after} is not in effect in this process yet`,
  );
}
