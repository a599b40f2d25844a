// What somebody asks a search for: checked when it is asked and again when the job runs, for jobs outlive programs.

import { AppError } from '../../core/index.ts';
import type { JsonObject } from '../../storage/ports/index.ts';
import type { Budget } from './engine.ts';
import { type SamplerName, samplerNames } from './sampler.ts';
import { parseSpace, type Space } from './space.ts';

export interface SearchRequest {
  /** Null = the training's own. */
  readonly space: Space | null;
  readonly sampler: SamplerName;
  readonly budget: Budget;
  /** Windows that the choice is made on, before the last one, which is kept for the report. */
  readonly folds: number;
  /** Fidelities of early stopping; 1 = every trial gets everything. */
  readonly rungs: number;
  /** Null = the project's. */
  readonly seed: number | null;
}

type NumberName = 'trials' | 'seconds' | 'cpuSeconds' | 'folds' | 'rungs' | 'seed';

/** Bounds of the numbers of a request: smallest, largest, and what they are by default; null = left open. */
export const requestLimits: Readonly<
  Record<NumberName, { readonly min: number; readonly max: number; readonly byDefault: number | null }>
> = {
  trials: { min: 2, max: 10_000, byDefault: 40 },
  seconds: { min: 1, max: 30 * 86_400, byDefault: null },
  cpuSeconds: { min: 1, max: 365 * 86_400, byDefault: null },
  folds: { min: 1, max: 10, byDefault: 2 },
  rungs: { min: 1, max: 6, byDefault: 3 },
  seed: { min: 0, max: 2 ** 32 - 1, byDefault: null },
};

const names: readonly string[] = [...Object.keys(requestLimits), 'space', 'sampler'];
/** One trial in so many goes on to the next fidelity. */
export const eta = 3;

/**
 * A request from parsed JSON; what is left out takes its default.
 * @throws AppError `train/bad-search` that names the field and what it may be
 */
export function parseSearchRequest(raw: JsonObject): SearchRequest {
  const stranger = Object.keys(raw).find((name) => !names.includes(name));
  if (stranger !== undefined)
    throw bad(`a search has no field "${stranger.slice(0, 60)}": it has ${names.join(', ')}`);
  const { sampler = 'tpe', space = null } = raw;
  if (!samplerNames.includes(sampler as SamplerName))
    throw bad(`sampler is ${JSON.stringify(sampler).slice(0, 60)}: it is ${samplerNames.join(' or ')}`);
  const whole = (name: 'trials' | 'folds' | 'rungs'): number =>
    numberOf(raw, name, { whole: true }) ?? (requestLimits[name].byDefault as number);
  return {
    space: space === null ? null : parseSpace(space),
    sampler: sampler as SamplerName,
    budget: {
      trials: whole('trials'),
      seconds: numberOf(raw, 'seconds'),
      cpuSeconds: numberOf(raw, 'cpuSeconds'),
    },
    folds: whole('folds'),
    rungs: whole('rungs'),
    seed: numberOf(raw, 'seed', { whole: true }),
  };
}

function numberOf(raw: JsonObject, name: NumberName, { whole = false } = {}): number | null {
  const value = raw[name] ?? null;
  if (value === null) return null;
  const { min, max } = requestLimits[name];
  const right =
    typeof value === 'number' && value >= min && value <= max && (!whole || Number.isInteger(value));
  if (right) return value;
  throw bad(
    `${name} is ${JSON.stringify(value).slice(0, 60)}: give a ${whole ? 'whole ' : ''}number from ${min} to ${max}`,
  );
}

function bad(message: string): AppError {
  return new AppError('train/bad-search', message);
}
