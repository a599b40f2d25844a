// Two rankings shown as one list to the same reader: what is acted on says which ranking put better things first. Needs far fewer
// readers than showing each its own list.

import { binomialShare } from '../maths/index.ts';

export type Side = 'a' | 'b';

export interface DraftedList {
  readonly list: readonly string[];
  /** Which ranking placed each, shape [list]. */
  readonly sides: readonly Side[];
}

/**
 * Rankings take turns, each placing its best item that is not yet shown; in every round a coin says which is first. Where one has
 * nothing left, the other goes on.
 * @param options.length items at most
 * @param options.coin   true = `b` is first in this round
 * Source: Radlinski, Kurup and Joachims 2008, CIKM.
 */
export function teamDraft(
  a: readonly string[],
  b: readonly string[],
  options: { readonly length: number; readonly coin: () => boolean },
): DraftedList {
  const shown = new Set<string>();
  const list: string[] = [];
  const sides: Side[] = [];
  const places = { a: 0, b: 0 };
  const rankings = { a, b };
  const place = (side: Side): boolean => {
    const ranking = rankings[side];
    while (places[side] < ranking.length && shown.has(ranking[places[side]] as string)) places[side]++;
    const item = ranking[places[side]];
    if (item === undefined || list.length >= options.length) return false;
    shown.add(item);
    list.push(item);
    sides.push(side);
    return true;
  };
  for (let isPlaced = true; isPlaced; ) {
    const order: readonly Side[] = options.coin() ? ['b', 'a'] : ['a', 'b'];
    isPlaced = order.map(place).includes(true);
  }
  return { list, sides };
}

/** How fast the chance of an item falls with its rank: as 1 ÷ rank to this power. */
const rankPower = 3;

export interface WeighedList {
  readonly list: readonly string[];
  /** Share of each place that is `a`'s, over all ways in which the list can have come about, in [0, 1], shape [list]. */
  readonly shareOfA: readonly number[];
}

/**
 * Each place is drawn from one of the rankings, which a coin chooses, with a chance that falls with the rank: every list can come
 * about from either, so that what is acted on is credited by shares.
 * @param options.uniform draws in [0, 1)
 * Source: Hofmann, Whiteson and de Rijke 2011, CIKM.
 */
export function probabilisticInterleaving(
  a: readonly string[],
  b: readonly string[],
  options: { readonly length: number; readonly uniform: () => number },
): WeighedList {
  const left = { a: weighed(a), b: weighed(b) };
  const list: string[] = [];
  const shareOfA: number[] = [];
  while (list.length < options.length && left.a.size + left.b.size > 0) {
    const first: Side = options.uniform() < 0.5 ? 'a' : 'b';
    const side = left[first].size > 0 ? first : first === 'a' ? 'b' : 'a';
    const item = drawn(left[side], options.uniform());
    const [chanceA, chanceB] = [chanceOf(left.a, item), chanceOf(left.b, item)];
    list.push(item);
    shareOfA.push(chanceA / (chanceA + chanceB));
    left.a.delete(item);
    left.b.delete(item);
  }
  return { list, shareOfA };
}

function weighed(ranking: readonly string[]): Map<string, number> {
  const weights = new Map<string, number>();
  for (const [i, item] of ranking.entries()) if (!weights.has(item)) weights.set(item, (i + 1) ** -rankPower);
  return weights;
}

function totalOf(weights: ReadonlyMap<string, number>): number {
  let total = 0;
  for (const weight of weights.values()) total += weight;
  return total;
}

function chanceOf(weights: ReadonlyMap<string, number>, item: string): number {
  const weight = weights.get(item);
  return weight === undefined ? 0 : weight / totalOf(weights);
}

function drawn(weights: ReadonlyMap<string, number>, uniform: number): string {
  let rest = uniform * totalOf(weights);
  let last = '';
  for (const [item, weight] of weights) {
    last = item;
    rest -= weight;
    if (rest < 0) break;
  }
  return last;
}

/** Over readers: who won with how many of them. */
export interface Wins {
  readonly a: number;
  readonly b: number;
  readonly ties: number;
}

/** Sign test without ties, two-sided, and by how much `b` is ahead: .5 = always, 0 = even, −.5 = never. NaN of no reader. */
export function signTest({ a, b, ties }: Wins): { readonly p: number; readonly lead: number } {
  const p = Math.min(1, 2 * binomialShare(Math.min(a, b), a + b, 0.5));
  return { p, lead: (b + ties / 2) / (a + b + ties) - 0.5 };
}
