// Feasts that do not keep to the date, or that make their week what it is: the weeks around one may be worth what they were around it in
// other years, whatever the date. Easter moves by five weeks, Thanksgiving by one.

import { marchYearOf, yearDayOf } from '../../../core/index.ts';
import { type DayProfile, dayProfile, meanOf, type WeekEffect, weekDays } from './day-profile.ts';

const weeksBefore = 2;
const weeksAfter = 1;
const weeksEach = weeksBefore + 1 + weeksAfter;
/** By place in a year from March, for a year and the day on which it begins. */
const feasts: readonly ((year: number, begin: number) => number)[] = [
  () => 299,
  easter,
  // The fourth Thursday from the first of November on, which is place 245; 1970-01-01 was a Thursday.
  (_year, begin) => 245 + ((((-begin - 245) % 7) + 7) % 7) + 21,
];
/** Places of weeks around feasts: two before, the one that holds it, and one after, for each. */
export const feastPlaces: number = feasts.length * weeksEach;

/** Which place a week has by the day since 1970 on which it begins; −1 = none. Of two feasts the nearer counts. Cost: O(1). */
export function feastPlaceOf(firstDay: number): number {
  const year = marchYearOf(firstDay);
  const place = yearDayOf(firstDay);
  let nearest = weeksBefore + 1;
  let found = -1;
  for (const [i, feast] of feasts.entries()) {
    const weeks = -Math.floor((feast(year, firstDay - place) - place) / weekDays);
    if (weeks < -weeksBefore || weeks > weeksAfter || Math.abs(weeks) >= nearest) continue;
    nearest = Math.abs(weeks);
    found = i * weeksEach + weeksBefore + weeks;
  }
  return found;
}

/** A week and its place, see `feastPlaceOf`. */
export interface PlacedWeek extends WeekEffect {
  readonly place: number;
}

/** Years of a feast that are needed to tell it from chance. */
const yearsMin = 3;
/** Held-out errors around a feast must be this much smaller by feast than by date: squared. */
const gainMin = 0.75;
/** Seasons of feasts are drawn towards nothing as by so many more years without any. */
const shrinkage = 0.25;

export interface YearEffects {
  readonly profile: Float64Array;
  /** What each place adds to the profile, shape [feastPlaces]. */
  readonly feasts: Float64Array;
}

/**
 * A profile by date, and feasts where years that were held out are told better by them.
 * @param parts see `dayProfile`
 */
export function yearEffects(parts: readonly (readonly PlacedWeek[])[]): YearEffects {
  const byDate = dayProfile(parts);
  const effects = new Float64Array(feastPlaces);
  const adopted = feasts.map((_, feast) => byDate.heldOut.length > 0 && isAdopted(parts, byDate, feast));
  if (!adopted.includes(true)) return { profile: believed(parts, byDate), feasts: effects };
  const kept = parts.map((part) => part.filter(({ place }) => !(adopted[feastOf(place)] ?? false)));
  const { profile } = dayProfile(kept, [byDate.stiffness]);
  for (let place = 0; place < feastPlaces; place++) {
    if (adopted[feastOf(place)]) effects[place] = effectOf(parts.flat(), profile, place);
  }
  return { profile, feasts: effects };
}

/** The profile as far as years agree: times what held-out years surely follow it by, one standard error less than they do. */
function believed(parts: readonly (readonly PlacedWeek[])[], { profile, heldOut }: DayProfile): Float64Array {
  let agree = 0;
  let squares = 0;
  let all = 0;
  let count = 0;
  for (const [part, others] of heldOut.entries()) {
    const centre = meanOver(others);
    for (const week of parts[part]!) {
      const said = meanOf(others, week) - centre;
      agree += week.effect * said;
      squares += said ** 2;
      all += week.effect ** 2;
      count++;
    }
  }
  if (!(squares > 0)) return profile;
  const share = agree / squares;
  const error = Math.sqrt(Math.max(0, all - share * agree) / count / squares);
  const believedShare = Math.min(1, Math.max(0, share - error));
  const centre = meanOver(profile);
  return profile.map((value) => centre + believedShare * (value - centre));
}

function meanOver(profile: Float64Array): number {
  return profile.reduce((a, b) => a + b, 0) / profile.length;
}

function feastOf(place: number): number {
  return place < 0 ? -1 : Math.floor(place / weeksEach);
}

function effectOf(weeks: readonly PlacedWeek[], profile: Float64Array, place: number): number {
  let sum = 0;
  let count = shrinkage;
  for (const week of weeks) {
    if (week.place !== place) continue;
    sum += week.effect - meanOf(profile, week);
    count++;
  }
  return sum / count;
}

function isAdopted(parts: readonly (readonly PlacedWeek[])[], byDate: DayProfile, feast: number): boolean {
  const around = parts.map((part) => part.filter(({ place }) => feastOf(place) === feast));
  const all = around.flat();
  if (all.length < yearsMin * weeksEach || around.some((part) => part.length === 0)) return false;
  const kept = parts.map((part) => part.filter(({ place }) => feastOf(place) !== feast));
  if (kept.some((part) => part.length === 0)) return false;
  // Where its weeks are forecast as well as the others, a feast has nothing to say.
  if (squaresPerWeek(around, byDate) <= squaresPerWeek(parts, byDate)) return false;
  const { heldOut } = dayProfile(kept, [byDate.stiffness]);
  let date = 0;
  let moved = 0;
  for (const [part, weeks] of around.entries()) {
    const others = around.filter((_, other) => other !== part).flat();
    for (const week of weeks) {
      date += (week.effect - meanOf(byDate.heldOut[part]!, week)) ** 2;
      const own = effectOf(others, heldOut[part]!, week.place);
      moved += (week.effect - meanOf(heldOut[part]!, week) - own) ** 2;
    }
  }
  return moved < gainMin * date;
}

/** Mean squared error of held-out weeks. */
function squaresPerWeek(parts: readonly (readonly PlacedWeek[])[], { heldOut }: DayProfile): number {
  let sum = 0;
  let count = 0;
  for (const [part, weeks] of parts.entries()) {
    for (const week of weeks) sum += (week.effect - meanOf(heldOut[part]!, week)) ** 2;
    count += weeks.length;
  }
  return sum / count;
}

/** Source: Meeus, Astronomical Algorithms, chapter 8. */
function easter(year: number): number {
  const century = Math.floor(year / 100);
  const golden = year - 19 * Math.floor(year / 19);
  const correction = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * golden + century - Math.floor(century / 4) - correction + 15) % 30;
  const inCentury = year - 100 * century;
  const weekday = (32 + 2 * (century % 4) + 2 * Math.floor(inCentury / 4) - epact - (inCentury % 4)) % 7;
  const late = Math.floor((golden + 11 * epact + 22 * weekday) / 451);
  return epact + weekday - 7 * late + 21;
}
