// Places in the year that keep to the date: the 25th of December has the same one in every year.

/** Days of a year with a 29th of February. */
export const yearDays = 366;

const daysPer400Years = 146_097;
const daysPer100Years = 36_524;
const daysPer4Years = 1_461;
/** From the first of March of the year 0 to 1970-01-01. */
const epochFromMarch = 719_468;

/**
 * The place of a day in a year that begins with March, so that the day which most years lack is the last: 0 = 1 March, 299 = 25
 * December, 364 = 28 February, 365 = 29 February.
 * @param day since 1970-01-01
 */
export function yearDayOf(day: number): number {
  const inEra = dayInEra(day);
  return inEra - daysBefore(yearInEra(inEra));
}

/** The year in which such a year begins: of January and February the one before. */
export function marchYearOf(day: number): number {
  return 400 * Math.floor((day + epochFromMarch) / daysPer400Years) + yearInEra(dayInEra(day));
}

/** Days since the first of March of a year that can be divided by 400. */
function dayInEra(day: number): number {
  const sinceMarch = day + epochFromMarch;
  return sinceMarch - Math.floor(sinceMarch / daysPer400Years) * daysPer400Years;
}

function yearInEra(inEra: number): number {
  const leapDays =
    Math.floor(inEra / (daysPer4Years - 1)) -
    Math.floor(inEra / daysPer100Years) +
    Math.floor(inEra / (daysPer400Years - 1));
  return Math.floor((inEra - leapDays) / 365);
}

function daysBefore(year: number): number {
  return 365 * year + Math.floor(year / 4) - Math.floor(year / 100);
}
