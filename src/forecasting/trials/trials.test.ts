import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from '../../core/index.ts';
import {
  addFailures,
  adjustedDifference,
  blockLength,
  blockMeans,
  combinedEvidence,
  confidenceSequence,
  differenceOf,
  failureEvidence,
  fixedTest,
  groupBounds,
  noRampEvidence,
  pairedEvidence,
  pairedTest,
  probabilisticInterleaving,
  rampEvidence,
  ratioDifferenceOf,
  ratioOf,
  ratioSumsOf,
  relativeDifferenceOf,
  sampleRatioEvidence,
  sampleRatioTest,
  signTest,
  sumsOf,
  sumsOfSuccesses,
  teamDraft,
} from './index.ts';

const near = (found: number | undefined, expected: number, within = 0.5e-5): void =>
  assert.ok(found !== undefined && Math.abs(found - expected) <= within, `${found} for ${expected}`);

// growthbook/growthbook 8f1db44 (MIT), packages/stats/tests/frequentist/test_tests.py: published to five decimals.
const a = { n: 3407, sum: 1396.87, sumSquares: 52377.9767 };
const b = { n: 3461, sum: 2422.7, sumSquares: 134698.29 };

test('a test on one look gives the published figures of GrowthBook, absolute and relative', () => {
  const absolute = differenceOf(a, b)!;
  near(absolute.value, 0.29);
  near(absolute.error, 0.12478);
  const once = fixedTest(absolute, 0.05);
  near(once.p, 0.02016);
  near(once.low, 0.04538);
  near(once.high, 0.53462);
  const relative = relativeDifferenceOf(a, b)!;
  near(relative.value, 0.70732);
  near(relative.error, 0.37879);
  const share = fixedTest(relative, 0.05);
  near(share.p, 0.06191);
  near(share.low, -0.03526);
  near(share.high, 1.44989);
});

test('a confidence sequence gives the published figures of GrowthBook, tuned to 1,000 and to 5,000 units', () => {
  const relative = relativeDifferenceOf({ ...a, n: 3000 }, b)!;
  const early = confidenceSequence(relative, { alpha: 0.05, tunedTo: 1_000 });
  near(early.low, -0.55844);
  near(early.high, 1.56516);
  assert.equal(early.p, 1);
  const shares = relativeDifferenceOf(sumsOfSuccesses(1396, 3000), sumsOfSuccesses(2422, 3461))!;
  const look = confidenceSequence(shares, { alpha: 0.05, tunedTo: 5_000 });
  near(shares.value, 0.50386);
  near(look.low, 0.40098);
  near(look.high, 0.60675);
  near(look.p, 0);
});

test('bounds of planned looks are those of the literature, and more exact', () => {
  const five = [0.2, 0.4, 0.6, 0.8, 1];
  // Lan and DeMets's bounds of O'Brien and Fleming and of Pocock, as tables have them. The second of theirs is 3.3569; that of an adaptive
  // quadrature with scipy 1.17.1 (integrate.quad to 1e-12) is 3.3570119215746437.
  const fleming = groupBounds(five, { alpha: 0.05, sides: 2, spending: 'obrien-fleming' });
  for (const [i, z] of [4.8769, 3.357, 2.6803, 2.2898, 2.031].entries()) near(fleming[i], z, 5e-5);
  near(fleming[1], 3.3570119215746437, 1e-11);
  const pocock = groupBounds(five, { alpha: 0.05, sides: 2, spending: 'pocock' });
  for (const [i, z] of [2.438, 2.4268, 2.4101, 2.3966, 2.3859].entries()) near(pocock[i], z, 2e-4);
  near(groupBounds([1], { alpha: 0.05, sides: 1, spending: 'pocock' })[0], 1.6448536, 1e-6);
});

test('bounds after looks with hardly any information hold, too', () => {
  // spotify/confidence e1f8a49 (Apache-2.0), tests/frequentist/test_bounds.py: the first is theirs to all digits, and the second, which
  // their solver gives as its own limit of 8, is that of scipy's quadrature.
  const times = [0.0016169976338740648, 0.0057857955498163615];
  const bounds = groupBounds(times, { alpha: 0.003333333, sides: 2, spending: { power: 2 } });
  near(bounds[0], 5.75400023, 5e-9);
  near(bounds[1], 5.321502522199185, 1e-10);
});

