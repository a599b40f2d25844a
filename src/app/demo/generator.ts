// A believable warehouse from a seed: what every item at every site sells on every day. Pure: the same seed and script
// give the same rows, whatever is asked first.

import { Rng, seriesIdOf } from '../../core/index.ts';
import { type Family, type FamilyName, families, type Site, sites } from './assortment.ts';
import { dayOf, dayOfYear, isHoliday, weekdayOf } from './calendar.ts';
import type { SeasonEvent, SeasonScript } from './script.ts';

/** One item at one site. Days are counted from 1970-01-01. */
export interface WarehouseSeries {
  readonly id: string;
  readonly site: Site;
  readonly item: string;
  readonly family: FamilyName;
  readonly unitPrice: number;
  readonly firstDay: number;
  /** Last day it is sold; null = still sold. */
  readonly lastDay: number | null;
}

/** What one series did on one day. */
export interface DemandRow {
  readonly site: Site;
  readonly item: string;
  readonly day: number;
  readonly units: number;
  readonly price: number;
  readonly promotion: boolean;
  /** The shelf was empty for part of the day: fewer were sold than wanted. */
  readonly stockout: boolean;
}

export interface Warehouse {
  readonly series: readonly WarehouseSeries[];
  readonly historyStart: number;
  readonly seasonStart: number;
  /** All rows of one day, in the order of `series`; series not on sale have none. */
  rowsOn(day: number): DemandRow[];
}

interface Behaviour {
  readonly series: WarehouseSeries;
  readonly family: Family;
  readonly index: number;
  readonly unitsPerDay: number;
  /** Growth per year, such as 0.05. */
  readonly growth: number;
  /** Slow wandering of the level: one factor per week since the history began. */
  readonly wander: Float64Array;
  readonly activity: number;
}

/** Builds the warehouse of a script. Cost: O(series × weeks). */
export function buildWarehouse(script: SeasonScript, seed: number): Warehouse {
  const seasonStart = dayOf(script.seasonStart);
  const historyStart = seasonStart - script.historyDays;
  const world: World = { script, seed, seasonStart, historyStart };
  const behaviours = behavioursOf(world);
  return {
    series: behaviours.map((behaviour) => behaviour.series),
    historyStart,
    seasonStart,
    rowsOn: (day) => behaviours.flatMap((behaviour) => rowOf(world, behaviour, day) ?? []),
  };
}

interface World {
  readonly script: SeasonScript;
  readonly seed: number;
  readonly seasonStart: number;
  readonly historyStart: number;
}

function behavioursOf(world: World): Behaviour[] {
  const behaviours: Behaviour[] = [];
  const add = (family: Family, item: string, unitsPerDay: number | null, launch: number | null): void => {
    for (const site of sites) {
      const index = behaviours.length;
      const rng = new Rng(mix(world.seed, index, 0));
      const level = unitsPerDay ?? between(rng, family.unitsPerDay);
      const series: WarehouseSeries = {
        id: seriesIdOf([site, item]),
        site,
        item,
        family: family.name,
        unitPrice: Math.round(between(rng, family.unitPrice) * 100) / 100,
        firstDay: launch ?? world.historyStart,
        lastDay: lastDayOf(world, item),
      };
      behaviours.push({
        series,
        family,
        index,
        unitsPerDay: level * (site === 'south' ? 0.8 : 1),
        growth: between(rng, [-0.06, 0.14]),
        wander: wanderOf(rng, Math.ceil((world.script.historyDays + world.script.seasonDays + 60) / 7)),
        activity: family.activity === 1 ? 1 : between(rng, [family.activity * 0.4, family.activity * 1.8]),
      });
    }
  };
  for (const family of families) {
    // One item of each larger family came into the range some time during the history.
    family.items.forEach((item, i) => {
      add(family, item, null, i === 6 ? world.historyStart + 260 : null);
    });
  }
  for (const event of world.script.events) {
    if (event.kind !== 'new-item') continue;
    const family = families.find((candidate) => candidate.name === event.family) as Family;
    add(family, event.item, event.unitsPerDay, world.seasonStart + event.day);
  }
  return behaviours;
}

function lastDayOf(world: World, item: string): number | null {
  const end = world.script.events.find((event) => event.kind === 'discontinued' && event.item === item);
  return end === undefined ? null : world.seasonStart + end.day;
}

function wanderOf(rng: Rng, weeks: number): Float64Array {
  const wander = new Float64Array(weeks);
  let level = 0;
  for (let week = 0; week < weeks; week++) {
    // Pulled back a little, so that two years do not carry a level away.
    level = 0.97 * level + 0.035 * rng.normal();
    wander[week] = Math.exp(level);
  }
  return wander;
}

