// Public holidays as a covariate: what the calendar of a country says of each period. Made when needed, never stored.

import { createRequire } from 'node:module';
import type Holidays from 'date-holidays';

import { AppError, type HolidayCalendar, type Project, periodStart } from '../../core/index.ts';
import type { PeriodColumn } from './build-covariates.ts';
import { TimeZone } from './rows/time-zone.ts';

/** The name of the covariate, and what it says of a period without a holiday. */
export const holidayName = 'holiday';
const noHoliday = 'none';

const dayMs = 86_400_000;
let loaded: typeof Holidays | undefined;

/** The calendars of the world take half a second to load: only projects that have one wait for them. */
function holidays(): typeof Holidays {
  if (loaded === undefined) {
    const found = createRequire(import.meta.url)('date-holidays') as
      | typeof Holidays
      | { default: typeof Holidays };
    loaded = 'default' in found ? found.default : found;
  }
  return loaded;
}

/** Longer periods hold some holiday nearly always, and steps have no calendar. */
const frequencies = ['hour', 'day', 'week', 'month'];

/**
 * Is there such a calendar, and can the project use it?
 * @throws AppError `data/unknown-calendar`
 */
export function checkCalendar(project: Pick<Project, 'name' | 'calendar' | 'grid'>): void {
  const { calendar, grid } = project;
  if (calendar === undefined) return;
  if (!frequencies.includes(grid.frequency))
    throw unknownCalendar(project, `holidays say nothing of periods of one ${grid.frequency}`);
  const all = new (holidays())();
  if (!Object.hasOwn(all.getCountries(), calendar.country.toUpperCase()))
    throw unknownCalendar(project, `there is no country ${JSON.stringify(calendar.country)}`);
  if (calendar.region === undefined) return;
  const [state = '', region] = calendar.region.toUpperCase().split('-');
  const states = all.getStates(calendar.country.toUpperCase()) ?? {};
  const regions = region === undefined ? {} : (all.getRegions(calendar.country.toUpperCase(), state) ?? {});
  if (!Object.hasOwn(states, state) || (region !== undefined && !Object.hasOwn(regions, region)))
    throw unknownCalendar(
      project,
      `${calendar.country} has no region ${JSON.stringify(calendar.region)}; it has ${Object.keys(states).join(', ') || 'none'}`,
    );
}

function unknownCalendar(project: Pick<Project, 'name'>, reason: string): AppError {
  return new AppError('data/unknown-calendar', `the calendar of ${project.name}: ${reason}`);
}

/**
 * The holidays of the periods `from` … `to`, as a known category: the English name, several joined by ` + `, or `none`.
 * Days, weeks and months take the holidays of their local days, an hour those of the day that it lies in.
 * @returns null for a project without a calendar. Cost: about 20 ms per year of a new country, then microseconds a period
 */
export function holidayColumn(
  project: Pick<Project, 'calendar' | 'grid' | 'timezone'>,
  range: { readonly from: number; readonly to: number },
): PeriodColumn | null {
  const { calendar, grid } = project;
  if (calendar === undefined || range.to < range.from) return null;
  const zone = new TimeZone(project.timezone);
  const local = (period: number): number => {
    const start = periodStart(grid, period);
    return grid.frequency === 'hour' ? zone.toLocal(start) : start;
  };
  const days = new DayNames(calendar);
  const codes = new Map([[noHoliday, 0]]);
  const column = Int32Array.from({ length: range.to - range.from + 1 }, (_, i) => {
    const first = Math.floor(local(range.from + i) / dayMs);
    const end = Math.max(
      first + 1,
      // A day is one day, though the next of a grid of workdays may be three later.
      ['hour', 'day'].includes(grid.frequency) ? 0 : Math.floor(local(range.from + i + 1) / dayMs),
    );
    const names = new Set<string>();
    for (let day = first; day < end; day++) for (const name of days.of(day)) names.add(name);
    const label = names.size === 0 ? noHoliday : [...names].join(' + ');
    const code = codes.get(label) ?? codes.size;
    codes.set(label, code);
    return code;
  });
  return { name: holidayName, labels: [...codes.keys()], begin: range.from, codes: column };
}

/** Holidays by day since 1970, read year by year. */
class DayNames {
  readonly #holidays: Holidays;
  readonly #years = new Map<number, Map<number, string[]>>();

  constructor({ country, region }: HolidayCalendar) {
    const parts = region?.toUpperCase().split('-') ?? [];
    this.#holidays = new (holidays())(country.toUpperCase(), parts[0] ?? '', parts[1] ?? '');
  }

  of(day: number): readonly string[] {
    const year = new Date(day * dayMs).getUTCFullYear();
    const known = this.#years.get(year) ?? this.#read(year);
    return known.get(day) ?? [];
  }

  #read(year: number): Map<number, string[]> {
    const days = new Map<number, string[]>();
    for (const { date, start, end, name, type } of this.#holidays.getHolidays(year, 'en')) {
      if (type !== 'public') continue;
      const first = Date.parse(`${date.slice(0, 10)}T00:00:00Z`) / dayMs;
      const count = Math.max(1, Math.round((end.getTime() - start.getTime()) / dayMs));
      for (let day = first; day < first + count; day++) days.set(day, [...(days.get(day) ?? []), name]);
    }
    this.#years.set(year, days);
    return days;
  }
}
