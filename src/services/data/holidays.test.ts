import assert from 'node:assert/strict';
import { test } from 'node:test';

import { projectLike } from '../../../test/fixtures/project.ts';
import { type Frequency, isAppError, type Project, periodOf } from '../../core/index.ts';
import { checkCalendar, holidayColumn } from './holidays.ts';

function projectOf(frequency: Frequency, calendar: NonNullable<Project['calendar']>): Project {
  return projectLike({ grid: { frequency, weekStart: 1 }, timezone: 'Europe/Berlin', calendar });
}

/** What the calendar says from one day to another, both included. */
function labels(project: Project, from: string, to: string): (string | undefined)[] {
  const period = (day: string): number => periodOf(project.grid, Date.parse(day));
  const column = holidayColumn(project, { from: period(from), to: period(to) });
  return Array.from(column?.codes ?? [], (code) => column?.labels[code]);
}

test('a day has the name of its public holiday, or none', () => {
  const germany = projectOf('day', { country: 'DE' });
  // Mother's Day is an observance: nobody is off.
  assert.deepEqual(labels(germany, '2024-05-08', '2024-05-12'), [
    'none',
    'Ascension Day',
    'none',
    'none',
    'none',
  ]);
});

test('a region has holidays of its own', () => {
  assert.deepEqual(labels(projectOf('day', { country: 'de' }), '2024-01-06', '2024-01-06'), ['none']);
  assert.deepEqual(labels(projectOf('day', { country: 'DE', region: 'BY' }), '2024-01-06', '2024-01-06'), [
    'Epiphany',
  ]);
});

test('a week has all holidays of its days, an hour that of the local day it lies in', () => {
  const [week] = labels(projectOf('week', { country: 'DE' }), '2024-12-25', '2024-12-25');
  assert.match(week ?? '', /^Christmas Day \+ Boxing Day$/);
  const hours = labels(projectOf('hour', { country: 'DE' }), '2023-12-31T22:00Z', '2023-12-31T23:00Z');
  assert.deepEqual(hours, ['none', "New Year's Day"]);
});

test('refuses countries, regions and periods that have no holidays', () => {
  checkCalendar(projectOf('day', { country: 'DE', region: 'BY' }));
  checkCalendar(projectLike());
  for (const wrong of [
    projectOf('day', { country: 'XX' }),
    projectOf('day', { country: 'DE', region: 'QQ' }),
    projectOf('year', { country: 'DE' }),
  ])
    assert.throws(
      () => checkCalendar(wrong),
      (error) => isAppError(error, 'data/unknown-calendar'),
    );
});
