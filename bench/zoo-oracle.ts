// What could be known: for `bench/zoo.ts --oracle`, the service of whoever is told the kind of an item, but none of its parameters. It
// makes hundreds of items of that kind, looks which had a past most like this one's, and orders by what came of those.

import { Rng } from '../src/core/index.ts';
import type { Item, Kind } from './zoo-items.ts';

const itemsMade = 500;
const likeCount = 60;
const futuresOfEach = 6;
const recentPeriods = 28;
const cyclesOfProfile = 8;

/** A past as shape: its level, its phases, and figures that tell it from others of its kind. */
interface Shape {
  readonly level: number;
  readonly phases: Float64Array;
  readonly features: readonly number[];
}

interface Known {
  readonly shape: Shape;
  /** In units of its level and phases. */
  readonly futures: readonly Float64Array[];
}

/** Makes the function that gives futures as likely as the oracle knows, shape [futures][horizon]. */
export function oracleOf(kind: Kind, seed: number): (item: Item) => readonly Float64Array[] {
  const rng = new Rng(seed);
  const pool: Known[] = [];
  for (let place = 0; pool.length < itemsMade && place < 20 * itemsMade; place++) {
    const item = kind.make(rng, place);
    if (item.isScored === false || item.isOver === true) continue;
    const shape = shapeOf(kind, item.history);
    const futures = Array.from({ length: futuresOfEach }, () => {
      const out = new Float64Array(kind.horizon);
      item.draw(rng, out);
      return out.map((value, k) => value / (shape.level * phaseAt(kind, shape, k)));
    });
    pool.push({ shape, futures });
  }
  const spreads = (pool[0]?.shape.features ?? []).map((_, f) =>
    deviation(pool.map((one) => one.shape.features[f] as number)),
  );
  return (item) => {
    const mine = shapeOf(kind, item.history);
    const distance = ({ shape }: Known): number =>
      spreads.reduce(
        (sum, spread, f) =>
          sum +
          (spread > 0 ? (((shape.features[f] as number) - (mine.features[f] as number)) / spread) ** 2 : 0),
        0,
      );
    const like = [...pool].sort((a, b) => distance(a) - distance(b)).slice(0, likeCount);
    return like.flatMap(({ futures }) =>
      futures.map((future) => future.map((value, k) => value * mine.level * phaseAt(kind, mine, k))),
    );
  };
}

/** Least stock that serves a share of the cycles of these futures. */
export function stockOf(
  futures: readonly Float64Array[],
  { lead, review }: { lead: number; review: number },
  share: number,
): number {
  const sum = (future: Float64Array, to: number): number =>
    future.subarray(0, to).reduce((total, value) => total + value, 0);
  const asking = futures
    .filter((future) => sum(future, lead + review) > sum(future, lead))
    .map((future) => sum(future, lead + review))
    .sort((a, b) => a - b);
  const rank = Math.ceil(share * futures.length - 1e-9) - (futures.length - asking.length);
  return rank < 1 ? 0 : (asking[rank - 1] as number);
}

function phaseAt(kind: Kind, { phases }: Shape, k: number): number {
  return phases[(kind.length + k) % phases.length] as number;
}

function shapeOf(kind: Kind, history: Float64Array): Shape {
  const phases = phasesOf(kind, history);
  const begin = kind.length - history.length;
  const plain = history.map((value, t) => value / (phases[(begin + t) % phases.length] as number));
  const meanOf = (count: number): number => mean(plain.subarray(Math.max(0, plain.length - count)));
  const level = Math.max(1e-12, Math.abs(meanOf(recentPeriods)));
  const ratio = (value: number): number => Math.log(Math.max(1e-3, value / level));
  const zeros = (count: number): number =>
    mean(history.subarray(Math.max(0, history.length - count)).map((value) => (value === 0 ? 1 : 0)));
  const [first = 0, last = 0] = [plain[0], plain.at(-1)];
  const features = [
    ratio(meanOf(7)),
    ratio(meanOf(91)),
    ratio(meanOf(plain.length)),
    zeros(recentPeriods),
    zeros(history.length),
  ];
  if (history.length < recentPeriods) features.push(ratio(Math.abs(first)), ratio(Math.abs(last)));
  return { level, phases, features };
}

/** Mean of each phase over the last cycles by their mean; all alike where fewer than three cycles are known. */
function phasesOf(kind: Kind, history: Float64Array): Float64Array {
  const season = kind.seasons.find((one) => one > 1) ?? 1;
  const none = new Float64Array(season).fill(1);
  if (history.length < 3 * season) return none;
  const from = Math.max(0, history.length - cyclesOfProfile * season);
  const begin = kind.length - history.length;
  const of = (phase: number): number =>
    mean(history.subarray(from).filter((_, i) => (begin + from + i) % season === phase));
  const means = none.map((_, phase) => of(phase));
  const all = mean(means);
  // Rare demand has no profile that so few cycles could tell.
  const isRare = history.subarray(from).filter((value) => value === 0).length > 0.3 * (history.length - from);
  return isRare || !(all > 0) || means.some((value) => !(value > 0.02 * all))
    ? none
    : means.map((value) => value / all);
}

function mean(values: Float64Array): number {
  const known = values.filter(Number.isFinite);
  return known.length === 0 ? 0 : known.reduce((sum, value) => sum + value, 0) / known.length;
}

function deviation(values: readonly number[]): number {
  const centre = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / values.length);
}
