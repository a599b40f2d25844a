// The kinds of item of `bench/zoo.ts`.

import {
  around,
  between,
  columnOf,
  day,
  dormant,
  hour,
  independent,
  type Kind,
  launch,
  led,
  lognormal,
  month,
  overFrom,
  profile,
  sparse,
  spells,
  steady,
  trending,
  unscored,
  wave,
  week,
  weekdays,
  weeksIn445,
  whole,
  withPast,
} from './zoo-items.ts';

export const kinds: readonly Kind[] = [
  { ...day, name: 'regular', make: (rng) => steady(rng, day, between(rng, 20, 200)) },
  { ...month, name: 'regular-monthly', make: (rng) => steady(rng, month, between(rng, 50, 500), 0.1) },
  {
    ...month,
    length: 40,
    seasons: [12],
    name: 'regular-in-sparse',
    make: (rng, place) =>
      place % 10 === 0
        ? independent({ length: 40 }, rng, (chance) => whole(around(chance, 100, 0.08)))
        : unscored(sparse(rng, { ...month, length: 40 }, between(rng, 0.1, 0.3), 5)),
  },
  {
    ...day,
    name: 'ended',
    make: (rng) => overFrom(steady(rng, day, between(rng, 5, 100)), day.length - 160 - rng.below(40)),
  },
  {
    ...day,
    name: 'ended-sparse',
    make: (rng) => overFrom(sparse(rng, day, 0.15, 4), day.length - 180 - rng.below(40)),
  },
  {
    ...day,
    name: 'ended-among-live',
    make: (rng, place) =>
      place % 5 === 0
        ? overFrom(sparse(rng, day, between(rng, 0.2, 0.6), 20), day.length - 160 - rng.below(40))
        : sparse(rng, day, between(rng, 0.02, 0.6), 10),
  },
  { ...day, name: 'dormant', make: dormant },
  {
    ...month,
    length: 56,
    name: 'seasonal-only',
    make: (rng) => {
      const level = between(rng, 20, 200);
      return independent({ length: 56 }, rng, (chance, t) =>
        t % 12 >= 10 ? whole(around(chance, level, 0.15)) : 0,
      );
    },
  },
  {
    ...day,
    name: 'mon-fri',
    make: weekdays,
  },
  { ...day, name: 'launch-2-days', make: launch(2) },
  { ...day, name: 'launch-2-weeks', make: launch(14) },
  { ...day, name: 'launch-2-months', make: launch(60) },
  {
    ...day,
    name: 'phase-out',
    make: (rng) => {
      const level = between(rng, 40, 200);
      const week = profile(rng, 7, 0.2);
      const falls = (t: number): number => Math.max(0, Math.min(1, (day.length + 60 - t) / 180));
      return independent(day, rng, (chance, t) => whole(around(chance, level * falls(t) * week(t), 0.15)));
    },
  },
  {
    ...day,
    name: 'returns',
    make: (rng) => {
      const level = between(rng, 2, 20);
      return independent(day, rng, (chance) => chance.poisson(level) - chance.poisson(0.2 * level));
    },
  },
  {
    ...day,
    name: 'beside-bulk-order',
    make: (rng, place) => {
      const item = sparse(rng, day, between(rng, 0.1, 0.4), 3);
      if (place % 10 !== 1) return item;
      return unscored(withPast(item, (value, t) => (t === day.length - 9 ? 900 : value)));
    },
  },
  {
    ...day,
    name: 'bulk-order',
    make: (rng) =>
      withPast(sparse(rng, day, between(rng, 0.1, 0.4), 3), (value, t) => (t === 300 ? 300 : value)),
  },
  {
    ...day,
    name: 'level-up',
    make: (rng) =>
      withPast(steady(rng, day, between(rng, 60, 300)), (value, t) =>
        t < day.length - 40 ? Math.round(value / 3) : value,
      ),
  },
  {
    ...day,
    name: 'level-down',
    make: (rng) =>
      withPast(steady(rng, day, between(rng, 30, 100)), (value, t) =>
        t < day.length - 20 ? 4 * value : value,
      ),
  },
  {
    ...day,
    name: 'price-led',
    column: 'price',
    make: (rng) => {
      const isCut = spells(rng, 0.2);
      return led(rng, {
        level: between(rng, 20, 200),
        column: columnOf((t) => (isCut(t) ? 8 : 10)),
        effect: (price) => (price / 10) ** -3,
      });
    },
  },
  {
    ...day,
    name: 'promotion',
    column: 'promotion',
    make: (rng) => {
      const isOn = spells(rng, 0.15);
      return led(rng, {
        level: between(rng, 20, 200),
        column: columnOf((t) => (isOn(t) ? 1 : 0)),
        effect: (on) => (on === 1 ? 2.5 : 1),
      });
    },
  },
  {
    ...day,
    name: 'holidays',
    column: 'holiday',
    make: (rng) => {
      const isOn = (t: number): boolean => t % 61 === 5 || t === day.length + 4;
      return led(rng, {
        level: between(rng, 20, 200),
        column: columnOf((t) => (isOn(t) ? 1 : 0)),
        effect: (on) => (on === 1 ? 0 : 1),
      });
    },
  },
  {
    ...day,
    name: 'stock-outs',
    make: (rng) => {
      const isOut = spells(rng, 0.12);
      return withPast(steady(rng, day, between(rng, 20, 200)), (value, t) =>
        isOut(t) && t < day.length - 1 ? Number.NaN : value,
      );
    },
  },
  {
    ...month,
    name: 'months-4-4-5',
    make: (rng) => {
      const level = between(rng, 20, 200);
      return independent(month, rng, (chance, t) => whole(around(chance, level * weeksIn445(t), 0.1)));
    },
  },
  ...[0.5, 0.2, 0.05, 0.02].map(
    (rate): Kind => ({
      ...day,
      name: `intermittent-${rate}`,
      make: (rng) => sparse(rng, day, rate * between(rng, 0.8, 1.25), between(rng, 1, 10)),
    }),
  ),
  {
    ...day,
    name: 'intermittent-mixed',
    make: (rng) => sparse(rng, day, between(rng, 0.02, 0.6), between(rng, 1, 50)),
  },
  {
    ...month,
    name: 'many-zeros-monthly',
    make: (rng) => sparse(rng, month, between(rng, 0.15, 0.4), between(rng, 1, 20)),
  },
  {
    ...week,
    seasons: [52],
    length: 120,
    name: 'intermittent-weekly',
    make: (rng) => sparse(rng, { ...week, length: 120 }, between(rng, 0.2, 0.6), between(rng, 1, 20)),
  },
  {
    ...day,
    name: 'counts',
    make: (rng) => {
      const level = between(rng, 0.3, 3);
      const week = profile(rng, 7, 0.3);
      return independent(day, rng, (chance, t) => chance.poisson(level * week(t)));
    },
  },
  {
    ...day,
    name: 'every-two-weeks',
    make: (rng) => {
      const level = between(rng, 20, 100);
      return independent(day, rng, (chance, t) => (t % 14 === 3 ? whole(around(chance, level, 0.15)) : 0));
    },
  },
  { ...day, name: 'lumpy', make: (rng) => sparse(rng, day, 0.2, between(rng, 5, 50), 1) },
  {
    ...day,
    name: 'erratic',
    make: (rng) => {
      const level = between(rng, 20, 200);
      return independent(day, rng, (chance) => Math.max(1, whole(lognormal(chance, level, 0.8))));
    },
  },
  { ...month, name: 'trend', make: (rng) => trending(rng, 1) },
  { ...month, name: 'damped-trend', make: (rng) => trending(rng, 0.95) },
  {
    ...day,
    length: 1100,
    name: 'yearly-daily',
    make: (rng) => {
      const level = between(rng, 20, 200);
      const week = profile(rng, 7, 0.2);
      const at = rng.uniform() * 365;
      return independent({ length: 1100 }, rng, (chance, t) =>
        whole(around(chance, level * week(t) * wave(t + at, 365.25, 0.4), 0.15)),
      );
    },
  },
  {
    ...week,
    name: 'yearly-weekly',
    make: (rng) => {
      const level = between(rng, 100, 1000);
      const at = rng.uniform() * 52;
      return independent(week, rng, (chance, t) =>
        whole(around(chance, level * wave(t + at, 52.18, 0.5), 0.12)),
      );
    },
  },
  {
    ...hour,
    name: 'two-seasons-hourly',
    make: (rng) => {
      const level = between(rng, 100, 1000);
      const [hours, days] = [profile(rng, 24, 0.4), profile(rng, 7, 0.2)];
      return independent(hour, rng, (chance, t) =>
        whole(around(chance, level * hours(t) * days(Math.floor(t / 24)), 0.08)),
      );
    },
  },
  {
    ...day,
    name: 'closed-days',
    make: (rng) =>
      withPast(steady(rng, day, between(rng, 20, 200)), (value, t) => (t % 73 === 11 ? 0 : value)),
  },
  {
    ...day,
    name: 'fractions',
    make: (rng) => {
      const level = between(rng, 0.5, 20);
      const week = profile(rng, 7, 0.3);
      return independent(
        day,
        rng,
        (chance, t) => Math.round(1000 * lognormal(chance, level * week(t), 0.3)) / 1000,
      );
    },
  },
  {
    ...day,
    name: 'huge-scale',
    make: (rng) => {
      const level = between(rng, 1e9, 1e11);
      const week = profile(rng, 7, 0.3);
      return independent(day, rng, (chance, t) => Math.max(0, around(chance, level * week(t), 0.15)));
    },
  },
  {
    ...day,
    name: 'tiny-scale',
    make: (rng) => {
      const level = between(rng, 1e-7, 1e-5);
      const week = profile(rng, 7, 0.3);
      return independent(day, rng, (chance, t) => Math.max(0, around(chance, level * week(t), 0.15)));
    },
  },
  { ...month, name: 'constant', make: (rng) => independent(month, rng, () => 7) },
  {
    ...month,
    length: 40,
    name: 'constant-beside-one-sale',
    make: (rng, place) =>
      place % 3 === 0
        ? independent({ length: 40 }, rng, () => 7)
        : unscored(
            withPast(sparse(rng, { ...month, length: 40 }, 0, 1), (_, t) =>
              t === 25 + (place % 12) ? 5 : 0,
            ),
          ),
  },
  {
    ...month,
    length: 40,
    name: 'one-sale',
    make: (rng) => {
      const at = rng.below(40);
      return {
        history: new Float64Array(40).map((_, t) => (t === at ? 5 : 0)),
        draw: (chance, out) => {
          for (let k = 0; k < out.length; k++) out[k] = chance.uniform() < 1 / 40 ? 5 : 0;
        },
      };
    },
  },
  {
    ...day,
    name: 'outlier',
    make: (rng) => {
      const level = between(rng, 40, 60);
      const item = independent(day, rng, (chance) => whole(around(chance, level, 0.1)));
      return withPast(item, (value, t) => (t === day.length - 4 ? 18 * value : value));
    },
  },
  {
    ...day,
    name: 'beside-outlier',
    make: (rng, place) => {
      const level = between(rng, 40, 60);
      const item = independent(day, rng, (chance) => whole(around(chance, level, 0.1)));
      if (place % 3 !== 1) return item;
      return unscored(withPast(item, (value, t) => (t === day.length - 4 ? 18 * value : value)));
    },
  },
  {
    ...day,
    name: 'silent',
    make: (rng, place) => {
      const item = sparse(rng, day, 0.5, 5);
      if (place % 2 === 1) return unscored(item);
      return {
        history: item.history.map((value, t) => (t >= day.length - 200 || value === 0 ? Number.NaN : value)),
        draw: (_, out) => void out.fill(0),
        isOver: true,
      };
    },
  },
];
