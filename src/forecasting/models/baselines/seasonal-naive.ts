// Averages over a sliding window: all of it (`ma`), or phase by phase (`snaive`, `seasonal-average`, growth).

import type { Drivers } from '../drivers.ts';
import type { FitOptions, Model } from '../model.ts';
import { mainSeason, stateModel } from '../state-model.ts';
import { type WeeksBack, withDates } from '../year/copies-by-date.ts';
import { LAST, LENGTH, M, NEXT, RING, ring, ringMean, ringState } from './ring.ts';

/** Window of `ma` in periods: long enough to be calm, short enough to follow; M5 and Online Retail agree on about 8. */
const window = 8;
/** Cycles averaged by `seasonal-average`. */
const cyclesMax = 8;
/** Values kept by `seasonal-average` at most, so that a yearly season of hours stays small. */
const ringMax = 1024;
const yearOfWeeks = 52;

/** One value per phase, repeated; a phase without an observation takes the mean of the rest, or the last value. */
function forecastPhases(state: Float64Array, out: Float64Array): void {
  const m = state[M]!;
  const length = state[LENGTH]!;
  const next = state[NEXT]!;
  const overall = ringMean(state, { from: 0, step: 1, count: length });
  const fallback = Number.isFinite(overall) ? overall : state[LAST]!;
  for (let h = 0; h < out.length; h++) {
    if (h >= m) {
      out[h] = out[h - m]!;
      continue;
    }
    const phase = ringMean(state, { from: next + h, step: m, count: length / m });
    out[h] = Number.isFinite(phase) ? phase : fallback;
  }
}

/** What each phase is above or below the mean of all. */
function seasonParts(state: Float64Array, horizon: number): Omit<Drivers, 'level'> {
  const mean = ringMean(state, { from: 0, step: 1, count: state[LENGTH]! });
  const season = new Float64Array(horizon);
  if (!Number.isFinite(mean)) return {};
  forecastPhases(state, season);
  return { season: season.map((value) => value - mean) };
}

/** Mean of the last 8 periods. */
export const movingAverage: Model = stateModel({
  ...ring,
  name: 'ma',
  summary: 'Mean of the last 8 periods.',
  estimate: () => ringState(1, window),
  forecast: forecastPhases,
  parts: seasonParts,
});

/** The value one cycle ago. */
export const seasonalNaive: Model = stateModel({
  ...ring,
  name: 'snaive',
  summary: 'The value of the same phase one cycle ago.',
  estimate: (_history, options) => ringState(longestSeason(options), longestSeason(options)),
  // An unknown period keeps the phase's last known value.
  update: (state, value) => ring.update(state, Number.isFinite(value) ? value : state[RING + state[NEXT]!]!),
  forecast: forecastPhases,
  parts: seasonParts,
});

/** Mean of the same phase over up to 8 cycles. */
export const seasonalAverage: Model = withDates(
  stateModel({
    ...ring,
    name: 'seasonal-average',
    summary: 'Mean of the same phase over the last 8 cycles: for days, the weekday mean.',
    estimate: (_history, options) => {
      const m = mainSeason(options);
      return ringState(m, m * Math.max(1, Math.min(cyclesMax, Math.floor(ringMax / m))));
    },
    forecast: forecastPhases,
    parts: seasonParts,
  }),
  {
    forecast: (weeks, out) => copyYears(weeks, out, { years: cyclesMax, growth: 1 }),
    parts: (weeks, horizon) => yearParts(weeks, horizon, { years: cyclesMax, growth: 1 }),
  },
);

/** Seasonal naive times the growth of the last eighth to half of a cycle on the same stretch a cycle before. */
export const seasonalNaiveGrowth: Model = withDates(
  stateModel({
    ...ring,
    name: 'snaive-growth',
    summary: 'Seasonal naive × how much the last weeks grew on the same weeks a cycle before.',
    estimate: (_history, options) => {
      const m = longestSeason(options);
      return ringState(m, 2 * m);
    },
    forecast: (state, out) => {
      const m = state[M]!;
      const next = state[NEXT]!;
      for (let h = 0; h < Math.min(m, out.length); h++) out[h] = state[RING + ((next + m + h) % (2 * m))]!;
      const level = ringMean(state, { from: 0, step: 1, count: 2 * m });
      const fallback = Number.isFinite(level) ? level : state[LAST]!;
      const growth = recentGrowth(state, m, next);
      for (let h = 0; h < out.length; h++) {
        if (h >= m) out[h] = out[h - m]!;
        else out[h] = Number.isFinite(out[h]!) ? out[h]! * growth : fallback;
      }
    },
    parts: growthParts,
  }),
  {
    forecast: (weeks, out) => copyYears(weeks, out, { years: 1, growth: growthByDate(weeks) }),
    parts: (weeks, horizon) => yearParts(weeks, horizon, { years: 1, growth: growthByDate(weeks) }),
  },
);

