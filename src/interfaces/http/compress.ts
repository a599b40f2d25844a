// Large answers travel compressed where the client takes that. The work is done on threads, not on the one that answers.

import { Readable } from 'node:stream';
import { constants, createDeflate, createGzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { encodeFor, encodings, preferredEncoding } from './encoding.ts';

/** Smaller answers are sent as they are: they fit into few packets, and those that are asked for most are among them. */
const worthwhileBytes = 4096;
const level = constants.Z_BEST_SPEED;
const compressible =
  /^(?:application\/(?:[a-z-]+\+)?json|text\/(?:plain|csv)|application\/openmetrics-text)(?:;|$)/;

/** Compresses what routes send, unless they have done so themselves. Event streams do not pass here. */
export function compressAnswers(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    const accepted = request.headers['accept-encoding'];
    if (accepted === undefined || !isWorthwhile(request, reply, payload)) done();
    else if (payload instanceof Readable) done(null, compressedStream(reply, payload, accepted.toString()));
    else
      encodeFor(accepted.toString(), Buffer.from(payload as string | Buffer)).then(({ bytes, encoding }) => {
        announce(reply, encoding);
        done(null, bytes);
      }, done);
  });
}

function isWorthwhile(request: FastifyRequest, reply: FastifyReply, payload: unknown): boolean {
  const isLarge =
    typeof payload === 'string' || Buffer.isBuffer(payload)
      ? payload.length >= worthwhileBytes
      : payload instanceof Readable;
  return (
    isLarge &&
    request.method !== 'HEAD' &&
    !reply.hasHeader('content-encoding') &&
    compressible.test(String(reply.getHeader('content-type') ?? ''))
  );
}

function compressedStream(reply: FastifyReply, payload: Readable, accepted: string): Readable {
  const encoding = preferredEncoding(accepted, encodings);
  announce(reply, encoding);
  if (encoding === undefined) return payload;
  const compressor = encoding === 'gzip' ? createGzip({ level }) : createDeflate({ level });
  // A route that fails midway must break the answer off, not end it as if it were whole.
  payload.on('error', (error) => compressor.destroy(error));
  compressor.on('close', () => payload.destroy());
  return payload.pipe(compressor);
}

function announce(reply: FastifyReply, encoding: string | undefined): void {
  const vary = reply.getHeader('vary');
  reply.header('vary', vary === undefined ? 'accept-encoding' : `${vary}, accept-encoding`);
  if (encoding === undefined) return;
  reply.header('content-encoding', encoding);
  reply.removeHeader('content-length');
}
