// One POST to another system: bounded in time and size, follows no redirect, and goes to no private address unless it may. The address
// is checked where the connection is made, so no name can resolve to another one in between.

import { lookup } from 'node:dns';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { AppError } from '../../../core/index.ts';
import { isPrivateAddress } from './private-addresses.ts';

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly privateAddresses: boolean;
  readonly signal: AbortSignal;
}

export interface Posted {
  readonly status: number;
  /** The beginning of what was answered. */
  readonly text: string;
}

export const postMs = 10_000;
const answerMax = 2000;

/** @throws AppError `alerts/not-delivered` when nothing answers, or where the address is private */
export async function post(of: Post): Promise<Posted> {
  const url = URL.canParse(of.url) ? new URL(of.url) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new AppError('alerts/not-delivered', 'the address is no http or https address');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!of.privateAddresses && isIP(host) !== 0 && isPrivateAddress(host)) throw privateError(url.host);
  const signal = AbortSignal.any([of.signal, AbortSignal.timeout(postMs)]);
  try {
    return await send(url, { ...of, signal });
  } catch (error) {
    if (error instanceof AppError) throw error;
    // Node's errors name host and reason, and nothing of what was sent; the path of an address may be a secret.
    const { code, message } = error as NodeJS.ErrnoException;
    const why = signal.aborted ? `no answer within ${postMs / 1000} s` : (code ?? message);
    throw new AppError('alerts/not-delivered', `${url.host} cannot be reached: ${why}`, { cause: error });
  }
}

function send(url: URL, { headers, body, privateAddresses, signal }: Post): Promise<Posted> {
  const open = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const options = {
      method: 'POST',
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)), connection: 'close' },
      agent: false as const,
      signal,
      ...(privateAddresses ? {} : { lookup: publicLookup(url.host) }),
    };
    const request = open(url, options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text = (text + part).slice(0, answerMax);
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** Names are looked up as always; one private address among those found refuses them all. */
function publicLookup(host: string): LookupFunction {
  return (name, options, done) => {
    lookup(name, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return done(error, '', 0);
      if (addresses.some(({ address }) => isPrivateAddress(address))) return done(privateError(host), '', 0);
      if (options.all === true) return done(null, addresses);
      const [first] = addresses;
      done(null, first?.address ?? '', first?.family ?? 0);
    });
  };
}

function privateError(host: string): AppError {
  return new AppError(
    'alerts/not-delivered',
    `${host} is an address of this machine or of a private network: set privateAddresses of the route if that is meant`,
  );
}
