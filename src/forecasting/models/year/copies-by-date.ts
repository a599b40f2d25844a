// Copies of the same weeks of other years, by date: such a week lies in two weeks of the year before, and is worth what its days have
// of each. The copy of 52 weeks ago begins one day late, or two.

import { yearDayOf } from '../../../core/index.ts';
import { ringLayout } from '../baselines/ring.ts';
import type { Drivers } from '../drivers.ts';
import type { Model } from '../model.ts';
import { explainParts } from '../state-model.ts';
import { weekDays } from './day-profile.ts';
import { firstDayOf } from './year-season.ts';

/** As in `with-year.ts`: no state of a ring begins so. */
const mark = -1;
// State layout.
const MARK = 0;
const START = 1; // period and first day of the first value
const DAY0 = 2;
const DAY = 3; // first day of the next value
/** Here the ring begins. */
const INNER = 4;

/** What is known of a series of weeks, seen from its end. */
export interface WeeksBack {
  /** Weeks that are kept. */
  readonly length: number;
  /** Weeks ago, 1 = the newest; NaN = unknown, or longer ago than what is kept. */
  at(ago: number): number;
  /**
   * What was sold on the dates of a week in an earlier year, by its days' shares of two weeks; NaN where neither is known.
   * @param ahead of the week, 1 = the next one, 0 = the newest known, −1 = the one before
   */
  onDates(ahead: number, yearsAgo: number): number;
}

/** What a model forecasts of weeks, by date. */
export interface ByDate {
  readonly forecast: (weeks: WeeksBack, out: Float64Array) => void;
  /** All parts but the level's: see `StateSpec.parts`. */
  readonly parts: (weeks: WeeksBack, horizon: number) => Omit<Drivers, 'level'>;
}

/** @param model a ring of past values, of at least 53 */
export function withDates(model: Model, { forecast, parts }: ByDate): Model {
  const end = (head: Float64Array, weeks: number, inner: Float64Array): Float64Array => {
    const state = new Float64Array(INNER + inner.length);
    state.set(head);
    state[DAY] = head[DAY0]! + weekDays * weeks;
    state.set(inner, INNER);
    return state;
  };
  return {
    ...model,
    fit: (history, options) => {
      const inner = model.fit(history, options);
      const firstDay = firstDayOf(options);
      if (firstDay === undefined) return inner;
      return end(Float64Array.of(mark, options.start ?? 0, firstDay, 0), history.length, inner);
    },
    run: (history, like, start) => {
      if (!isDated(like)) return model.run(history, like, start);
      const from = start ?? like[START]!;
      const firstDay = like[DAY0]! + weekDays * (from - like[START]!);
      return end(
        Float64Array.of(mark, from, firstDay, 0),
        history.length,
        model.run(history, like.subarray(INNER)),
      );
    },
    update: (state, value) => {
      if (!isDated(state)) {
        model.update(state, value);
        return;
      }
      model.update(state.subarray(INNER), value);
      state[DAY]! += weekDays;
    },
    forecast: (state, out) => {
      if (isDated(state)) forecast(weeksBack(state), out);
      else model.forecast(state, out);
    },
    ...(model.explain === undefined
      ? {}
      : {
          explain: (state, ask) => {
            if (!isDated(state)) return (model.explain as NonNullable<Model['explain']>)(state, ask);
            const weeks = weeksBack(state);
            return explainParts(ask.horizon, {
              forecast: (out) => forecast(weeks, out),
              parts: (horizon) => parts(weeks, horizon),
            });
          },
        }),
  };
}

/** Whether a state of a ring goes by date. */
export function isDated(state: Float64Array): boolean {
  return state[MARK] === mark;
}

function weeksBack(state: Float64Array): WeeksBack {
  const ring = state.subarray(INNER);
  const length = ring[ringLayout.length]!;
  const next = ring[ringLayout.next]!;
  const at = (ago: number): number =>
    ago < 1 || ago > length ? Number.NaN : ring[ringLayout.ring + ((next - ago + length) % length)]!;
  return {
    length,
    at,
    onDates: (ahead, yearsAgo) => {
      const day = state[DAY]! + weekDays * (ahead - 1);
      const back = day - yearsBefore(day, yearsAgo);
      const weeks = Math.floor(back / weekDays);
      const share = (back - weekDays * weeks) / weekDays;
      const [near, far] = [at(weeks - ahead + 1), at(weeks - ahead + 2)];
      if (Number.isNaN(near)) return far;
      return Number.isNaN(far) ? near : (1 - share) * near + share * far;
    },
  };
}

/** The day with the same date, or the one after it where that year has no 29th of February. */
function yearsBefore(day: number, years: number): number {
  const place = yearDayOf(day);
  const about = day - Math.round(365.2425 * years);
  for (let shift = -2; shift <= 2; shift++) if (yearDayOf(about + shift) === place) return about + shift;
  return yearsBefore(day + 1, years);
}
