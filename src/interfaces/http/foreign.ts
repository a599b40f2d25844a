// A server without a login answers this machine only. A web page can still make a browser send requests to it, directly or
// through a name that points to 127.0.0.1 (DNS rebinding); both are recognised here.

import type { IncomingHttpHeaders } from 'node:http';

const localNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Why a request must be refused, undefined when it may pass.
 * @param loopbackOnly the server is bound to this machine: only its own names are believed in `Host`
 */
export function foreignRequest(
  headers: IncomingHttpHeaders,
  method: string,
  loopbackOnly: boolean,
): string | undefined {
  const host = headers.host ?? '';
  if (loopbackOnly && !localNames.has(nameOf(host)))
    return `the request names host "${host.slice(0, 100)}", this server answers to localhost and 127.0.0.1 only`;
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return undefined;
  const { origin } = headers;
  if (origin !== undefined && originHost(origin) !== host)
    return `a page of ${origin.slice(0, 100)} may not change anything here`;
  if (headers['sec-fetch-site'] === 'cross-site')
    return 'a page of another site may not change anything here';
  return undefined;
}

function nameOf(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase();
}

function originHost(origin: string): string | undefined {
  const text = /^https?:\/\/([^/]+)$/.exec(origin);
  return text?.[1];
}
