// Paths that no route has, and methods that a path does not take.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../../core/index.ts';

/** Remembers the routes as they are added, to tell a wrong path from a wrong method. */
export class RouteTable {
  readonly #routes: { readonly pattern: RegExp; readonly methods: string[] }[] = [];
  readonly #firstParts: Set<string> = new Set();

  watch(app: FastifyInstance): void {
    app.addHook('onRoute', ({ url, method }) => {
      const pattern = new RegExp(
        `^${url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:[^/]+/g, '[^/]+')}$`,
      );
      this.#firstParts.add(url.split('/')[1] ?? '');
      this.#routes.push({ pattern, methods: [method].flat() });
    });
  }

  /** Does the path of some route begin with this part? */
  isUnder(firstPart: string): boolean {
    return this.#firstParts.has(firstPart);
  }

  /** The error for a request that found no route; sets of methods go into the Allow header. */
  errorFor(request: FastifyRequest): { error: AppError; allow: string | undefined } {
    const path = request.url.split('?')[0] ?? '';
    const methods = this.#routes
      .filter(({ pattern }) => pattern.test(path))
      .flatMap((route) => route.methods);
    const shown = path.slice(0, 200);
    if (methods.length === 0) {
      const error = new AppError('http/not-found', `there is no route ${request.method} ${shown}`);
      return { error, allow: undefined };
    }
    const allow = [...new Set(methods)].sort().join(', ');
    const error = new AppError(
      'http/method-not-allowed',
      `${shown} does not take ${request.method}: use ${allow}`,
    );
    return { error, allow };
  }
}
