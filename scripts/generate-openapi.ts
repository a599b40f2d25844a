// Writes docs/reference/openapi.json, which a server gives at /openapi.json, and docs/reference/http.md from it.
// With --check: fails when either differs.

import { readFileSync } from 'node:fs';
import { alone, buildHttp, type HttpServices, openApiDocument } from '../src/interfaces/http/index.ts';
import { writeOrCheck } from './write-or-check.ts';

interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly patternProperties?: Readonly<Record<string, Schema>>;
}

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly description?: string;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { schema: Schema }>> }>
  >;
}

interface Document {
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const app = buildHttp({
  // Only the routes are looked at; no service is called.
  services: {
    projects: { onChange: () => {} },
    others: alone,
    onInferredForecast: () => {},
  } as unknown as HttpServices,
  settings: {
    version,
    bodyBytesMax: 1,
    decompressedBytesMax: 1,
    loopbackOnly: true,
    processMetrics: false,
  },
  clock: { now: () => 0 },
  ids: { next: () => 'req_none' },
  timers: { setTimeout: () => 0, clearTimeout: () => {}, setImmediate: () => 0, elapsedMs: () => 0 },
  log: { info: () => {}, error: () => {}, linesLost: () => 0 },
});
await app.ready();
const document = openApiDocument(app) as unknown as Document;
await app.close();
writeOrCheck('docs/reference/openapi.json', `${JSON.stringify(document, null, 2)}\n`);
writeOrCheck('docs/reference/http.md', page(document));

function page({ tags, paths }: Document): string {
  const lines = [
    '# HTTP API',
    '',
    'Generated from the routes in `src/interfaces/http/`; the same as [openapi.json](openapi.json), which every server gives at',
    '`/openapi.json`. The typed client is `almanac/client`.',
    '',
    'The Open Inference Protocol under `/v2` and MLflow scoring (`/invocations`, `/ping`, `/version`) are specified by their own',
    'documents; what they mean here is in [inference protocols](../guides/inference-protocols.md).',
    '',
    'Every error is `application/problem+json` with `code`, `detail`, `hint` and `requestId`; a 503 carries `Retry-After`.',
    'Every answer says in `X-Request-Id` what its request was called: as the request itself says there (up to 128 letters, digits',
    'and `._~:/+=@-`), else a new id. The same id is the `requestId` of forecasts, predictions, problems and log lines. A',
    '`traceparent` is returned, and its trace is the `traceId` of log lines.',
    'The codes are in [errors.md](errors.md), and at `/problems/{code}` on the server. Bodies are UTF-8, gzip or deflate if',
    '`Content-Encoding` says so; answers of 4 kB and more are where `Accept-Encoding` allows it. Names that the server answers to, and pages that may use it: [on a network](../guides/network.md).',
  ];
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  for (const { name, description } of tags) {
    lines.push('', `## ${description}`);
    for (const { path, method, operation } of all.filter((one) => one.operation.tags.includes(name)))
      lines.push(...section(path, method, operation));
  }
  return `${lines.join('\n')}\n`;
}

function section(path: string, method: string, operation: Operation): string[] {
  const lines = [
    '',
    `### ${method.toUpperCase()} ${path}`,
    '',
    operation.summary.endsWith('?') ? operation.summary : `${operation.summary}.`,
  ];
  if (operation.description) lines.push('', operation.description);
  const parameters = (operation.parameters ?? []).filter((parameter) => parameter.in !== 'path');
  const body = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
  const fields = Object.entries(body?.properties ?? {});
  const formats = Object.entries(operation.requestBody?.content ?? {});
  if (formats.length > 1)
    lines.push('', ...formats.map(([type, { schema }]) => `- \`${type}\`: ${schema.description ?? ''}`));
  if (parameters.length + fields.length > 0)
    lines.push('', '| in | name | type | meaning |', '| --- | --- | --- | --- |');
  for (const { in: place, name, schema, required, description } of parameters)
    lines.push(row(place, name, schema, { required: required ?? false, description }));
  for (const [name, schema] of fields)
    lines.push(
      row('body', name, schema, {
        required: body?.required?.includes(name) ?? false,
        description: undefined,
      }),
    );
  const answers = Object.entries(operation.responses).filter(([status]) => status !== 'default');
  const good = answers.filter(([status]) => status.startsWith('2'));
  const bad = answers.filter(([status]) => !status.startsWith('2')).map(([status]) => status);
  for (const [status, { content }] of good) {
    const schema = Object.values(content ?? {})[0]?.schema;
    if (schema) lines.push('', `${status}: \`${shape(schema, 3)}\``);
  }
  if (bad.length > 0) lines.push('', `Errors: ${bad.join(', ')}.`);
  return lines;
}

function row(
  place: string,
  name: string,
  schema: Schema,
  more: { required: boolean; description: string | undefined },
): string {
  const description = more.description ?? schema.description ?? '';
  return `| ${place} | \`${name}\`${more.required ? ' (required)' : ''} | ${shape(schema, 2).replaceAll('|', 'or')} | ${description} |`;
}

/** A schema in one line, nested objects to a depth. */
function shape(schema: Schema, depth: number): string {
  if (schema.anyOf) return schema.anyOf.map((one) => shape(one, depth)).join(' | ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(' | ');
  if (schema.type === 'array') return `[${schema.items ? shape(schema.items, depth) : '…'}]`;
  const fields = Object.entries(schema.properties ?? {});
  if (fields.length > 0) {
    if (depth === 0) return '{…}';
    const text = fields.map(
      ([name, field]) => `${name}${schema.required?.includes(name) ? '' : '?'}: ${shape(field, depth - 1)}`,
    );
    return `{${text.join(', ')}}`;
  }
  const values = Object.values(schema.patternProperties ?? {})[0];
  if (values) return `{name: ${shape(values, depth - 1)}}`;
  return schema.type ?? 'any';
}
