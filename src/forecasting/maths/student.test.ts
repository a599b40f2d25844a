import assert from 'node:assert/strict';
import { test } from 'node:test';
import { betaShare, binomialShare, lnBetaShare } from './beta.ts';
import { studentQuantile, studentTail } from './student.ts';

const near = (found: number, expected: number, relative = 1e-12): void =>
  assert.ok(Math.abs(found - expected) <= relative * Math.abs(expected), `${found} for ${expected}`);

test("tails and quantiles of Student's t are those of scipy 1.17.1 (t.sf, t.ppf)", () => {
  for (const [t, freedom, tail] of [
    [1.5, 3, 0.11529193262241147],
    [0.2, 0.7, 0.44199766927095957],
    [12, 215.95, 4.685651880025142e-26],
    [40, 5, 9.205981085886477e-8],
    [2, 1e6, 0.02275026692565962],
  ] as const) {
    near(studentTail(t, freedom), tail, freedom < 1e5 ? 1e-11 : 1e-9);
    near(studentTail(-t, freedom), 1 - tail, 1e-9);
  }
  for (const [level, freedom, t] of [
    [0.95, 4, 2.1318467863266495],
    [0.975, 1, 12.706204736174694],
    [0.975, 215.94991049836221, 1.9710100476907606],
    [0.999, 2.5, 13.82219311086596],
    [0.6, 0.5, 0.3979754267847907],
  ] as const) {
    near(studentQuantile(level, freedom), t, 1e-10);
    near(studentQuantile(1 - level, freedom), -t, 1e-10);
  }
  assert.equal(studentQuantile(0.5, 3), 0);
});

test('shares of the beta distribution and of counts are those of scipy 1.17.1 (betainc, binom.cdf)', () => {
  near(betaShare(0.3, 2, 5), 0.579825);
  near(betaShare(0.9, 5, 11), 0.999999990703899);
  near(betaShare(0.1, 5, 11), 0.012720483641251005);
  near(binomialShare(30, 75, 0.5), 0.05267113443730241);
  near(binomialShare(0, 10, 0.1), 0.3486784401);
  near(binomialShare(4, 14, 0.1), 0.99076978754415);
  assert.deepEqual([binomialShare(-1, 5, 0.2), binomialShare(5, 5, 0.2)], [0, 1]);
  assert.deepEqual([betaShare(0, 2, 3), betaShare(1, 2, 3)], [0, 1]);
});

test('a share too small for a number still has its logarithm', () => {
  assert.equal(betaShare(0.05, 300, 10), 0);
  // 300 ln .05 + 9 ln .95 + ln B(300, 10)⁻¹ and the fraction of the first terms.
  near(lnBetaShare(0.05, 300, 10), Math.log(sumOfTerms(0.05, 300, 10)) + 300 * Math.log(0.05), 1e-9);
});

/** P(at least a successes in a + b − 1 draws) ÷ x^a, term by term: what the share is for whole numbers. */
function sumOfTerms(x: number, a: number, b: number): number {
  const n = a + b - 1;
  let choose = 1;
  for (let k = 0; k < n - a; k++) choose = (choose * (n - k)) / (k + 1);
  let sum = 0;
  for (let j = a; j <= n; j++) {
    sum += choose * x ** (j - a) * (1 - x) ** (n - j);
    choose = (choose * (n - j)) / (j + 1);
  }
  return sum;
}