test('a trial without a difference passes its bounds as often as is spent', () => {
  const times = [0.1, 0.35, 0.5, 0.9, 1];
  const rng = new Rng(5);
  for (const spending of ['obrien-fleming', 'pocock', { power: 2 }] as const) {
    const bounds = groupBounds(times, { alpha: 0.1, sides: 2, spending });
    let wins = 0;
    const trials = 20_000;
    for (let i = 0; i < trials; i++) {
      let place = 0;
      wins += Number(
        times.some((time, k) => {
          place += rng.normal() * Math.sqrt(time - (times[k - 1] ?? 0));
          return Math.abs(place) / Math.sqrt(time) > bounds[k]!;
        }),
      );
    }
    // Four standard errors.
    near(wins / trials, 0.1, 4 * Math.sqrt(0.09 / trials));
  }
});

test('what a unit brought with it is taken off, by the slope within arms', () => {
  const rng = new Rng(3);
  const arm = (lift: number): { before: number[]; values: number[] } => {
    const before = Array.from({ length: 400 }, () => 10 + 3 * rng.normal());
    return { before, values: before.map((one) => lift + 2 * one + rng.normal()) };
  };
  const found = adjustedDifference(arm(0), arm(0.5))!;
  near(found.theta, 2, 0.1);
  near(found.value, 0.5, 4 * found.error);
  assert.ok(found.errorShare < 0.25, `${found.errorShare}`);
  const constant = { before: [1, 1, 1], values: [1, 2, 4] };
  const same = adjustedDifference(constant, { before: [1, 1, 1], values: [2, 3, 6] })!;
  assert.deepEqual([same.theta, same.errorShare], [0, 1]);
});

test('the error of a ratio is what it varies by from sample to sample', () => {
  const rng = new Rng(8);
  const ratios: number[] = [];
  const errors: number[] = [];
  for (let i = 0; i < 400; i++) {
    const orders = Array.from({ length: 200 }, () => 1 + rng.poisson(3));
    const found = ratioOf(
      ratioSumsOf(
        orders.map((n) => 2 * n + 2 * rng.normal()),
        orders,
      ),
    )!;
    ratios.push(found.value);
    errors.push(found.error);
  }
  const spread = Math.sqrt(ratios.reduce((sum, ratio) => sum + (ratio - 2) ** 2, 0) / ratios.length);
  near(errors.reduce((sum, error) => sum + error / errors.length, 0) / spread, 1, 0.15);
});

test('where nothing can be told, nothing is', () => {
  const one = sumsOf([3]);
  const alike = sumsOf([2, 2, 2]);
  assert.equal(differenceOf(one, alike), undefined);
  assert.equal(differenceOf(alike, alike), undefined);
  assert.equal(relativeDifferenceOf(sumsOf([-1, 1]), sumsOf([1, 2])), undefined);
  assert.equal(ratioOf(ratioSumsOf([1, 2], [0, 0])), undefined);
  assert.equal(ratioDifferenceOf(ratioSumsOf([1], [1]), ratioSumsOf([1, 2], [1, 3])), undefined);
  assert.equal(pairedTest([1, 2], 2), undefined);
  assert.equal(pairedTest([1, 1, 1], 1), undefined);
  assert.deepEqual([pairedEvidence([1, 2, 3]), pairedEvidence([2, 2, 2, 2])], [0, 0]);
  near(failureEvidence({ canary: 0, stable: 0 }, 0.1), 0, 1e-12);
  near(rampEvidence(noRampEvidence), 0, 1e-12);
  assert.throws(() => sumsOf([1, Number.NaN]), /leave it out/);
});

test('units that fall otherwise than planned are found, at the end and while watched', () => {
  assert.equal(sampleRatioTest([480, 520], [0.5, 0.5]).isMismatch, false);
  const found = sampleRatioTest([4700, 5300], [0.5, 0.5]);
  assert.deepEqual([found.chiSquare, found.isMismatch], [36, true]);
  near(sampleRatioEvidence([0, 0], [0.9, 0.1]), 0, 1e-9);
  assert.ok(sampleRatioEvidence([49_000, 51_000], [0.5, 0.5]) > Math.log(1000));
  assert.ok(sampleRatioEvidence([50_020, 49_980], [0.5, 0.5]) < 0);
});

test('a paired test that its lags leave without a variance falls back to none, and says so', () => {
  const swinging = pairedTest([1, -1, 1, -1, 1, -1, 1.5, -1], 2)!;
  assert.equal(swinging.isFallback, true);
  assert.equal(pairedTest([0.1, -0.2, 0.3, 0.2, 0, 0.4], 1)!.isFallback, false);
});

