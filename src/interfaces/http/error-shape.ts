// Each protocol has an error body of its own, and every answer under its paths has it: also 404, 405, 413 and 500.

import type { AppError } from '../../core/index.ts';

export interface ErrorShape {
  /** First parts of the protocol's paths, `/v2`: itself and everything below, whether a route is there or not. */
  readonly paths: readonly string[];
  /** @param error as clients may see it */
  write(error: AppError, about: { readonly status: number; readonly requestId: string }): ErrorBody;
}

export interface ErrorBody {
  readonly type: string;
  readonly text: string;
}

/** The shape for a URL; undefined = the API's own, problem details. */
export function shapeFor(shapes: readonly ErrorShape[], url: string): ErrorShape | undefined {
  const path = url.split('?', 1)[0] as string;
  return shapes.find(({ paths }) => paths.some((own) => path === own || path.startsWith(`${own}/`)));
}

/** What clients are told of a failure: the message; of an internal one also where its reason is found. */
export function messageFor(
  error: AppError,
  { status, requestId }: { status: number; requestId: string },
): string {
  return status === 500 ? `${error.message}: ${requestId}` : error.message;
}
