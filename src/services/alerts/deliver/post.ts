// One POST to another system: bounded in time and size, follows no redirect, and goes to no private address unless it may. The address
// is checked where the connection is made, so no name can resolve to another one in between.

import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { AppError } from '../../../core/index.ts';
import { type AddressGuard, guardedLookup } from './private-addresses.ts';

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
  const guard = guardedLookup(url, of);
  const signal = AbortSignal.any([of.signal, AbortSignal.timeout(postMs)]);
  try {
    return await send(url, { ...of, signal }, guard);
  } catch (error) {
    if (error instanceof AppError) throw error;
    // Node's errors name host and reason, and nothing of what was sent; the path of an address may be a secret.
    const { code, message } = error as NodeJS.ErrnoException;
    const why = signal.aborted ? `no answer within ${postMs / 1000} s` : (code ?? message);
    throw new AppError('alerts/not-delivered', `${url.host} cannot be reached: ${why}`, { cause: error });
  }
}

function send(url: URL, { headers, body, signal }: Post, guard: AddressGuard): Promise<Posted> {
  const open = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const options = {
      method: 'POST',
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)), connection: 'close' },
      agent: false as const,
      signal,
      ...guard,
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
