// The only place that knows which HTTP status an error has. Every error leaves as application/problem+json (RFC 9457).

import { AppError, type ErrorCode, type ErrorDetails, errorCodes, isAppError } from '../../core/index.ts';
import type { Problem } from './contract.ts';

/** Status of each code that differs from its room's. */
const byCode: Partial<Record<ErrorCode, number>> = {
  'sources/unknown-source': 404,
  'sources/paused': 409,
  'sources/not-read': 409,
  'sources/unauthorized': 401,
  'sources/bad-delivery': 422,
  'sources/delivery-too-large': 413,
  'sources/busy': 429,
  'serving/not-trained': 409,
  'serving/unknown-series': 404,
  'serving/unknown-project': 404,
  'serving/horizon-too-long': 400,
  'serving/invalid-future': 400,
  'serving/invalid-levels': 400,
  'serving/invalid-position': 400,
  'serving/request-too-large': 413,
  'serving/overloaded': 503,
  'serving/deadline-exceeded': 504,
  // As nginx counts them; nobody is there to read it.
  'serving/abandoned': 499,
  'serving/swap-refused': 409,
  'serving/behind': 503,
  'serving/stopped': 503,
  'serving/version-not-loaded': 404,
  'inference/unknown-model': 404,
  'inference/unknown-version': 404,
  'inference/not-ready': 409,
  'inference/several-processes': 409,
  'inference/answer-too-large': 413,
  'inference/timeout': 504,
  'inference/overloaded': 503,
  'inference/failed': 500,
  'scoring/bad-request': 400,
  'scoring/no-file': 404,
  'alerts/unknown': 404,
  'alerts/unknown-route': 404,
  'alerts/no-secret': 409,
  'alerts/not-delivered': 502,
  'overrides/unknown': 404,
  'overrides/closed-period': 409,
  'overrides/not-standing': 409,
  'overrides/key-reused': 409,
  'overrides/too-many': 409,
  'http/not-found': 404,
  'http/method-not-allowed': 405,
  'http/unsupported-media-type': 415,
  'http/body-too-large': 413,
  'http/headers-invalid': 431,
  'http/timeout': 408,
  'http/foreign-host': 403,
  'http/too-many-streams': 503,
  'http/too-many-connections': 503,
  'http/too-many-requests': 429,
  'http/client-busy': 429,
  'http/too-many-bodies': 503,
  'http/deadline': 503,
  'http/internal': 500,
  'jobs/unknown-job': 404,
  'jobs/not-active': 409,
  'jobs/not-failed': 409,
  'tracking/unknown-run': 404,
  'registry/unknown-version': 404,
  'registry/bad-alias': 400,
  'registry/no-earlier-champion': 409,
  'registry/unknown-prediction': 404,
  'registry/prediction-removed': 410,
  'registry/model-removed': 410,
  'onnx/unsupported': 422,
  'onnx/check-failed': 422,
  'onnx/no-runtime': 501,
  'inference/crashed': 503,
  'inference/refused': 422,
  'inference/bad-output': 502,
  'inference/load-refused': 409,
  'store/name-taken': 409,
  'store/project-changed': 409,
  'projects/not-removed': 404,
  'jobs/bad-schedule': 400,
  'train/bad-search': 400,
  'drift/no-report': 404,
  'contract/none': 409,
  'contract/broken': 422,
  'data/unknown-batch': 404,
  'data/quarantine-removed': 410,
  'data/nothing-to-repair': 404,
  'data/repair-overtaken': 409,
  'data/repair-too-large': 413,
  'data/unknown-withdrawal': 404,
  'data/nothing-to-withdraw': 404,
  'data/withdrawal-too-large': 413,
  'data/unknown-snapshot': 404,
  'data/idempotency-conflict': 409,
  'data/read-otherwise': 409,
  'data/too-large': 413,
  'data/no-history': 409,
  'data/engine-failed': 500,
  'data/query-timeout': 503,
  'data/rows-keep-coming': 503,
  'data/out-of-memory': 503,
};

