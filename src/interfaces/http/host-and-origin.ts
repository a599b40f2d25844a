// A server without a login is open to whoever reaches it. A web page can make a browser send requests to it, directly or through
// a name that points to it (DNS rebinding): such requests are told apart here by the host that they name and the page they
// come from.

import { isIP } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../../core/index.ts';

export interface AllowedSites {
  /** Bound to this machine: no address but its own is believed in `Host`. */
  readonly loopbackOnly: boolean;
  /** Names beside those of this machine: `shop.example`, `*.shop.example`, `*` for any. */
  readonly allowedHosts?: readonly string[];
  /** Sites whose pages may use this server: `https://shop.example`. */
  readonly allowedOrigins?: readonly string[];
}

const localNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1']);
/** What pages of allowed sites may send, and may read of an answer. */
const methods = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const headersTaken =
  'almanac-after, authorization, content-type, content-encoding, idempotency-key, last-event-id, traceparent, x-api-key, x-request-id';
const headersShown = 'almanac-seq, content-disposition, location, retry-after, traceparent, x-request-id';
const preflightSeconds = '600';

/** Refuses requests that name a foreign host or come from a foreign page; answers the questions that browsers ask before. */
export function guardSites(app: FastifyInstance, sites: AllowedSites): void {
  app.addHook('onRequest', (request, reply, done) => {
    const refused = foreignRequest(request, sites);
    if (refused !== undefined) {
      done(refused);
      return;
    }
    const { origin } = request.headers;
    if (origin === undefined || sites.allowedOrigins?.includes(origin) !== true) {
      done();
      return;
    }
    reply.header('access-control-allow-origin', origin).header('vary', 'origin');
    reply.header('access-control-expose-headers', headersShown);
    if (!isPreflight(request)) {
      done();
      return;
    }
    reply.header('access-control-allow-methods', methods);
    reply.header('access-control-allow-headers', headersTaken);
    reply.header('access-control-max-age', preflightSeconds);
    reply.code(204).send();
  });
}

/** Why a request is refused; undefined when it may pass. */
export function foreignRequest(
  { raw, headers, method }: Pick<FastifyRequest, 'headers' | 'method'> & { raw: { rawHeaders: string[] } },
  sites: AllowedSites,
): AppError | undefined {
  if (hostsNamed(raw.rawHeaders) > 1)
    return new AppError('http/invalid-request', 'the request has two Host headers: send one');
  const host = headers.host ?? '';
  if (!isKnownHost(host, sites))
    return foreign(
      `the request names host "${host.slice(0, 100)}", which is none of this server's: add it to the setting allowedHosts`,
    );
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return undefined;
  const { origin } = headers;
  if (origin !== undefined && sites.allowedOrigins?.includes(origin) === true) return undefined;
  if (origin !== undefined && originHost(origin) !== host)
    return foreign(
      `a page of ${origin.slice(0, 100)} may not change anything here: add it to the setting allowedOrigins`,
    );
  return headers['sec-fetch-site'] === 'cross-site'
    ? foreign('a page of another site may not change anything here')
    : undefined;
}

function foreign(message: string): AppError {
  return new AppError('http/foreign-host', message);
}

/** Proxies and servers that disagree on which of two counts can be played against each other. */
function hostsNamed(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2)
    if (rawHeaders[i]?.length === 4 && rawHeaders[i]?.toLowerCase() === 'host') count++;
  return count;
}

function isKnownHost(host: string, { loopbackOnly, allowedHosts = [] }: AllowedSites): boolean {
  const name = nameOf(host);
  if (localNames.has(name)) return true;
  // A page cannot be served from an address that its own server does not have: names alone can be pointed elsewhere.
  if (!loopbackOnly && isIP(name) !== 0) return true;
  return allowedHosts.some((allowed) => {
    if (allowed === '*') return true;
    const wanted = allowed.toLowerCase();
    return wanted.startsWith('*.') ? name.endsWith(wanted.slice(1)) : name === wanted;
  });
}

/** Without port, brackets and the dot that may end a name. */
function nameOf(host: string): string {
  const bracketed = /^\[([0-9a-f:.]+)\](?::\d+)?$/i.exec(host)?.[1];
  return (bracketed ?? host.replace(/:\d+$/, '').replace(/\.$/, '')).toLowerCase();
}

function originHost(origin: string): string | undefined {
  return /^https?:\/\/([^/]+)$/.exec(origin)?.[1];
}

function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}
