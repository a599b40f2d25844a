// What all routes share: the app with TypeBox types, looking up the project, documented errors.

import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import { type TObject, type TString, type TUnsafe, Type } from 'typebox';
import type { Actor, Project } from '../../../core/index.ts';
import type { Connections } from '../connections.ts';
import type { Problem } from '../contract.ts';
import type { EventStreams } from '../event-stream.ts';
import type { Metrics } from '../metrics.ts';
import type { HttpOptions } from '../services.ts';

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** What routes are made from. */
export interface RouteContext extends HttpOptions {
  readonly metrics: Metrics;
  readonly streams: EventStreams;
  readonly connections: Connections;
  /** @throws AppError `serving/unknown-project` */
  readonly project: (name: string) => Project;
}

const nameOfProject = Type.String({ maxLength: 100, description: 'name of a project' });

export const projectParams: TObject<{ project: TString }> = Type.Object({ project: nameOfProject });

/** `{project}` and one more part of the path. */
export function projectAnd<Name extends string>(
  name: Name,
  description: string,
): TUnsafe<Record<'project' | Name, string>> {
  return Type.Object({
    project: nameOfProject,
    [name]: Type.String({ minLength: 1, maxLength: 200, description }),
  }) as unknown as TUnsafe<Record<'project' | Name, string>>;
}

/** How many items a list may have. */
export function limitOf(most: number, byDefault: number): TUnsafe<number | undefined> {
  const description = 'items at most';
  const schema = Type.Integer({ minimum: 1, maximum: most, default: byDefault, description });
  return Type.Optional(schema) as unknown as TUnsafe<number | undefined>;
}

/** Error answers as OpenAPI describes them; the schema is registered once under this name. */
interface ProblemAnswer {
  readonly description: string;
  readonly content: { readonly 'application/problem+json': { readonly schema: TUnsafe<Problem> } };
}

const problemAnswer: ProblemAnswer = {
  description: 'Refused, with the reason',
  content: { 'application/problem+json': { schema: Type.Unsafe<Problem>({ $ref: 'Problem#' }) } },
};

/** The error answers of a route, for OpenAPI. */
export function problems(...statuses: number[]): Record<number, ProblemAnswer> {
  return Object.fromEntries([...statuses, 500].map((status) => [status, problemAnswer]));
}

/** Who asks: the address, behind proxies that are trusted the one that they name. What a request says of itself does not count. */
export function actorOf({ ip }: { readonly ip: string }): Actor {
  return `http ${ip}`;
}