/** What the last cycle is above or below its mean, and what the growth adds to it. */
function growthParts(state: Float64Array, horizon: number): Omit<Drivers, 'level'> {
  const m = state[M]!;
  const next = state[NEXT]!;
  const level = ringMean(state, { from: next + m, step: 1, count: m });
  const growth = recentGrowth(state, m, next);
  const season = new Float64Array(horizon);
  const trend = new Float64Array(horizon);
  for (let h = 0; h < horizon; h++) {
    const value = state[RING + ((next + m + (h % m)) % (2 * m))]!;
    if (!Number.isFinite(value)) continue;
    season[h] = value - level;
    trend[h] = value * (growth - 1);
  }
  return { season, trend };
}

/** The same by date: the level is the mean of what is kept. */
function yearParts(
  weeks: WeeksBack,
  horizon: number,
  { years, growth }: { years: number; growth: number },
): Omit<Drivers, 'level'> {
  const level = overall(weeks);
  const copies = new Float64Array(horizon);
  copyYears(weeks, copies, { years, growth: 1 });
  return {
    season: copies.map((copy) => copy - level),
    trend: grown(weeks, copies, { years, growth }),
  };
}

function grown(weeks: WeeksBack, copies: Float64Array, of: { years: number; growth: number }): Float64Array {
  const forecast = new Float64Array(copies.length);
  copyYears(weeks, forecast, of);
  return forecast.map((value, h) => value - copies[h]!);
}

/** Means of the same dates of up to so many years; what no year tells takes the mean of all. */
function copyYears(weeks: WeeksBack, out: Float64Array, of: { years: number; growth: number }): void {
  const m = Math.min(weeks.length, yearOfWeeks);
  for (let h = 0; h < out.length; h++) {
    if (h >= m) {
      out[h] = out[h - m]!;
      continue;
    }
    const copies = Array.from({ length: of.years }, (_, k) => weeks.onDates(h + 1, k + 1)).filter(
      Number.isFinite,
    );
    out[h] =
      copies.length > 0 ? (of.growth * copies.reduce((a, b) => a + b, 0)) / copies.length : overall(weeks);
  }
}

function overall({ length, at }: WeeksBack): number {
  const known = Array.from({ length }, (_, k) => at(k + 1)).filter(Number.isFinite);
  return known.length > 0 ? known.reduce((a, b) => a + b, 0) / known.length : 0;
}

/** `recentGrowth` on the dates of the year before. */
function growthByDate(weeks: WeeksBack): number {
  let now = 0;
  let before = 0;
  for (let ago = 1; ago <= stretchOf(yearOfWeeks); ago++) {
    const [recent, old] = [weeks.at(ago), weeks.onDates(1 - ago, 1)];
    if (!Number.isFinite(recent) || !Number.isFinite(old)) continue;
    now += recent;
    before += old;
  }
  return boundedGrowth(now, before);
}

/** Sum of the last periods over the sum of the same periods a cycle earlier, within [½, 2]; 1 when it cannot be had. */
function recentGrowth(state: Float64Array, m: number, next: number): number {
  const stretch = stretchOf(m);
  let now = 0;
  let before = 0;
  for (let k = 1; k <= stretch; k++) {
    const recent = state[RING + ((next - k + 2 * m) % (2 * m))]!;
    const old = state[RING + ((next - k - m + 4 * m) % (2 * m))]!;
    if (!Number.isFinite(recent) || !Number.isFinite(old)) continue;
    now += recent;
    before += old;
  }
  return boundedGrowth(now, before);
}

/** Periods that growth is seen over. */
function stretchOf(m: number): number {
  return Math.max(1, Math.round(Math.min(m, Math.max(m / 6, 4))));
}

function boundedGrowth(now: number, before: number): number {
  return before > 0 && now > 0 ? Math.min(2, Math.max(0.5, now / before)) : 1;
}

/** The longest season given: a copy of the last cycle carries every shorter one with it. */
function longestSeason(options: FitOptions): number {
  return Math.max(1, ...options.seasons.map((season) => Math.round(season)));
}
