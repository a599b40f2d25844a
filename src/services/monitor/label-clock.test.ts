import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Frequency, periodOf } from '../../core/index.ts';
import { LabelClock } from './label-clock.ts';

function clockOf(frequency: Frequency, timezone: string): LabelClock {
  return new LabelClock({ grid: { frequency, weekStart: 1 }, timezone });
}

/** When the label of the period that holds a local date is due. */
function dueAt(frequency: Frequency, timezone: string, date: string): string {
  const period = periodOf({ frequency, weekStart: 1 }, Date.parse(`${date}T00:00:00Z`));
  return new Date(clockOf(frequency, timezone).dueAt(period) as number).toISOString();
}

test('a day ends at midnight where the project is', () => {
  assert.equal(dueAt('day', 'UTC', '2026-01-10'), '2026-01-11T00:00:00.000Z');
  assert.equal(dueAt('day', 'Europe/Berlin', '2026-01-10'), '2026-01-10T23:00:00.000Z');
  assert.equal(dueAt('day', 'America/New_York', '2026-01-10'), '2026-01-11T05:00:00.000Z');
  assert.equal(dueAt('day', 'Pacific/Kiritimati', '2026-01-10'), '2026-01-10T10:00:00.000Z');
});

test('the days on which clocks change are 23 and 25 hours long', () => {
  // Berlin changed on 29 March and 25 October 2026.
  assert.equal(dueAt('day', 'Europe/Berlin', '2026-03-28'), '2026-03-28T23:00:00.000Z');
  assert.equal(dueAt('day', 'Europe/Berlin', '2026-03-29'), '2026-03-29T22:00:00.000Z');
  assert.equal(dueAt('day', 'Europe/Berlin', '2026-10-24'), '2026-10-24T22:00:00.000Z');
  assert.equal(dueAt('day', 'Europe/Berlin', '2026-10-25'), '2026-10-25T23:00:00.000Z');
});

test('a day whose midnight is skipped begins when clocks skip it', () => {
  // São Paulo went from 3 November 2018, 24:00 (03:00 UTC) straight to 01:00; and back on 17 February 2019, 24:00 to 23:00.
  assert.equal(dueAt('day', 'America/Sao_Paulo', '2018-11-03'), '2018-11-04T03:00:00.000Z');
  assert.equal(dueAt('day', 'America/Sao_Paulo', '2019-02-16'), '2019-02-17T03:00:00.000Z');
});

test('weeks, months, quarters and years end where the project is, hours in UTC, steps never by the clock', () => {
  assert.equal(dueAt('week', 'Europe/Berlin', '2026-10-21'), '2026-10-25T23:00:00.000Z');
  assert.equal(dueAt('month', 'Europe/Berlin', '2026-03-01'), '2026-03-31T22:00:00.000Z');
  assert.equal(dueAt('quarter', 'Asia/Kolkata', '2026-03-01'), '2026-03-31T18:30:00.000Z');
  assert.equal(dueAt('year', 'America/New_York', '2025-06-01'), '2026-01-01T05:00:00.000Z');
  assert.equal(dueAt('hour', 'Asia/Kolkata', '2026-03-01'), '2026-03-01T01:00:00.000Z');
  assert.equal(clockOf('step', 'Europe/Berlin').dueAt(7), null);
});

test('a label is due once its period is closed for the project, or over by the calendar', () => {
  const clock = clockOf('day', 'Europe/Berlin');
  const day = periodOf({ frequency: 'day', weekStart: 1 }, Date.UTC(2026, 0, 10));
  const midnight = Date.UTC(2026, 0, 10, 23);
  assert.equal(clock.isDue(day, { projectClock: day - 1, now: midnight - 1 }), false);
  assert.equal(clock.isDue(day, { projectClock: day - 1, now: midnight }), true);
  assert.equal(clock.isDue(day, { projectClock: day, now: 0 }), true);
});

test('days follow one another without overlap in every zone', () => {
  const zones = ['Europe/Berlin', 'America/Sao_Paulo', 'Asia/Beirut', 'Australia/Lord_Howe', 'Africa/Cairo'];
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.integer({ min: 3650, max: 20_500 }), (zone, period) => {
      const clock = clockOf('day', zone);
      const hours = ((clock.dueAt(period) as number) - (clock.dueAt(period - 1) as number)) / 3_600_000;
      assert.ok([23, 23.5, 24, 24.5, 25].includes(hours), `${zone} ${period}: ${hours} h`);
    }),
  );
});
