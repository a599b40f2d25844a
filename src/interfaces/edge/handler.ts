// Two doors to an exported model: `handler` for functions that are given events, `fetch` for workers that are given requests.
// Both answer as the server does; each call stands alone, so that a warm function answers as a cold one.

import { AppError, exactJsonText, parseExactJson, repeatsKey } from '../../core/index.ts';
import { problemOf, toAppError } from '../http/index.ts';
import { checkRequest } from './check-request.ts';
import { bytesOfBase64 } from './embedded.ts';
import type { ExportedForecaster, ObservedCounts } from './exported-forecaster.ts';
import type { Platform } from './platform.ts';
import { readAll } from './read-all.ts';

export interface HandlerOptions {
  /** Loads the model; called once, kept for later calls. */
  readonly load: () => Promise<ExportedForecaster>;
  readonly platform: Platform;
}

/** What a function answers to an event of an HTTP gateway. */
export interface ProxyAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Handlers {
  /**
   * A gateway's event (AWS Lambda proxy, versions 1 and 2) is answered with status, headers and body; any other object is taken
   * for the request itself and answered with the answer, or with the problem document. Never rejects.
   */
  handler(event: unknown): Promise<ProxyAnswer | object>;
  /** `POST` forecasts, `GET` describes the model. Never rejects. */
  fetch(request: Request): Promise<Response>;
}

interface Asked {
  readonly method: string;
  readonly path: string;
  /** Text of the body; or, without HTTP, the request itself. */
  readonly body: () => Promise<unknown>;
}

interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: object;
}

/** As on the server. */
const bodyBytesMax = 8 * 1024 * 1024;

export function createHandlers({ load, platform }: HandlerOptions): Handlers {
  let loaded: Promise<ExportedForecaster> | undefined;
  const answer = async (asked: Asked): Promise<Answered> => {
    try {
      loaded ??= load();
      const value = await answerOf(await loaded, asked);
      return { status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, value };
    } catch (thrown) {
      const problem = problemOf(toAppError(thrown), { id: platform.ids.next('req'), url: asked.path });
      const headers = { 'content-type': 'application/problem+json; charset=utf-8' };
      return {
        status: problem.status,
        headers: problem.status === 405 ? { ...headers, allow: 'GET, POST' } : headers,
        value: problem,
      };
    }
  };
  return {
    handler: async (event) => {
      const asked = proxied(event);
      if (asked === undefined)
        return (await answer({ method: 'POST', path: '/', body: async () => event })).value;
      const { status, headers, value } = await answer(asked);
      return { statusCode: status, headers, body: JSON.stringify(value) };
    },
    fetch: async (request) => {
      const { status, headers, value } = await answer({
        method: request.method,
        path: pathOf(request.url),
        body: async () => parsed(await textOf(request)),
      });
      return new Response(JSON.stringify(value), { status, headers });
    },
  };
}

async function answerOf(model: ExportedForecaster, { method, body }: Asked): Promise<object> {
  if (method === 'GET') return model.describe();
  if (method !== 'POST')
    throw new AppError(
      'http/method-not-allowed',
      `${method.slice(0, 20)} is not answered here: POST a forecast request`,
    );
  const { observations, ...request } = checkRequest(await body());
  if (observations === undefined) return await model.forecast(request);
  const bytes = new TextEncoder().encode(exactJsonText(observations));
  const { forecaster, counts } = await model.observe(bytes, { format: 'json', name: 'observations' });
  return { ...(await forecaster.forecast(request)), observations: counts } satisfies {
    observations: ObservedCounts;
  };
}

/** What a gateway's event asks; undefined for an event that is none. */
function proxied(event: unknown): Asked | undefined {
  if (typeof event !== 'object' || event === null) return undefined;
  const { httpMethod, path, rawPath, requestContext, body, isBase64Encoded } = event as Partial<
    Record<string, unknown>
  >;
  const http = (requestContext as { http?: { method?: unknown } } | undefined)?.http;
  const method = httpMethod ?? http?.method;
  if (typeof method !== 'string') return undefined;
  return {
    method: method.toUpperCase(),
    path: textOr(path, textOr(rawPath, '/')),
    body: async () => parsed(bodyText(body, isBase64Encoded === true)),
  };
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

function bodyText(body: unknown, isBase64: boolean): string {
  if (typeof body !== 'string') return '';
  if (body.length > (isBase64 ? (bodyBytesMax * 4) / 3 : bodyBytesMax)) throw tooLarge();
  if (!isBase64) return body;
  try {
    return decoded(bytesOfBase64(body));
  } catch (cause) {
    throw new AppError('http/invalid-body', 'the body is not base64 of UTF-8 text', { cause });
  }
}

/** The body of a request, read no further than its limit. */
async function textOf({ body }: Request): Promise<string> {
  const bytes = body === null ? new Uint8Array(0) : await readAll(body, bodyBytesMax);
  if (bytes === undefined) throw tooLarge();
  return decoded(bytes);
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AppError('http/invalid-body', 'the body is not UTF-8', { cause });
  }
}

/** An empty body asks for everything, as on the server. */
function parsed(text: string): unknown {
  if (text.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : '';
    throw new AppError('http/invalid-body', `the body is not JSON: ${reason}`, { cause });
  }
  if (repeatsKey(text, value))
    throw new AppError('http/invalid-body', 'the JSON names a field twice: leave one out');
  // Ids of rows may be numbers of more digits than a double has.
  if (!/\d{16}/.test(text) || typeof value !== 'object' || value === null || !('observations' in value))
    return value;
  return { ...value, observations: (parseExactJson(text) as { observations: unknown }).observations };
}

function tooLarge(): AppError {
  return new AppError('http/body-too-large', `the body is larger than ${bodyBytesMax} bytes: ask in parts`);
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : '/';
}
