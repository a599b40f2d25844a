import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng, yearDayOf, yearDays } from '../../../core/index.ts';
import { dayProfile, type WeekEffect } from './day-profile.ts';
import { feastPlaces } from './feasts.ts';
import { packProfile, weekIndex } from './year-table.ts';

const monday = 15_340; // 2012-01-02
const feasts = new Float64Array(feastPlaces);
/** A ramp of 30 days that ends with the 24th of December, and a closed day after it, on a wave. */
const truth = Float64Array.from({ length: yearDays }, (_, day) => {
  const wave = 0.2 * Math.sin((2 * Math.PI * day) / 365.25);
  if (day === 299) return wave - 0.9;
  return day >= 269 && day < 299 ? wave + 2 * ((day - 268) / 30) ** 2 : wave;
});

function weeksFrom(first: number, count: number, noise = 0): WeekEffect[] {
  const rng = new Rng(3);
  return Array.from({ length: count }, (_, t) => {
    const days = Int32Array.from({ length: 7 }, (_, k) => yearDayOf(first + 7 * t + k));
    return {
      days,
      effect: days.reduce((sum, day) => sum + (truth[day] as number), 0) / 7 + noise * rng.normal(),
    };
  });
}

function meanOver(profile: Float64Array, { days }: WeekEffect): number {
  return days.reduce((sum, day) => sum + (profile[day] as number), 0) / 7;
}

test('weeks of seven years tell what any week of the year is worth, whatever weekday it begins on', () => {
  const weeks = weeksFrom(monday, 365);
  const parts = [0, 1, 2].map((part) => weeks.filter((_, t) => Math.floor(t / 52) % 3 === part));
  const { profile } = dayProfile(parts);
  for (const first of [monday, monday + 3, monday + 5]) {
    for (const week of weeksFrom(first, 365)) {
      const error = Math.abs(meanOver(profile, week) - week.effect);
      assert.ok(error < 0.09, `off by ${error} where a week is worth ${week.effect}`);
    }
  }
});

test('where years do not repeat, the profile is nearly flat', () => {
  const rng = new Rng(8);
  const weeks = weeksFrom(monday, 208).map((week) => ({ ...week, effect: 0.3 * rng.normal() }));
  const { profile } = dayProfile([weeks.slice(0, 104), weeks.slice(104)]);
  const spread = Math.sqrt(weeks.reduce((sum, week) => sum + meanOver(profile, week) ** 2, 0) / weeks.length);
  assert.ok(spread < 0.15, `${spread}: the mean of four years of noise would be .15`);
});

test('one year of weeks is enough, and days that none has seen follow their neighbours', () => {
  const { profile } = dayProfile([weeksFrom(monday, 40)]);
  assert.ok(profile.every((value) => Number.isFinite(value) && Math.abs(value) < 3));
  const [seen, unseen] = [profile[yearDayOf(monday + 279)], profile[yearDayOf(monday + 285)]];
  assert.ok(Math.abs((seen as number) - (unseen as number)) < 0.05);
});

test('a packed profile says of each week what the profile does, to a hundred-thousandth of its range', () => {
  const table = {
    kind: 1,
    closures: false,
    floor: 0.05,
    feasts,
    ...packProfile(truth.map((value) => 1 + value)),
  };
  for (let first = monday; first < monday + 1500; first++) {
    const [week] = weeksFrom(first, 1) as [WeekEffect];
    assert.ok(Math.abs(weekIndex(table, first) - Math.max(0.05, 1 + week.effect)) < 3e-5);
  }
  const flat = packProfile(new Float64Array(yearDays).fill(0.1));
  assert.equal(weekIndex({ kind: 2, closures: false, floor: -9, feasts, ...flat }, monday), 0.1);
});
