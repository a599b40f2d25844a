// The space of a search: which parameters there are, what values each may take, and when it exists at all.
// Read from JSON that a person wrote, so everything about it is checked here, once.

import { AppError } from '../../core/index.ts';

export type ParamValue = number | string | boolean;
/** One point of the space: the active parameters by name. */
export type Params = Readonly<Record<string, ParamValue>>;

interface Named {
  readonly name: string;
  /** The parameter exists only where each of these parameters has one of the values; [] = always. */
  readonly when: readonly { readonly name: string; readonly values: readonly ParamValue[] }[];
}

export interface NumberDimension extends Named {
  readonly kind: 'float' | 'integer';
  readonly min: number;
  readonly max: number;
  /** `log`: equal ratios are equally likely. */
  readonly scale: 'linear' | 'log';
}

export interface ChoiceDimension extends Named {
  readonly kind: 'choice';
  readonly values: readonly ParamValue[];
}

export type Dimension = NumberDimension | ChoiceDimension;

export interface Space {
  /** A parameter comes after those that its existence depends on. */
  readonly dimensions: readonly Dimension[];
}

const dimensionsMax = 50;
const valuesMax = 100;
const namePattern = /^[a-z][A-Za-z0-9]{0,39}$/;
const fields: Readonly<Record<string, readonly string[]>> = {
  float: ['kind', 'min', 'max', 'scale', 'when'],
  integer: ['kind', 'min', 'max', 'scale', 'when'],
  choice: ['kind', 'values', 'when'],
};

/**
 * A space from parsed JSON: `{name: {kind: 'float' | 'integer', min, max, scale?, when?} | {kind: 'choice', values, when?}}`,
 * `when: {otherName: value | [values]}`.
 * @throws AppError `train/bad-search` that names the parameter and what is wrong with it
 */
export function parseSpace(raw: unknown): Space {
  if (!isRecord(raw)) throw bad('the space is not an object of parameters by name');
  const entries = Object.entries(raw);
  if (entries.length === 0) throw bad('the space has no parameter');
  if (entries.length > dimensionsMax)
    throw bad(`the space has ${entries.length} parameters: at most ${dimensionsMax} can be searched`);
  const dimensions = entries.map(([name, value]) => parseDimension(name, value));
  return { dimensions: inOrder(dimensions) };
}

/** Whether the parameter exists beside those already drawn. */
export function isActive(dimension: Dimension, params: Params): boolean {
  return dimension.when.every(({ name, values }) => {
    const value = params[name];
    return value !== undefined && values.includes(value);
  });
}

/** Where a value lies on its axis, 0 to 1; values outside the range lie on its end. Integers lie in the middle of their cells. */
export function toUnit(dimension: NumberDimension, value: number): number {
  const { low, high } = axisOf(dimension);
  const clamped = Math.min(dimension.max, Math.max(dimension.min, value));
  const at = dimension.scale === 'log' ? Math.log(clamped) : clamped;
  return high > low ? (at - low) / (high - low) : 0.5;
}

/** The value at a place of the axis, 0 to 1. */
export function fromUnit(dimension: NumberDimension, unit: number): number {
  const { low, high } = axisOf(dimension);
  const at = low + Math.min(1, Math.max(0, unit)) * (high - low);
  const value = dimension.scale === 'log' ? Math.exp(at) : at;
  const exact = dimension.kind === 'integer' ? Math.round(value) : Number(value.toPrecision(6));
  return Math.min(dimension.max, Math.max(dimension.min, exact));
}

/** Half a cell is added at both ends of integers, so that the ends are as likely as what lies between. */
function axisOf({ kind, min, max, scale }: NumberDimension): { low: number; high: number } {
  const half = kind === 'integer' ? 0.5 : 0;
  return scale === 'log'
    ? { low: Math.log(min - half), high: Math.log(max + half) }
    : { low: min - half, high: max + half };
}

function parseDimension(name: string, raw: unknown): Dimension {
  if (!namePattern.test(name))
    throw bad(`"${name.slice(0, 60)}" is no name of a parameter: letters and digits, a small letter first`);
  if (!isRecord(raw)) throw bad(`parameter ${name} is not an object with "kind"`);
  const { kind } = raw;
  const known = typeof kind === 'string' && Object.hasOwn(fields, kind) ? fields[kind] : undefined;
  if (known === undefined)
    throw bad(
      `parameter ${name} has the kind ${quoted(kind)}: it is one of ${Object.keys(fields).join(', ')}`,
    );
  const stranger = Object.keys(raw).find((field) => !known.includes(field));
  if (stranger !== undefined)
    throw bad(`parameter ${name} has the field "${stranger.slice(0, 60)}": ${kind} has ${known.join(', ')}`);
  const when = parseWhen(name, raw.when);
  if (kind === 'choice') return { name, kind, values: parseValues(`parameter ${name}`, raw.values), when };
  return { name, when, ...parseRange(name, { ...raw, kind: kind as 'float' | 'integer' }) };
}

