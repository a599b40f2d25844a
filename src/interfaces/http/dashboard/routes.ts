// The dashboard at `/`: one page for every path that is nobody else's, and the files that it loads.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../../core/index.ts';
import { preferredEncoding } from '../encoding.ts';
import type { Site, SiteFile } from './site.ts';

/** Code, styles and data come from here alone; nothing in the page itself runs, and no other site frames it. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** First parts of paths under which no page lies, beside those of routes. */
const reserved: ReadonlySet<string> = new Set(['api', 'assets']);

/** Names of files carry a hash of what is in them. */
export function dashboardRoutes(app: FastifyInstance, site: Site | undefined): void {
  if (site?.kind !== 'built') return;
  app.get('/assets/:file', { schema: { hide: true } }, async (request, reply) => {
    const { file } = request.params as { file: string };
    const found = site.files.get(`/assets/${file}`);
    if (found === undefined) throw new AppError('http/not-found', 'the dashboard has no such file');
    reply.header('cache-control', 'public, max-age=31536000, immutable');
    return sendFile(request, reply, found);
  });
}

/** A person with a browser, rather than a program: only they ask for HTML. */
export function wantsPage({ method, headers }: Pick<FastifyRequest, 'method' | 'headers'>): boolean {
  return (method === 'GET' || method === 'HEAD') && (headers.accept ?? '').includes('text/html');
}

/**
 * Whether a path that no route has may be one of the dashboard's.
 * @param isTaken is there a route whose path begins with this part?
 */
export function mayBePage(url: string, isTaken: (first: string) => boolean): boolean {
  const parts = (url.split('?', 1)[0] as string).split('/').slice(1);
  const [first = ''] = parts;
  return !reserved.has(first) && !isTaken(first) && !(parts.at(-1) ?? '').includes('.');
}

/** The page; what it shows it finds out itself, by its address. */
export function sendPage(request: FastifyRequest, reply: FastifyReply, site: Site): FastifyReply {
  reply
    .header('content-security-policy', policy)
    .header('referrer-policy', 'same-origin')
    .header('cross-origin-opener-policy', 'same-origin')
    .header('cache-control', 'no-cache');
  addVary(reply, 'accept');
  if (site.kind === 'built') return sendFile(request, reply, site.page);
  return reply
    .code(503)
    .header('x-content-type-options', 'nosniff')
    .type('text/html; charset=utf-8')
    .send(missingPage(site.reason));
}

function sendFile(request: FastifyRequest, reply: FastifyReply, file: SiteFile): FastifyReply {
  reply.header('etag', file.etag).header('x-content-type-options', 'nosniff');
  const known = request.headers['if-none-match'];
  if (known?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === file.etag))
    return reply.code(304).send();
  const offered = (['br', 'gzip'] as const).filter((name) => file[name] !== undefined);
  const encoding = preferredEncoding(String(request.headers['accept-encoding'] ?? ''), offered);
  addVary(reply, 'accept-encoding');
  reply.type(file.type);
  if (encoding === undefined) return reply.send(file.bytes);
  return reply.header('content-encoding', encoding).send(file[encoding]);
}

function addVary(reply: FastifyReply, name: string): void {
  const vary = reply.getHeader('vary');
  reply.header('vary', vary === undefined ? name : `${vary}, ${name}`);
}

function missingPage(reason: string): string {
  const escaped = reason.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Almanac</title><h1>The dashboard is not there</h1><p>${escaped}</p><p>The API answers: <a href="/openapi.json">what it takes</a>, <a href="/health">how it is</a>.</p></html>`;
}
