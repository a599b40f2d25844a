// Accuracy before labels: figures by hand and by simulation (`npm run sim -- before-labels` counts over hundreds of chunks).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Rng } from '../../../core/index.ts';
import { calibrationOf } from './calibration.ts';
import { type ClassFigure, classAccuracy, type Estimate } from './class-accuracy.ts';
import { heldOften, type PastEstimate } from './held.ts';
import { risingCurve, shareOf } from './isotonic.ts';

const figures: readonly ClassFigure[] = ['accuracy', 'precision', 'recall', 'specificity', 'f1', 'auc'];

function near(found: number | undefined, wanted: number, within = 1e-12): void {
  assert.ok(found !== undefined && Math.abs(found - wanted) <= within, `${found} for ${wanted}`);
}

test('the confusion is a sum of probabilities: four rows by hand', () => {
  const found = classAccuracy({ probabilities: [0.7, 0.2, 0.6, 0.4], predicted: [1, 0, 1, 0] }, null);
  near(found.confusion.tp, 1.3);
  near(found.confusion.fp, 0.7);
  near(found.confusion.fn, 0.6);
  near(found.confusion.tn, 1.4);
  near(found.accuracy?.value, 2.7 / 4);
  near(found.precision?.value, 0.65);
  near(found.recall?.value, 1.3 / 1.9);
  near(found.f1?.value, 2.6 / 3.9);
  near(found.accuracy?.samplingSd, Math.sqrt(0.21 + 0.16 + 0.24 + 0.24) / 4);
});

test('with labels as probabilities the figures are those of the labels: AUC by counting pairs', () => {
  const rows = { probabilities: [0, 1, 1, 0], predicted: [0, 1, 0, 1] };
  const found = classAccuracy(rows, null);
  assert.deepEqual(found.confusion, { tp: 1, fp: 1, fn: 1, tn: 1 });
  near(found.auc?.value, 1);
  assert.deepEqual(
    figures.map((name) => found[name]?.samplingSd),
    [0, 0, 0, 0, 0, 0],
  );
});

test('values and sampling deviations are those of 4,000 draws of labels', () => {
  const rng = new Rng(5);
  const probabilities = Float64Array.from({ length: 300 }, () => Math.round(20 * rng.uniform() ** 1.5) / 20);
  const predicted = probabilities.map((p) => Number(p > 0.4));
  const found = classAccuracy({ probabilities, predicted }, null);
  const drawn = new Map<ClassFigure, number[]>(figures.map((name) => [name, []]));
  for (let round = 0; round < 4_000; round++) {
    const labels = probabilities.map((p) => Number(rng.uniform() < p));
    const told = classAccuracy({ probabilities: labels, predicted }, null);
    for (const name of figures) {
      const value = name === 'auc' ? aucByPairs(probabilities, labels) : (told[name] as Estimate).value;
      drawn.get(name)?.push(value);
    }
  }
  for (const name of figures) {
    const values = drawn.get(name) as number[];
    const mean = values.reduce((sum, value) => sum + value / values.length, 0);
    const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2 / values.length, 0));
    near(found[name]?.value, mean, 0.1 * sd);
    near(found[name]?.samplingSd, sd, 0.06 * sd);
  }
});

function aucByPairs(scores: Float64Array, labels: Float64Array): number {
  const ordered = Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!);
  let [pairs, zeros, ones] = [0, 0, 0];
  for (let from = 0, to = 0; from < ordered.length; from = to) {
    let [zerosHere, onesHere] = [0, 0];
    for (; to < ordered.length && scores[ordered[to]!] === scores[ordered[from]!]; to++) {
      if (labels[ordered[to]!] === 1) onesHere++;
      else zerosHere++;
    }
    pairs += onesHere * (zeros + zerosHere / 2);
    zeros += zerosHere;
    ones += onesHere;
  }
  return pairs / (ones * zeros);
}

test('a rising curve pools what falls, and is straight between pools', () => {
  // sklearn.isotonic.IsotonicRegression 1.9.1: fit([1,2,3,4,5,6], [0,1,0,1,0,1]).
  const curve = risingCurve([1, 2, 3, 4, 5, 6], [0, 1, 0, 1, 0, 1]);
  assert.deepEqual(curve, { scores: [1, 2, 5, 6], shares: [0, 0.5, 0.5, 1] });
  assert.deepEqual(
    [0, 1.5, 2, 4, 5.5, 9].map((score) => shareOf(curve, score)),
    [0, 0.25, 0.5, 0.5, 0.75, 1],
  );
});

test('probabilities that are right are read as they are, and ones that are too sure by a curve', () => {
  const rng = new Rng(2);
  const scores = Float64Array.from({ length: 6_000 }, () => 2 * rng.normal());
  const share = (factor: number) => scores.map((score) => 1 / (1 + Math.exp(-factor * score)));
  const labels = share(1).map((p) => Number(rng.uniform() < p));
  assert.equal(calibrationOf({ probabilities: share(1), labels })?.curve, null);
  const sure = calibrationOf({ probabilities: share(3), labels });
  assert.ok(sure?.curve && sure.errorCurve < sure.errorRaw / 2, JSON.stringify(sure?.errorRaw));
  near(shareOf(sure.curve, share(3)[0] as number), share(1)[0] as number, 0.06);
});

test('few labels, or of one class, leave no calibration', () => {
  const half = Array.from({ length: 200 }, (_, i) => (i + 0.5) / 200);
  assert.equal(calibrationOf({ probabilities: half, labels: half.map(() => 0) }), null);
  assert.equal(calibrationOf({ probabilities: [0.1], labels: [1] }), null);
});

test('how often past estimates held says when they are no longer to be believed', () => {
  const rng = new Rng(3);
  const past = (moved: number): PastEstimate[] =>
    Array.from({ length: 40 }, () => ({
      value: 0.8,
      samplingSd: 0.02,
      modelSd: 0.01,
      realised: 0.8 + moved + Math.hypot(0.02, 0.01) * rng.normal(),
    }));
  const good = heldOften([...past(0), { value: 0.8, samplingSd: 0.02, modelSd: 0.01, realised: null }]);
  assert.deepEqual([good.of, good.believable], [40, 'yes']);
  assert.ok(good.held >= 36);
  const bad = heldOften(past(-0.08));
  assert.equal(bad.believable, 'no');
  assert.ok((bad.leaning ?? 0) < -2);
  assert.equal(heldOften(past(0).slice(0, 9)).believable, 'unknown');
  assert.equal(heldOften([]).share, null);
});

test('whatever comes, no figure is NaN, and one that divides by nothing is null', () => {
  const value = fc.oneof(fc.double(), fc.constantFrom(0, 1, 0.5, Number.NaN));
  const finite = (of: unknown): void => {
    if (typeof of === 'number') assert.ok(Number.isFinite(of), String(of));
    else if (typeof of === 'object' && of !== null) Object.values(of).forEach(finite);
  };
  fc.assert(
    fc.property(fc.array(value, { maxLength: 40 }), fc.array(value, { maxLength: 40 }), (a, b) => {
      finite(classAccuracy({ probabilities: a }, null));
      finite(classAccuracy({ probabilities: a, predicted: b }, null));
      finite(calibrationOf({ probabilities: [...a, ...a, ...a, ...a], labels: b }));
    }),
  );
  assert.equal(classAccuracy({ probabilities: [0.1, 0.2] }, null).precision, null);
});