function parseRange(
  name: string,
  raw: { kind: 'float' | 'integer'; min?: unknown; max?: unknown; scale?: unknown },
): Pick<NumberDimension, 'kind' | 'min' | 'max' | 'scale'> {
  const { kind, min, max, scale = 'linear' } = raw;
  if (!isNumber(min) || !isNumber(max)) throw bad(`parameter ${name} needs numbers as min and max`);
  if (!(min < max)) throw bad(`parameter ${name} goes from ${min} to ${max}: min must be below max`);
  if (Math.abs(min) > 1e12 || Math.abs(max) > 1e12) throw bad(`parameter ${name} goes beyond 1e12`);
  if (kind === 'integer' && !(Number.isInteger(min) && Number.isInteger(max)))
    throw bad(`parameter ${name} is an integer, so its min and max are too: ${min}, ${max}`);
  if (scale !== 'linear' && scale !== 'log')
    throw bad(`parameter ${name} has the scale ${quoted(scale)}: it is linear or log`);
  if (scale === 'log' && !(min > 0)) throw bad(`parameter ${name} is on a log scale, so min must be above 0`);
  return { kind, min, max, scale };
}

function parseValues(what: string, raw: unknown): ParamValue[] {
  if (!Array.isArray(raw) || raw.length === 0) throw bad(`${what} needs a list of values`);
  if (raw.length > valuesMax) throw bad(`${what} has ${raw.length} values: at most ${valuesMax}`);
  for (const value of raw) {
    const right =
      typeof value === 'boolean' || isNumber(value) || (typeof value === 'string' && value.length <= 200);
    if (!right) throw bad(`${what} has the value ${quoted(value)}: values are numbers, texts, true or false`);
  }
  if (new Set(raw).size < raw.length) throw bad(`${what} names a value twice`);
  return raw as ParamValue[];
}

function parseWhen(name: string, raw: unknown): Named['when'] {
  if (raw === undefined) return [];
  if (!isRecord(raw)) throw bad(`"when" of parameter ${name} is not an object of values by parameter`);
  return Object.entries(raw).map(([other, values]) => ({
    name: other,
    values: parseValues(`"when" of parameter ${name}`, Array.isArray(values) ? values : [values]),
  }));
}

/** Parameters after those they depend on, else in the order they were written. */
function inOrder(dimensions: readonly Dimension[]): Dimension[] {
  const byName = new Map(dimensions.map((one) => [one.name, one]));
  for (const { name, when } of dimensions) for (const one of when) checkCondition(name, one, byName);
  const ordered: Dimension[] = [];
  let waiting = [...dimensions];
  while (waiting.length > 0) {
    const ready = waiting.filter((one) =>
      one.when.every(({ name }) => ordered.some((done) => done.name === name)),
    );
    if (ready.length === 0)
      throw bad(`parameters ${waiting.map(({ name }) => name).join(', ')} depend on each other in a circle`);
    ordered.push(...ready);
    waiting = waiting.filter((one) => !ready.includes(one));
  }
  return ordered;
}

function checkCondition(
  name: string,
  condition: Named['when'][number],
  byName: ReadonlyMap<string, Dimension>,
): void {
  const parent = byName.get(condition.name);
  if (parent === undefined)
    throw bad(`parameter ${name} depends on "${condition.name.slice(0, 60)}", which the space does not have`);
  if (parent.kind !== 'choice')
    throw bad(
      `parameter ${name} depends on ${parent.name}, which is a ${parent.kind}: only a choice can decide`,
    );
  const never = condition.values.find((value) => !parent.values.includes(value));
  if (never !== undefined)
    throw bad(`parameter ${name} waits for ${parent.name} = ${quoted(never)}, which it never is`);
}

function isRecord(raw: unknown): raw is Readonly<Record<string, unknown>> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function quoted(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 60);
}

function bad(message: string): AppError {
  return new AppError('train/bad-search', message);
}
