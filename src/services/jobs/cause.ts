// Why a job was put in: part of its input, so that whoever looks at the job, or at the run that it leaves, finds it there.

import type { JsonObject } from '../../storage/ports/index.ts';

export interface Cause {
  /** `cli` or `api` for somebody who asked; else what began it by itself: `periods`, `schedule`, `withdrawal`, … */
  readonly trigger: string;
  /** For people. */
  readonly reason: string;
}

const asked: readonly unknown[] = ['cli', 'api'];

/** @returns null for jobs of older versions, which do not say */
export function causeOf({ trigger, reason }: JsonObject): Cause | null {
  if (typeof trigger !== 'string') return null;
  return { trigger, reason: typeof reason === 'string' ? reason : '' };
}

/** @param params those of a run, which has it from its job */
export function causeOfRun({ cause }: JsonObject): Cause | null {
  return typeof cause === 'object' && cause !== null && !Array.isArray(cause)
    ? causeOf(cause as JsonObject)
    : null;
}

/** True where a person asked for the job, false where it began by itself. */
export function isAskedFor(input: JsonObject): boolean {
  return input.trigger === undefined || asked.includes(input.trigger);
}

/** What the pipeline is asked for, without why. */
export function withoutCause(input: JsonObject): JsonObject {
  const about = [
    'trigger',
    'reason',
    'evidence',
    'latestPeriod',
    'schedule',
    'plannedAt',
    'missed',
    'parent',
  ];
  return Object.fromEntries(Object.entries(input).filter(([name]) => !about.includes(name)));
}
