import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import fc from 'fast-check';
import { isAppError, ManualClock } from '../../core/index.ts';
import type { ControlStore } from '../../storage/ports/index.ts';
import { openSqliteStore } from '../../storage/sqlite/index.ts';
import type { EmbeddedEngine } from './embedded-engine.ts';
import { definePipeline } from './pipeline.ts';
import { checkSchedule, dueSince, runDue, type Schedule } from './schedules.ts';
import { engineOf, ManualTimers } from './testing.ts';

const nightly: Schedule = {
  name: 'retrain:shop',
  cron: '30 2 * * *',
  timezone: 'Europe/Berlin',
  pipeline: 'train',
  project: 'shop',
};
const at = (iso: string): number => Date.parse(iso);
let clock: ManualClock;
let store: ControlStore;
let jobs: EmbeddedEngine;

beforeEach(() => {
  clock = new ManualClock(at('2026-11-30T12:00:00Z'));
  store = openSqliteStore({ path: ':memory:', clock });
  const pipelines = [definePipeline({ name: 'train', steps: [{ name: 'fit', run: async () => null }] })];
  jobs = engineOf({ store, pipelines, clock, timers: new ManualTimers(0) });
});
afterEach(() => store.close());

async function look(
  to: string,
  more: { schedules?: readonly Schedule[]; mayRun?: boolean } = {},
): Promise<unknown[]> {
  clock.moveTo(at(to));
  const { schedules = [nightly], mayRun } = more;
  const made = await runDue({
    store,
    jobs,
    clock,
    list: async () => schedules,
    ...(mayRun === undefined ? {} : { mayRun: async () => mayRun }),
  });
  for (const { id } of made) await jobs.cancel(id);
  return made.map(({ input }) => [new Date(Number(input.plannedAt)).toISOString(), input.missed]);
}

test('runs at its local time, once, however often it is looked at', async () => {
  assert.deepEqual(await look('2026-11-30T12:00:00Z'), [], 'seen for the first time: it begins now');
  assert.deepEqual(await look('2026-12-01T01:29:59Z'), []);
  assert.deepEqual(await look('2026-12-01T01:30:00Z'), [['2026-12-01T01:30:00.000Z', 0]]);
  assert.deepEqual(await look('2026-12-01T01:30:05Z'), []);
  assert.deepEqual(await look('2026-12-02T01:31:00Z'), [['2026-12-02T01:30:00.000Z', 0]]);
});

test('times missed while nothing ran come as one, which says how many they were', async () => {
  await look('2026-11-30T12:00:00Z');
  assert.deepEqual(await look('2026-12-05T12:00:00Z'), [['2026-12-05T01:30:00.000Z', 4]]);
  assert.deepEqual(await look('2026-12-05T13:00:00Z'), []);
});

test('an hour that the clock skips runs at its end, one that comes twice once', () => {
  const due = (last: string, now: string) => {
    const found = dueSince(nightly, { last: at(last), now: at(now) });
    return found && [new Date(found.plannedAt).toISOString(), found.missed];
  };
  assert.deepEqual(due('2027-03-27T12:00:00Z', '2027-03-28T12:00:00Z'), ['2027-03-28T01:00:00.000Z', 0]);
  assert.deepEqual(due('2026-10-24T12:00:00Z', '2026-10-25T00:45:00Z'), ['2026-10-25T00:30:00.000Z', 0]);
  assert.equal(due('2026-10-25T00:30:00Z', '2026-10-25T12:00:00Z'), undefined);
});

test('a process that died between putting a job in and noting it puts in the same job', async () => {
  await look('2026-11-30T12:00:00Z');
  clock.moveTo(at('2026-12-01T02:00:00Z'));
  const dying = { ...store, noteSchedule: () => Promise.reject(new Error('the disk is gone')) };
  const of = { jobs, clock, list: async () => [nightly] };
  await assert.rejects(runDue({ ...of, store: dying }), /the disk is gone/);
  assert.deepEqual(await runDue({ ...of, store }), []);
  assert.equal((await store.listJobs({ limit: 9 })).length, 1);
});

test('a time that may not run is let pass', async () => {
  await look('2026-11-30T12:00:00Z');
  assert.deepEqual(await look('2026-12-01T02:00:00Z', { mayRun: false }), []);
  assert.deepEqual(await look('2026-12-01T03:00:00Z', { mayRun: true }), []);
});

test('what is no schedule is refused with what is wrong with it', () => {
  const reason = (change: Partial<Schedule>): string => {
    try {
      checkSchedule({ ...nightly, ...change });
      return 'accepted';
    } catch (error) {
      assert.ok(isAppError(error, 'jobs/bad-schedule'));
      return error.message;
    }
  };
  assert.equal(reason({}), 'accepted');
  assert.match(reason({ cron: '61 2 * * *' }), /minute/);
  assert.match(reason({ cron: '* * * * * *' }), /five fields/);
  assert.match(reason({ cron: '0 0 30 2 *' }), /never comes/);
  assert.match(reason({ cron: `${'1'.repeat(99)} * * * *` }), /characters/);
  assert.match(reason({ timezone: 'Mars/Olympus' }), /Mars\/Olympus/);
});

test('whenever it is looked at, each planned time is run or counted as missed, exactly once', () => {
  const minutes = fc.integer({ min: 1, max: 60 * 40 });
  fc.assert(
    fc.property(
      fc.array(minutes, { minLength: 1, maxLength: 20 }),
      fc.constantFrom('15 * * * *', '30 2 * * *', '0 6 * * 1'),
      fc.constantFrom('Europe/Berlin', 'America/New_York', 'UTC', 'Asia/Kolkata'),
      fc.integer({ min: at('2026-03-01T00:00:00Z'), max: at('2026-12-01T00:00:00Z') }),
      (pauses, cron, timezone, from) => {
        const schedule = { ...nightly, cron, timezone };
        let last = from;
        let now = from;
        let covered = 0;
        for (const pause of pauses) {
          now += pause * 60_000;
          const due = dueSince(schedule, { last, now });
          if (due === undefined) continue;
          assert.ok(due.plannedAt > last && due.plannedAt <= now);
          covered += 1 + due.missed;
          last = due.plannedAt;
        }
        const all = dueSince(schedule, { last: from, now });
        assert.equal(covered, all === undefined ? 0 : 1 + all.missed);
      },
    ),
    { numRuns: 60 },
  );
});
