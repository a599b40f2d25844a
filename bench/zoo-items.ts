// How the items of `bench/zoo.ts` are made. A generator makes a history and draws futures that go on from it, so that the distribution of
// the future is known as exactly as one cares to draw.

import type { Frequency, Rng } from '../src/core/index.ts';

/** One item: what is known of it, and what may come. */
export interface Item {
  /** Demand in units, NaN = unknown. */
  readonly history: Float64Array;
  /** Draws one future into `out`, shape [horizon]. */
  readonly draw: (rng: Rng, out: Float64Array) => void;
  /** A column known ahead, shape [history + horizon]. */
  readonly column?: Float32Array;
  /** Others of the panel that are there to disturb are not scored. */
  readonly isScored?: false;
  /** Nothing comes any more, and nothing must be ordered. */
  readonly isOver?: true;
}

export interface Kind {
  readonly name: string;
  readonly frequency: Frequency;
  /** Periods per cycle, shortest first. */
  readonly seasons: readonly number[];
  /** Periods of history, and ahead. */
  readonly length: number;
  readonly horizon: number;
  /** Name of the column that items bring along. */
  readonly column?: string;
  /** @param place index in the panel, for kinds that are mixed of several */
  readonly make: (rng: Rng, place: number) => Item;
}

type Shape = Pick<Kind, 'frequency' | 'seasons' | 'length' | 'horizon'>;

export const day: Shape = { frequency: 'day', seasons: [7], length: 364, horizon: 14 };
export const week: Shape = { frequency: 'week', seasons: [52], length: 212, horizon: 8 };
export const month: Shape = { frequency: 'month', seasons: [12], length: 60, horizon: 6 };
export const hour: Shape = { frequency: 'hour', seasons: [24, 168], length: 1008, horizon: 48 };

/** Demand of period t, the first of the future being `length`. */
type DrawAt = (rng: Rng, t: number) => number;

/** An item whose periods are independent given t. */
export function independent(shape: { length: number }, rng: Rng, at: DrawAt): Item {
  return {
    history: Float64Array.from({ length: shape.length }, (_, t) => at(rng, t)),
    draw: (chance, out) => {
      for (let k = 0; k < out.length; k++) out[k] = at(chance, shape.length + k);
    },
  };
}

/** The same with another past: `past` changes the demand of periods before the future. */
export function withPast(item: Item, past: (value: number, t: number) => number): Item {
  return { ...item, history: item.history.map(past) };
}

export const between = (rng: Rng, low: number, high: number): number => low * (high / low) ** rng.uniform();
export const whole = (value: number): number => Math.max(0, Math.round(value));
export const around = (rng: Rng, mean: number, variation: number): number =>
  mean * (1 + variation * rng.normal());
/** A size of given mean whose logarithm is normal. */
export const lognormal = (rng: Rng, mean: number, sigma: number): number =>
  mean * Math.exp(sigma * rng.normal() - (sigma * sigma) / 2);

/** Factors by phase, of mean 1. */
export function profile(rng: Rng, season: number, strength: number): (t: number) => number {
  const factors = Array.from({ length: season }, () => Math.exp(strength * rng.normal()));
  const mean = factors.reduce((sum, factor) => sum + factor, 0) / season;
  return (t) => (factors[t % season] as number) / mean;
}

export const wave = (t: number, period: number, strength: number): number =>
  1 + strength * Math.sin((2 * Math.PI * t) / period);

export function steady(rng: Rng, of: Shape, level: number, variation: number = 0.15): Item {
  const week = profile(rng, of.seasons[0] as number, 0.3);
  return independent(of, rng, (chance, t) => whole(around(chance, level * week(t), variation)));
}

export function sparse(rng: Rng, of: Shape, rate: number, size: number, sigma: number = 0.3): Item {
  return independent(of, rng, (chance) =>
    chance.uniform() < rate ? Math.max(1, whole(lognormal(chance, size, sigma))) : 0,
  );
}

export const unscored = (item: Item): Item => ({ ...item, isScored: false });
export const overFrom = (item: Item, from: number): Item => ({
  history: item.history.map((value, t) => (t >= from ? 0 : value)),
  draw: (_, out) => void out.fill(0),
  isOver: true,
});

/** The last `known` periods of an item, among old ones: nine in ten are old, the first is new. */
export function launch(known: number): Kind['make'] {
  return (rng, place) => {
    const item = steady(rng, day, between(rng, 10, 100), 0.25);
    if (place % 10 !== 0) return unscored(item);
    return { ...item, history: item.history.slice(day.length - known) };
  };
}

/** A column that is 1 (or a price) in some periods and moves demand by a factor. */
export function led(
  rng: Rng,
  of: { level: number; column: Float32Array; effect: (value: number) => number },
): Item {
  const week = profile(rng, 7, 0.2);
  const item = independent(day, rng, (chance, t) =>
    whole(around(chance, of.level * week(t) * of.effect(of.column[t] as number), 0.15)),
  );
  return { ...item, column: of.column };
}

export const columnOf = (value: (t: number) => number): Float32Array =>
  Float32Array.from({ length: day.length + day.horizon }, (_, t) => value(t));

/** Blocks of four to ten days in which something holds. */
export function spells(rng: Rng, share: number): (t: number) => boolean {
  const on: boolean[] = [];
  while (on.length < 400) {
    const isOn = rng.uniform() < share;
    const length = 3 + rng.below(5);
    for (let i = 0; i < length; i++) on.push(isOn);
  }
  return (t) => on[t] as boolean;
}

/** Weeks in a month of a calendar of 4, 4 and 5 weeks. */
export const weeksIn445 = (t: number): number => (t % 3 === 2 ? 5 : 4);

/** Asleep and awake by turns: what comes depends on when it wakes. */
export function dormant(rng: Rng): Item {
  const chance = { wakes: 1 / 90, sleeps: 1 / 40 };
  const level = between(rng, 4, 20);
  const live = (of: Rng, out: Float64Array, awake: boolean): void => {
    for (let t = 0; t < out.length; t++) {
      awake = of.uniform() < (awake ? chance.sleeps : chance.wakes) ? !awake : awake;
      out[t] = awake ? of.poisson(level) : 0;
    }
  };
  const history = new Float64Array(day.length);
  live(rng, history, true);
  // Asleep for thirty days now, of which the newest before it were like all others.
  history.fill(0, day.length - 30);
  return { history, draw: (of, out) => live(of, out, false) };
}

/** A trend that goes on, or ends little by little. */
export function trending(rng: Rng, damping: number): Item {
  const level = between(rng, 50, 300);
  const slope = (0.25 + 0.75 * rng.uniform()) * 0.02 * level;
  const year = profile(rng, 12, 0.1);
  const risen = (t: number): number => (damping === 1 ? t : (1 - damping ** t) / (1 - damping));
  return independent(month, rng, (chance, t) =>
    whole(around(chance, (level + slope * risen(t)) * year(t), 0.06)),
  );
}

export function weekdays(rng: Rng): Item {
  const level = between(rng, 20, 200);
  const week = profile(rng, 7, 0.15);
  return independent(day, rng, (chance, t) => (t % 7 < 5 ? whole(around(chance, level * week(t), 0.1)) : 0));
}