function rowOf(world: World, behaviour: Behaviour, day: number): DemandRow | null {
  const { series } = behaviour;
  if (day < series.firstDay || (series.lastDay !== null && day > series.lastDay)) return null;
  const rng = new Rng(mix(world.seed, behaviour.index, day));
  const discount = discountOn(world, behaviour, day);
  const wanted = demandOn(world, behaviour, { day, discount, rng });
  const stockout = isStockout(world, behaviour, day);
  return {
    site: series.site,
    item: series.item,
    day,
    units: stockout ? Math.floor(wanted * 0.15) : wanted,
    price: Math.round(series.unitPrice * (1 - discount) * 100) / 100,
    promotion: discount > 0,
    stockout,
  };
}

function demandOn(
  world: World,
  behaviour: Behaviour,
  at: { day: number; discount: number; rng: Rng },
): number {
  const { family } = behaviour;
  const { day, rng } = at;
  const age = day - world.historyStart;
  const angle = (2 * Math.PI * (dayOfYear(day) - family.yearPeakDay)) / 365.25;
  // Cubed for gifts and the like: a season that is short and high rather than a wave.
  const wave = Math.cos(angle);
  const year =
    1 + family.yearAmplitude * (family.yearAmplitude > 0.9 ? 2 * Math.max(0, wave) ** 5 - 0.4 : wave);
  let mean =
    behaviour.unitsPerDay *
    year *
    (1 + behaviour.growth * (age / 365.25)) *
    (behaviour.wander[Math.floor(age / 7)] ?? 1) *
    family.weekdays[weekdayOf(day)]! *
    (1 + family.discountLift * at.discount) *
    levelFactor(world, behaviour, day) *
    rampUp(behaviour, day);
  if (isHoliday(day)) mean *= family.holidayShare;
  if (behaviour.activity < 1) {
    const active =
      rng.uniform() <
      behaviour.activity * family.weekdays[weekdayOf(day)]! * levelFactor(world, behaviour, day);
    return active ? 1 + rng.poisson(behaviour.unitsPerDay * Math.exp(family.noise * rng.normal()) * 0.6) : 0;
  }
  const weather = siteNoise(world, behaviour.series.site, day);
  return rng.poisson(mean * Math.exp(family.noise * rng.normal() - family.noise ** 2 / 2 + weather));
}

/** A new item finds its customers over about three weeks. */
function rampUp(behaviour: Behaviour, day: number): number {
  return 1 - 0.7 * Math.exp(-(day - behaviour.series.firstDay) / 8);
}

/** Weather and the like: what moves a whole site on one day, and half of it on the next. */
function siteNoise(world: World, site: Site, day: number): number {
  const shock = (at: number): number => new Rng(mix(world.seed, 10_000 + sites.indexOf(site), at)).normal();
  return 0.05 * (shock(day) + 0.5 * shock(day - 1));
}

function levelFactor(world: World, behaviour: Behaviour, day: number): number {
  let factor = 1;
  for (const event of world.script.events) {
    if (event.kind === 'level-change' && day >= world.seasonStart + event.day && inScope(event, behaviour))
      factor *= event.factor;
  }
  return factor;
}

function discountOn(world: World, behaviour: Behaviour, day: number): number {
  for (const event of world.script.events) {
    const start = world.seasonStart + event.day;
    if (event.kind === 'promotion' && day >= start && day < start + event.days && inScope(event, behaviour))
      return event.discount;
  }
  // Every item has its own offers now and then: four days, about every ninth week.
  if (behaviour.family.discountLift === 0) return 0;
  const cycle = Math.floor((day + behaviour.index * 11) / 63);
  const inCycle = (day + behaviour.index * 11) % 63;
  const start = new Rng(mix(world.seed, behaviour.index, -cycle)).below(50);
  return inCycle >= start && inCycle < start + 4 ? 0.15 : 0;
}

function isStockout(world: World, behaviour: Behaviour, day: number): boolean {
  for (const event of world.script.events) {
    const start = world.seasonStart + event.day;
    if (event.kind === 'stock-out' && day >= start && day < start + event.days && inScope(event, behaviour))
      return true;
  }
  // Before the season: a few days now and then, about one day in a hundred.
  const block = Math.floor(day / 4);
  return new Rng(mix(world.seed, 20_000 + behaviour.index, block)).uniform() < 0.008;
}

type ScopedEvent = Extract<SeasonEvent, { kind: 'promotion' | 'stock-out' | 'level-change' }>;

function inScope(event: ScopedEvent, { series }: Behaviour): boolean {
  return (
    (event.site === undefined || event.site === series.site) &&
    (event.family === undefined || event.family === series.family) &&
    (event.item === undefined || event.item === series.item)
  );
}

function between(rng: Rng, [from, to]: readonly [number, number]): number {
  return from + (to - from) * rng.uniform();
}

/** One seed from three numbers (the finaliser of MurmurHash3, Appleby 2011, after each). */
export function mix(a: number, b: number, c: number): number {
  let hash = 0x9e3779b9;
  for (const part of [a, b, c]) {
    hash = Math.imul(hash ^ part, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash >>> 0;
}
