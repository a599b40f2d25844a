// A model of weeks whose season goes by date: taken out of what comes in, put back into what goes out, and the model itself knows
// none. Where the periods are no weeks of a calendar, or show no season of a year, it is the model as it was.

import type { Explaining } from '../drivers.ts';
import type { CovariateNews, FitOptions, Model } from '../model.ts';
import { mainSeason } from '../state-model.ts';
import { weekDays } from './day-profile.ts';
import { feastPlaces } from './feasts.ts';
import { firstDayOf, without, yearSeasonOf } from './year-season.ts';
import { weekIndex, withIndex, wordsPerYear, type YearTable } from './year-table.ts';

/** No state of a model itself begins so: the first number of those with a season is its length. */
const mark = -1;
// State layout.
const MARK = 0;
const KIND = 1;
const CLOSURES = 2; // 1 = a zero is a closed week, not demand
const FLOOR = 3;
const LOW = 4;
const STEP = 5;
const START = 6; // period and first day of the first value
const DAY0 = 7;
const DAY = 8; // first day of the next value
const WORDS = 9;
const FEASTS = WORDS + wordsPerYear;
/** Here the state of the model itself begins. */
const INNER = FEASTS + feastPlaces;

/** @param model one that forecasts without a season where none is given, and whose states begin with a number of at least 0 */
export function withYear(model: Model): Model {
  const follow = (head: Float64Array, history: Float64Array): Float64Array => {
    const table = tableOf(head);
    return history.map((value, t) => {
      const known = Number.isFinite(value) && !(value === 0 && head[CLOSURES] === 1);
      return known ? without(table, value, weekIndex(table, head[DAY0]! + weekDays * t)) : Number.NaN;
    });
  };
  const end = (head: Float64Array, weeks: number, inner: Float64Array): Float64Array => {
    const state = new Float64Array(INNER + inner.length);
    state.set(head.subarray(0, INNER));
    state[DAY] = head[DAY0]! + weekDays * weeks;
    state.set(inner, INNER);
    return state;
  };
  return {
    ...model,
    fit: (history, options) => {
      const head = headOf(history, options);
      if (head === undefined) return model.fit(history, options);
      return end(head, history.length, model.fit(follow(head, history), { ...options, seasons: [] }));
    },
    run: (history, like, start) => {
      if (!isYearState(like)) return model.run(history, like, start);
      const head = like.slice(0, INNER);
      head[DAY0] = head[DAY0]! + weekDays * ((start ?? head[START]!) - head[START]!);
      head[START] = start ?? head[START]!;
      return end(head, history.length, model.run(follow(head, history), like.subarray(INNER)));
    },
    update: (state, value) => {
      if (!isYearState(state)) {
        model.update(state, value);
        return;
      }
      const known = Number.isFinite(value) && !(value === 0 && state[CLOSURES] === 1);
      const table = tableOf(state);
      const adjusted = known ? without(table, value, weekIndex(table, state[DAY]!)) : Number.NaN;
      model.update(state.subarray(INNER), adjusted);
      state[DAY]! += weekDays;
    },
    forecast: (state, out) => {
      if (!isYearState(state)) {
        model.forecast(state, out);
        return;
      }
      const { kind, indices } = yearAhead(state, out.length);
      model.forecast(state.subarray(INNER), out);
      for (let h = 0; h < out.length; h++) out[h] = withIndex(kind, out[h]!, indices[h]!);
    },
    ...(model.explain === undefined ? {} : { explain: (state, ask) => explainYear(model, state, ask) }),
  };
}

/** The season adds what it makes of the rest. */
function* explainYear(
  model: Model,
  state: Float64Array,
  ask: CovariateNews & { readonly horizon: number },
): Explaining {
  const explain = model.explain as NonNullable<Model['explain']>;
  if (!isYearState(state)) return yield* explain(state, ask);
  const { kind, indices } = yearAhead(state, ask.horizon);
  const { drivers, columns } = yield* explain(innerState(state), ask);
  const rest = new Float64Array(ask.horizon);
  model.forecast(innerState(state), rest);
  const season = rest.map((value, h) => withIndex(kind, value, indices[h]!) - value);
  return { drivers: { ...drivers, season }, columns };
}

function headOf(history: Float64Array, options: FitOptions): Float64Array | undefined {
  const firstDay = firstDayOf(options);
  if (firstDay === undefined) return undefined;
  const table = yearSeasonOf(history, { m: mainSeason(options), firstDay });
  if (table === undefined) return undefined;
  const head = new Float64Array(INNER);
  head[MARK] = mark;
  head[KIND] = table.kind;
  head[CLOSURES] = table.closures ? 1 : 0;
  head[FLOOR] = table.floor;
  head[LOW] = table.low;
  head[STEP] = table.step;
  head[START] = options.start ?? 0;
  head[DAY0] = firstDay;
  head.set(table.words, WORDS);
  head.set(table.feasts, FEASTS);
  return head;
}

function tableOf(state: Float64Array): YearTable {
  return {
    kind: state[KIND]!,
    closures: state[CLOSURES] === 1,
    floor: state[FLOOR]!,
    low: state[LOW]!,
    step: state[STEP]!,
    words: state.subarray(WORDS, FEASTS),
    feasts: state.subarray(FEASTS, INNER),
  };
}

/** Whether a state has its season by date. */
export function isYearState(state: Float64Array): boolean {
  return state[MARK] === mark;
}

/** The indices of the next weeks, and how they act. */
export function yearAhead(state: Float64Array, horizon: number): { kind: number; indices: Float64Array } {
  const table = tableOf(state);
  const indices = new Float64Array(horizon);
  for (let h = 0; h < horizon; h++) indices[h] = weekIndex(table, state[DAY]! + weekDays * h);
  return { kind: table.kind, indices };
}

/** The state of the model itself. */
export function innerState(state: Float64Array): Float64Array {
  return state.subarray(INNER);
}
