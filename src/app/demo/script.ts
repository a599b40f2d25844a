// What happens in the season, as data: one entry per event, in any order. To extend the demo, add a line here; a new
// kind of event also needs its branch in `generator.ts` (what it does to demand) or `season.ts` (what it does to the loop).

import type { FamilyName, Site } from './assortment.ts';

interface Scope {
  /** All sites, families or items where left out. */
  readonly site?: Site;
  readonly family?: FamilyName;
  readonly item?: string;
}

export type SeasonEvent = {
  /** Day of the season, 0 = first. */
  readonly day: number;
  /** One line for the timeline. */
  readonly note: string;
} & (
  | ({ readonly kind: 'promotion'; readonly days: number; readonly discount: number } & Scope)
  | ({ readonly kind: 'stock-out'; readonly days: number } & Scope)
  /** Demand is multiplied by `factor` from this day on. */
  | ({ readonly kind: 'level-change'; readonly factor: number } & Scope)
  | {
      readonly kind: 'new-item';
      readonly item: string;
      readonly family: FamilyName;
      readonly unitsPerDay: number;
    }
  | { readonly kind: 'discontinued'; readonly item: string }
  /** A feed of its own brings so many spoilt rows. */
  | { readonly kind: 'dirty-batch'; readonly rows: number; readonly feed: string }
  /** The values of an earlier day are sent again, corrected. */
  | { readonly kind: 'correction'; readonly daysBack: number; readonly factor: number }
  /** The same batch is sent twice, as after a lost answer. */
  | { readonly kind: 'repeated-batch' }
  /** A planner says more, or less, than the model, for the days from the next one on. */
  | {
      readonly kind: 'override';
      readonly site: Site;
      readonly item: string;
      readonly days: number;
      readonly percent: number;
      readonly reason: string;
    }
);

export interface SeasonScript {
  readonly historyDays: number;
  readonly seasonDays: number;
  /** First day of the season, ISO date. */
  readonly seasonStart: string;
  readonly retrainEveryDays: number;
  readonly events: readonly SeasonEvent[];
}

/** Late summer to Advent at a building and garden supplier with two sites. */
export const autumnSeason: SeasonScript = {
  historyDays: 730,
  seasonDays: 120,
  seasonStart: '2025-08-18',
  retrainEveryDays: 28,
  events: [
    {
      day: 9,
      kind: 'promotion',
      family: 'hardware',
      days: 5,
      discount: 0.2,
      note: 'hardware 20 % off for five days',
    },
    { day: 16, kind: 'dirty-batch', rows: 14, feed: 'till-7', note: 'till 7 sends broken rows' },
    {
      day: 21,
      kind: 'stock-out',
      item: 'packing-tape',
      site: 'north',
      days: 6,
      note: 'packing tape runs out in the north',
    },
    {
      day: 30,
      kind: 'new-item',
      item: 'heat-pump-cover',
      family: 'heating',
      unitsPerDay: 18,
      note: 'a new item: heat pump covers',
    },
    { day: 36, kind: 'repeated-batch', note: "yesterday's upload is sent twice" },
    {
      day: 43,
      kind: 'level-change',
      site: 'south',
      family: 'consumables',
      factor: 1.35,
      note: 'a new wholesale customer in the south: consumables up by a third',
    },
    {
      day: 44,
      kind: 'override',
      site: 'south',
      item: 'pallet-straps',
      days: 10,
      percent: 30,
      reason: 'the new customer has told us what they will buy',
      note: 'the planner raises pallet straps in the south for the new customer',
    },
    { day: 50, kind: 'discontinued', item: 'planter-30', note: 'planters are taken out of the range' },
    { day: 58, kind: 'correction', daysBack: 2, factor: 0.9, note: 'the day before yesterday is corrected' },
    {
      day: 65,
      kind: 'dirty-batch',
      rows: 20,
      feed: 'supplier-acme',
      note: 'a supplier sends grams for kilograms, and worse',
    },
    {
      day: 78,
      kind: 'level-change',
      family: 'heating',
      factor: 1.3,
      note: 'a cold snap: heating sells a third more from now on',
    },
    {
      day: 92,
      kind: 'stock-out',
      family: 'gifts',
      site: 'south',
      days: 4,
      note: 'gifts run out in the south',
    },
    {
      day: 100,
      kind: 'override',
      site: 'north',
      item: 'fairy-lights',
      days: 6,
      percent: 25,
      reason: 'Black Friday sells more lights than any model thinks',
      note: 'the planner expects more fairy lights on Black Friday',
    },
    { day: 102, kind: 'promotion', days: 4, discount: 0.25, note: 'Black Friday: everything 25 % off' },
    {
      day: 110,
      kind: 'promotion',
      family: 'gifts',
      days: 10,
      discount: 0.15,
      note: 'gifts 15 % off in Advent',
    },
  ],
};
