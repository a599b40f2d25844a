// Days as the warehouse lives them. A day is its period on a daily grid: days since 1970-01-01.

/** Public holidays: fixed dates as month-day, and those that move with Easter as days after it. */
const fixedHolidays = ['01-01', '05-01', '10-03', '11-01', '12-25', '12-26'];
const easterHolidays = [-2, 1, 39, 50];

/** `2025-09-01`. */
export function dayLabel(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}

/** The day of an ISO date. */
export function dayOf(date: string): number {
  return Math.floor(Date.parse(`${date}T00:00:00Z`) / 86_400_000);
}

/** 0 = Sunday … 6 = Saturday. 1970-01-01 was a Thursday. */
export function weekdayOf(day: number): number {
  return (day + 4) % 7;
}

/** 1 … 366. */
export function dayOfYear(day: number): number {
  const year = new Date(day * 86_400_000).getUTCFullYear();
  return day - Date.UTC(year, 0, 1) / 86_400_000 + 1;
}

export function isHoliday(day: number): boolean {
  const label = dayLabel(day);
  return (
    fixedHolidays.includes(label.slice(5)) ||
    easterHolidays.includes(day - easterOf(Number(label.slice(0, 4))))
  );
}

/** Easter Sunday in the Gregorian calendar (Meeus 1991, Astronomical Algorithms, chapter 8). */
function easterOf(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = Math.floor(b / 4);
  const e = b % 4;
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - d - g + 15) % 30;
  const i = Math.floor(c / 4);
  const k = c % 4;
  const l = (32 + 2 * e + 2 * i - h - k) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const month = Math.floor((h + l - 7 * m + 114) / 31);
  const date = ((h + l - 7 * m + 114) % 31) + 1;
  return Math.floor(Date.UTC(year, month - 1, date) / 86_400_000);
}