/** What the rest of a room's errors are: whose fault. */
const byRoom: Readonly<Record<string, number>> = {
  data: 400,
  contract: 400,
  http: 400,
  onnx: 400,
  overrides: 400,
  alerts: 400,
  inference: 400,
  monitor: 400,
  series: 400,
  train: 409,
  jobs: 409,
  projects: 409,
  config: 400,
};

/** HTTP status of an error; what may heal by itself is 503, what is nobody's request's fault is 500. */
export function statusOf(error: AppError): number {
  const room = error.code.slice(0, error.code.indexOf('/'));
  return byCode[error.code] ?? (error.heals ? 503 : (byRoom[room] ?? 500));
}

/** Seconds after which asking again makes sense; undefined when it does not. */
export function retryAfterSeconds(error: AppError): number | undefined {
  const stated = error.details.retryAfterSeconds;
  if (typeof stated === 'number') return stated;
  return statusOf(error) === 503 ? 1 : undefined;
}

/** The problem document of an error. */
export function problemOf(error: AppError, request: { id: string; url: string }): Problem {
  const status = statusOf(error);
  const { errors, ...details } = error.details as ErrorDetails & { errors?: Problem['errors'] };
  const shown = shownError(error);
  return {
    type: `/problems/${shown.code}`,
    title: errorCodes[shown.code].meaning,
    status,
    detail: shown.message,
    instance: pathOf(request.url),
    code: shown.code,
    hint: shown.hint,
    ...(errors === undefined ? {} : { errors }),
    ...(status === 500 || Object.keys(details).length === 0 ? {} : { details }),
    requestId: request.id,
  };
}

/** An error as clients may see it: details of 500s stay in the log. */
export function shownError(error: AppError): AppError {
  return statusOf(error) === 500 ? internal(error) : error;
}

/** A known operating error keeps its code, so that its hint can be read; its message may name paths and is left out. */
function internal(error: AppError): AppError {
  return new AppError(
    error.code,
    'the server could not do this; its log has the reason under this requestId',
  );
}

/** What a client may see of the path it asked for: no query, bounded. */
function pathOf(url: string): string {
  const end = url.indexOf('?');
  return (end < 0 ? url : url.slice(0, end)).slice(0, 256);
}

/** Any thrown value as an operating error; Fastify's own errors by their codes, anything unknown is `http/internal`. */
export function toAppError(thrown: unknown): AppError {
  if (isAppError(thrown)) return thrown;
  const error = thrown as { code?: string; statusCode?: number; message?: string };
  const known = error.code === undefined ? undefined : fromFastify[error.code];
  if (known) return new AppError(known.code, known.message, { cause: thrown });
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500)
    return new AppError('http/invalid-request', error.message ?? 'the request is not valid', {
      cause: thrown,
    });
  return new AppError('http/internal', 'the server failed', { cause: thrown });
}

const fromFastify: Readonly<Record<string, { code: ErrorCode; message: string }>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'http/unsupported-media-type',
    message: 'the Content-Type is not one that this route reads: use application/json',
  },
  FST_ERR_CTP_INVALID_TYPE: {
    code: 'http/unsupported-media-type',
    message: 'the Content-Type is malformed: use application/json',
  },
  FST_ERR_CTP_EMPTY_TYPE: {
    code: 'http/unsupported-media-type',
    message: 'the Content-Type is empty: use application/json',
  },
  FST_ERR_MAX_PARAM_LENGTH: {
    code: 'http/not-found',
    message: 'a part of the path is longer than any name here',
  },
  FST_ERR_BAD_URL: {
    code: 'http/invalid-request',
    message: 'the path is not valid percent-encoded UTF-8',
  },
  ECONNRESET: {
    code: 'http/invalid-body',
    message: 'the connection was closed before the body was complete',
  },
};
