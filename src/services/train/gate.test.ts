import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { FoldScores } from './fold-scores.ts';
import { championMargin, compareLosses, gateJson, lossFree } from './gate.ts';

/** Folds with the given losses; errors and demand follow from them. */
function scores(losses: readonly number[]): FoldScores {
  const values = Float64Array.from(losses);
  return {
    losses: values,
    rmsses: values.map((loss) => 2 * loss),
    absoluteErrors: values.map((loss) => 10 * loss),
    biases: values.map((loss) => -loss),
    demands: values.map((loss) => (Number.isNaN(loss) ? Number.NaN : 100)),
  };
}

const champion = (losses: readonly number[]) => ({ versionId: 'ver_1', scores: scores(losses) });

test('the first version must not be worse than seasonal naive', () => {
  const ask = (mine: number[], naive: number[]) =>
    compareLosses({ challenger: scores(mine), seasonalNaive: scores(naive), champion: null });
  const good = ask([0.8, 0.9], [1, 1]);
  assert.deepEqual([good.passed, good.against, good.folds], [true, 'seasonal-naive', 2]);
  assert.equal(ask([1, 1], [1, 1]).passed, true);
  assert.equal(ask([1.01, 1.01], [1, 1]).passed, false);
});

test('a later version is compared with the champion, within the margin, on folds that both have', () => {
  const ask = (mine: number[]) =>
    compareLosses({
      challenger: scores(mine),
      seasonalNaive: scores([0, 0, 0]),
      champion: champion([1, 1, Number.NaN]),
    });
  const result = ask([1 + championMargin, 1, 99]);
  assert.deepEqual(
    [result.passed, result.against, result.againstVersionId, result.folds],
    [true, 'champion', 'ver_1', 2],
  );
  assert.equal(ask([1 + 2 * championMargin + 0.01, 1, 0]).passed, false);
  assert.match(ask([2, 2, 2]).reason, /loss 2\.0000 against 1\.0000 of champion on 2 folds, beyond/);
});

test('a champion that knows none of the series gives way to seasonal naive', () => {
  const result = compareLosses({
    challenger: scores([0.5]),
    seasonalNaive: scores([1]),
    champion: champion([Number.NaN]),
  });
  assert.deepEqual([result.passed, result.against], [true, 'seasonal-naive']);
});

test('nothing that cannot be compared passes', () => {
  const nothing = [Number.NaN, Number.NaN];
  for (const [mine, theirs] of [
    [nothing, [1, 1]],
    [[1, 1], nothing],
    [
      [Number.POSITIVE_INFINITY, Number.NaN],
      [1, 1],
    ],
  ] as const) {
    const result = compareLosses({ challenger: scores(mine), seasonalNaive: scores(theirs), champion: null });
    assert.equal(result.passed, false);
    assert.deepEqual(JSON.parse(JSON.stringify(gateJson(result))), gateJson(result));
  }
});

test('a version passes against itself, and never against one that is clearly better', () => {
  const loss = fc.double({ min: lossFree, max: 10, noNaN: true });
  fc.assert(
    fc.property(fc.array(loss, { minLength: 1, maxLength: 30 }), (losses) => {
      const ask = (mine: readonly number[]) =>
        compareLosses({
          challenger: scores(mine),
          seasonalNaive: scores(losses),
          champion: champion(losses),
        });
      assert.equal(ask(losses).passed, true);
      assert.equal(ask(losses.map((x) => 1.2 * x)).passed, false);
    }),
  );
});

test('where both are next to right, neither is worse: ended items would refuse every first version', () => {
  const ask = (mine: number) =>
    compareLosses({ challenger: scores([mine]), seasonalNaive: scores([0]), champion: champion([0]) }).passed;
  assert.deepEqual([ask(lossFree), ask(1.01 * lossFree)], [true, false]);
});

test('states WAPE and bias of both beside the loss', () => {
  const result = compareLosses({ challenger: scores([1, 2]), seasonalNaive: scores([3, 3]), champion: null });
  assert.deepEqual(result.challenger, { loss: 1.5, rmsse: 3, wape: 0.15, bias: -0.015 });
  assert.deepEqual(result.opponent, { loss: 3, rmsse: 6, wape: 0.3, bias: -0.03 });
});
