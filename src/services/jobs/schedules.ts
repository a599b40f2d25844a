// Work at times of day: cron expressions in time zones, each planned time at most once, also over restarts and beside other
// processes. Where the clock skips the hour of a run it comes at the end of the gap; where an hour comes twice, once.

import { Cron } from 'croner';
import { AppError, type Clock } from '../../core/index.ts';
import type { JobRecord, JsonObject, ScheduleStore } from '../../storage/ports/index.ts';
import type { PipelineEngine } from './pipeline-engine.ts';

export interface Schedule {
  /** Names it for good: what has run is remembered under it. */
  readonly name: string;
  /** Five fields: minute, hour, day of month, month, day of week. */
  readonly cron: string;
  /** IANA zone. */
  readonly timezone: string;
  readonly pipeline: string;
  readonly project: string;
  /** Default: one at a time per pipeline and project. */
  readonly singleFlightKey?: string;
  /** What jobs of it are told, beside when and why. */
  readonly input?: JsonObject;
}

export interface SchedulesOptions {
  readonly store: ScheduleStore;
  readonly jobs: Pick<PipelineEngine, 'enqueue'>;
  /** The system's clock. */
  readonly clock: Clock;
  /** Asked anew at every look, so that a schedule may come, change and go. */
  readonly list: () => Promise<readonly Schedule[]>;
  /** False = this time is let pass, such as before there is enough to learn from; default: always. */
  readonly mayRun?: (schedule: Schedule) => Promise<boolean>;
}

/** Missed times are counted up to this; more are said as this many. */
const missedMax = 1000;
const pattern = /^[\d*/,\-A-Za-z? #L]{1,100}$/;

/**
 * Checks an expression and a zone once, before anything depends on them.
 * @throws AppError `jobs/bad-schedule`
 */
export function checkSchedule(schedule: Pick<Schedule, 'name' | 'cron' | 'timezone'>): void {
  cronOf(schedule).nextRun(new Date(0));
}

/**
 * Puts in what has become due since the last look. Times that were missed while nothing ran come as one run, which says how
 * many they were. A schedule seen for the first time begins now.
 * @returns the jobs put in
 */
export async function runDue(options: SchedulesOptions): Promise<JobRecord[]> {
  const made: JobRecord[] = [];
  for (const schedule of await options.list()) {
    const job = await runIfDue(schedule, options);
    if (job !== undefined) made.push(job);
  }
  return made;
}

async function runIfDue(schedule: Schedule, options: SchedulesOptions): Promise<JobRecord | undefined> {
  const { store, jobs, clock } = options;
  const now = clock.now();
  const last = await store.schedulePlannedAt(schedule.name);
  if (last === undefined) {
    await store.noteSchedule(schedule.name, now);
    return undefined;
  }
  const due = dueSince(schedule, { last, now });
  if (due === undefined) return undefined;
  let made: JobRecord | undefined;
  if ((await options.mayRun?.(schedule)) ?? true) {
    const { name, cron, timezone } = schedule;
    const missed = due.missed === 0 ? '' : `, ${due.missed} earlier times were missed`;
    const reason = `the schedule ${cron} in ${timezone}${missed}`;
    const input: JsonObject = { ...schedule.input, trigger: 'schedule', reason, schedule: name, ...due };
    // The id follows from schedule and time: a process that died before noting it, or another one, puts in the same job.
    const id = `job_${schedule.name.replaceAll(/[^\w-]/g, '-')}_${due.plannedAt}`;
    const { singleFlightKey } = schedule;
    const { job, created } = await jobs.enqueue(schedule.pipeline, schedule.project, input, {
      id,
      ...(singleFlightKey === undefined ? {} : { singleFlightKey }),
    });
    if (created) made = job;
  }
  await store.noteSchedule(schedule.name, due.plannedAt);
  return made;
}

/**
 * The newest planned time after `last` and not after `now`, and how many earlier ones of them were missed.
 * @returns undefined when none is due. Cost: O(times since `last`), at most `missedMax`.
 */
export function dueSince(
  schedule: Pick<Schedule, 'name' | 'cron' | 'timezone'>,
  { last, now }: { readonly last: number; readonly now: number },
): { readonly plannedAt: number; readonly missed: number } | undefined {
  const cron = cronOf(schedule);
  const first = cron.nextRun(new Date(last))?.getTime();
  if (first === undefined || first > now) return undefined;
  // Times before the next whole second: one that is exactly now is among them.
  const before = new Date(Math.floor(now / 1000) * 1000 + 1000);
  const plannedAt = cron.previousRuns(1, before)[0]?.getTime() ?? first;
  let missed = 0;
  for (let at = first; at < plannedAt && missed < missedMax; missed++)
    at = cron.nextRun(new Date(at))?.getTime() ?? plannedAt;
  return { plannedAt, missed };
}

/** The next planned time after a moment; null = it never comes again. @throws AppError `jobs/bad-schedule` */
export function nextRunAt(
  schedule: Pick<Schedule, 'name' | 'cron' | 'timezone'>,
  now: number,
): number | null {
  return cronOf(schedule).nextRun(new Date(now))?.getTime() ?? null;
}

function cronOf({ name, cron, timezone }: Pick<Schedule, 'name' | 'cron' | 'timezone'>): Cron {
  try {
    if (!pattern.test(cron)) throw new Error('it holds characters that no schedule has');
    if (cron.trim().split(/ +/).length !== 5)
      throw new Error('it has not five fields: minute hour day month weekday, such as `30 2 * * 1`');
    const made = new Cron(cron, { timezone, paused: true });
    if (made.nextRun(new Date(0)) === null) throw new Error('it never comes');
    return made;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('jobs/bad-schedule', `the schedule ${name}, "${cron}" in ${timezone}: ${reason}`, {
      cause,
    });
  }
}