test('blocks are as long as days go together, in whole seasons, and only whole ones count', () => {
  const rng = new Rng(2);
  const walk = (phi: number, n: number): Float64Array => {
    const out = new Float64Array(n);
    for (let t = 1; t < n; t++) out[t] = phi * out[t - 1]! + rng.normal();
    return out;
  };
  assert.equal(blockLength(walk(0, 700), 7), 7);
  const slow = blockLength(walk(0.97, 2_800), 7)!;
  assert.ok(slow > 14, `${slow}`);
  assert.equal(blockLength(walk(0, 50), 7), undefined);
  assert.deepEqual([...blockMeans(Float64Array.of(1, 3, 5, 7, 9), 2)], [2, 6]);
});

test('evidence of a canary carries over from share to share', () => {
  const atOnce = addFailures(noRampEvidence, { canary: 6, stable: 20 }, 0.05);
  const first = addFailures(noRampEvidence, { canary: 2, stable: 15 }, 0.05);
  const second = addFailures(first, { canary: 4, stable: 5 }, 0.05);
  near(rampEvidence(second), rampEvidence(atOnce), 1e-9);
  // At the share of the grid both forms weigh alike: the midpoint sum of 200 stands for the integral.
  near(rampEvidence(atOnce), failureEvidence({ canary: 6, stable: 20 }, 0.05), 1e-3);
  assert.ok(rampEvidence(addFailures(atOnce, { canary: 30, stable: 10 }, 0.5)) > rampEvidence(atOnce));
  assert.ok(Number.isFinite(failureEvidence({ canary: 100_000, stable: 0 }, 0.01)));
  assert.ok(Number.isFinite(failureEvidence({ canary: 0, stable: 1_000_000 }, 0.5)));
});

test('the mean of evidence is no larger than its largest, and one guardrail alone can decide', () => {
  near(combinedEvidence([0, 0, 0]), 0, 1e-12);
  near(combinedEvidence([Math.log(400), Math.log(1), Math.log(1)]), Math.log(134), 1e-9);
  near(combinedEvidence([Math.log(400), 0], [0.9, 0.1]), Math.log(360.1), 1e-9);
  assert.equal(combinedEvidence([]), 0);
  assert.ok(Number.isFinite(combinedEvidence([2_000, -2_000])));
});

test('drafts show each item once, and give both sides their turn', () => {
  const rng = new Rng(4);
  for (let round = 0; round < 200; round++) {
    const items = Array.from({ length: 1 + rng.below(8) }, (_, i) => `item ${i}`);
    const shuffled = (): string[] =>
      [...items].sort(() => rng.uniform() - 0.5).slice(rng.below(items.length));
    const [left, right] = [shuffled(), shuffled()];
    const length = 1 + rng.below(10);
    const { list, sides } = teamDraft(left, right, { length, coin: () => rng.uniform() < 0.5 });
    const all = new Set([...left, ...right]);
    assert.equal(new Set(list).size, list.length);
    assert.equal(list.length, Math.min(length, all.size));
    assert.equal(sides.length, list.length);
    const weighed = probabilisticInterleaving(left, right, { length, uniform: () => rng.uniform() });
    assert.equal(new Set(weighed.list).size, Math.min(length, all.size));
    assert.ok(weighed.shareOfA.every((share) => share >= 0 && share <= 1));
    for (const [i, item] of weighed.list.entries()) {
      if (!right.includes(item)) assert.equal(weighed.shareOfA[i], 1);
      if (!left.includes(item)) assert.equal(weighed.shareOfA[i], 0);
    }
  }
  const draft = teamDraft(['a', 'b'], ['a', 'c'], { length: 4, coin: () => false });
  assert.deepEqual(draft, { list: ['a', 'c', 'b'], sides: ['a', 'b', 'a'] });
});

test('a list that either side prefers alike is credited alike', () => {
  const rng = new Rng(9);
  const same = ['x', 'y', 'z'];
  const { shareOfA } = probabilisticInterleaving(same, same, { length: 3, uniform: () => rng.uniform() });
  assert.deepEqual(shareOfA, [0.5, 0.5, 0.5]);
  assert.deepEqual(signTest({ a: 0, b: 0, ties: 4 }), { p: 1, lead: 0 });
  assert.ok(signTest({ a: 5, b: 20, ties: 0 }).p < 0.01);
});
