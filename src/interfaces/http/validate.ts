// Validation by TypeBox: bodies are taken as they are, parameters and query strings are converted from text first.

import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import { AppError } from '../../core/index.ts';

const errorsShownMax = 20;
/** Looking for errors costs a hundred times the check itself: long lists are looked at up to here. */
const itemsLookedAtMax = 1000;
const places: Readonly<Record<string, string>> = {
  body: 'body',
  params: 'path',
  querystring: 'query',
  headers: 'headers',
};

/** Compiles a route's schema once; a value that fails it is refused with the fields at fault. */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const compiled = Compile(schema);
  const place = places[httpPart ?? 'body'] ?? 'request';
  // An absent body of a route whose fields are all optional is an empty one; where any bytes may come, it is none.
  const absent = httpPart === 'body' && 'type' in schema && schema.type === 'object' ? {} : undefined;
  return (value: unknown) => {
    const sent = httpPart === 'body' ? (value ?? absent) : value;
    if (compiled.Check(sent)) return { value: sent };
    const given = httpPart === 'body' ? sent : Value.Convert(schema, sent);
    if (compiled.Check(given)) return { value: given };
    return { error: invalid(place, compiled.Errors(shortened(given))) };
  };
};

/** The value with the lists in its first two levels cut, which is as deep as our lists lie. */
function shortened(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, itemsLookedAtMax);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      Array.isArray(item) ? item.slice(0, itemsLookedAtMax) : item,
    ]),
  );
}

interface Fault {
  readonly keyword: string;
  readonly instancePath: string;
  readonly message: string;
  readonly params: object;
}

function invalid(place: string, found: readonly Fault[]): AppError {
  const told = toldOnce(found);
  const errors = told.slice(0, errorsShownMax).map((fault) => ({
    field: `${place}${fault.instancePath.replaceAll('/', '.')}`.slice(0, 200),
    message: inWords(fault),
  }));
  const first = errors[0];
  const detail = first
    ? `${first.field} ${first.message}`
    : `the ${place} does not match its schema: an item beyond the first ${itemsLookedAtMax} of a list is wrong`;
  return new AppError('http/invalid-request', detail, { details: { errors } });
}

/**
 * The faults without repetition. A field too many is reported of the field itself, with `false` as its schema, and of
 * what holds it; a word that is none of several, once for each of them and once for all.
 */
function toldOnce(found: readonly Fault[]): Fault[] {
  const words = new Map<string, string[]>();
  for (const { keyword, instancePath, params } of found) {
    if (keyword !== 'const' || !('allowedValue' in params)) continue;
    words.set(instancePath, [...(words.get(instancePath) ?? []), JSON.stringify(params.allowedValue)]);
  }
  return found.flatMap((fault): Fault[] => {
    const allowed = words.get(fault.instancePath);
    if (fault.keyword === 'additionalProperties' || (fault.keyword === 'const' && (allowed?.length ?? 0) > 1))
      return [];
    return fault.keyword === 'anyOf' && allowed !== undefined && allowed.length > 1
      ? [{ ...fault, message: `must be ${oneOf(allowed)}` }]
      : [fault];
  });
}

/** Our words where the validator's do not say what is expected. */
function inWords({ keyword, message, params }: Fault): string {
  if (keyword === 'boolean') return 'is not a field of this request';
  if (keyword !== 'enum' || !('allowedValues' in params) || !Array.isArray(params.allowedValues))
    return message;
  return `must be ${oneOf(params.allowedValues.map((value) => JSON.stringify(value)))}`;
}

/** `a, b or c` */
function oneOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
