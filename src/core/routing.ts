// By whom a request is answered: requests are divided among arms by the unit that they are for, and the same unit has the same
// arm in every process and every time.

import { assert } from './assert.ts';
import { murmur3 } from './murmur3.ts';

/** From one bucket to another, which is not in it any more. */
export type BucketRange = readonly [from: number, to: number];

export interface Arm {
  readonly name: string;
  /** The number of the version that answers for it. */
  readonly version: number;
  /** Whose units are its own: ascending, none of them empty. */
  readonly buckets: readonly BucketRange[];
}

/** Never changed: another division is another routing. Every bucket belongs to exactly one arm. */
export interface Routing {
  /** Other salts shuffle units anew. */
  readonly salt: string;
  /** The champion's first. */
  readonly arms: readonly Arm[];
}

/** Chooses the arm of a unit. */
export type Split = (routing: Routing, unit: string) => Arm;

export interface ArmShare {
  readonly name: string;
  readonly version: number;
  /** Of all units, from 0 to 1; those of a routing add up to 1. */
  readonly share: number;
}

/** Units fall into so many buckets: shares are whole ten-thousandths. */
export const bucketCount = 10_000;
export const championArm = 'champion';
/** What answers are called that no arm gives: an arm of such a name would be taken for them. */
const reservedNames: readonly string[] = ['baseline', 'stand-in', 'previous', 'batch'];
const hashSeed = 1;

/** All units to one version. */
export function soleArm(version: number): Routing {
  return { salt: '', arms: [{ name: championArm, version, buckets: [[0, bucketCount]] }] };
}

/**
 * Divides units by shares.
 * @param before how they are divided now, by the same salt: then no more units move than the shares make necessary
 */
export function routingOf(
  { salt, arms }: { readonly salt: string; readonly arms: readonly ArmShare[] },
  before?: Routing,
): Routing {
  checkArms(arms);
  assert(
    before === undefined || before.salt === salt,
    'another salt shuffles all units: give no routing before',
  );
  const counts = bucketCounts(arms.map(({ share }) => share));
  const kept = arms.map(({ name }, i) => {
    const old = before?.arms.find((arm) => arm.name === name);
    return firstOf(old?.buckets ?? [], counts[i] as number);
  });
  let free = complementOf(kept.flat());
  return {
    salt,
    arms: arms.map(({ name, version }, i) => {
      const own = kept[i] as BucketRange[];
      const more = firstOf(free, (counts[i] as number) - sizeOf(own));
      free = complementOf([...complementOf(free), ...more]);
      return { name, version, buckets: joined([...own, ...more]) };
    }),
  };
}

/** The share of all units that an arm has. */
export function shareOf({ buckets }: Arm): number {
  return sizeOf(buckets) / bucketCount;
}

/** The bucket of a unit, from 0 to `bucketCount` − 1. */
export function bucketOf(salt: string, unit: string): number {
  return Math.floor((murmur3(`${salt}:${unit}`, hashSeed) / 2 ** 32) * bucketCount);
}

/** The arm that has the bucket of the unit. */
export function splitByBucket(routing: Routing, unit: string): Arm {
  const [first, second] = routing.arms;
  assert(first !== undefined, 'a routing has arms');
  if (second === undefined) return first;
  const bucket = bucketOf(routing.salt, unit);
  const isIn = ([from, to]: BucketRange): boolean => bucket >= from && bucket < to;
  return routing.arms.find(({ buckets }) => buckets.some(isIn)) ?? first;
}

/** Do both divide units alike, among the same versions? */
export function isSameRouting(a: Routing, b: Routing): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function checkArms(arms: readonly ArmShare[]): void {
  const names = arms.map(({ name }) => name);
  assert(names[0] === championArm, "the champion's arm comes first");
  assert(new Set(names).size === names.length, `two arms have one name: ${names.join(', ')}`);
  for (const name of names)
    assert(!reservedNames.includes(name) && /^[a-z][a-z0-9-]{0,62}$/.test(name), `"${name}" names no arm`);
  const total = arms.reduce((sum, { share }) => sum + share, 0);
  assert(
    arms.every(({ share }) => share >= 0) && Math.abs(total - 1) < 1e-9,
    `shares add up to ${total}, not 1`,
  );
}

/** Buckets for each share: rounded down, and those left over to the largest remainders. */
function bucketCounts(shares: readonly number[]): number[] {
  // What is whole but for the last bit of its multiplication is whole.
  const exact = shares.map((share) => Math.round(share * bucketCount * 1e6) / 1e6);
  const counts = exact.map(Math.floor);
  const left = bucketCount - counts.reduce((sum, count) => sum + count, 0);
  const byRemainder = exact
    .map((wanted, i) => ({ i, remainder: wanted - Math.floor(wanted) }))
    .sort((a, b) => b.remainder - a.remainder || a.i - b.i);
  for (const { i } of byRemainder.slice(0, left)) counts[i] = (counts[i] as number) + 1;
  return counts;
}

function sizeOf(ranges: readonly BucketRange[]): number {
  return ranges.reduce((sum, [from, to]) => sum + to - from, 0);
}

/** The first buckets of ascending ranges: all of them if there are fewer. */
function firstOf(ranges: readonly BucketRange[], count: number): BucketRange[] {
  const first: BucketRange[] = [];
  let left = count;
  for (const [from, to] of ranges) {
    if (left <= 0) break;
    first.push([from, Math.min(to, from + left)]);
    left -= to - from;
  }
  return first;
}

/** All buckets that are in none of the ranges, which lie apart from each other. */
function complementOf(ranges: readonly BucketRange[]): BucketRange[] {
  const free: BucketRange[] = [];
  let at = 0;
  for (const [from, to] of [...ranges].sort(byStart)) {
    if (from > at) free.push([at, from]);
    at = to;
  }
  if (at < bucketCount) free.push([at, bucketCount]);
  return free;
}

/** Ascending, ranges that touch as one. */
function joined(ranges: readonly BucketRange[]): BucketRange[] {
  return complementOf(complementOf(ranges));
}

function byStart(a: BucketRange, b: BucketRange): number {
  return a[0] - b[0];
}
