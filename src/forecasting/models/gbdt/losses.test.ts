import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { BoosterLoss } from './booster.ts';
import { fallbackKernel } from './fallback-kernel.ts';
import { lossCode } from './kernel.ts';
import { lossAt, startingScore } from './losses.ts';
import { numberMatrix } from './testing.ts';

/** Gradient and Hessian of one row as the kernel computes them. */
function kernelGradient(
  loss: BoosterLoss,
  parameter: number,
  score: number,
  target: number,
): [number, number] {
  const buffer = new ArrayBuffer(64);
  new Float64Array(buffer, 0, 1)[0] = score;
  const f32 = new Float32Array(buffer);
  f32[2] = target;
  fallbackKernel(buffer).gradients(lossCode[loss], parameter, 0, 0, 8, 12, 16, 0, 1, 24);
  return [f32[3]!, f32[4]!];
}

test('gradients are the slopes of the losses', () => {
  fc.assert(
    fc.property(
      fc.constantFrom<BoosterLoss>('squared', 'poisson', 'tweedie', 'quantile'),
      fc.double({ min: -3, max: 3, noNaN: true }),
      fc.integer({ min: 0, max: 40 }),
      (loss, score, target) => {
        if (loss === 'quantile' && Math.abs(score - target) < 1e-3) return;
        const options = { loss, tweediePower: 1.3, quantile: 0.8 };
        const at = (shift: number): number => lossAt(target, score + shift, options);
        const slope = (at(1e-4) - at(-1e-4)) / 2e-4;
        const bend = (at(1e-3) - 2 * at(0) + at(-1e-3)) / 1e-6;
        const [g, h] = kernelGradient(loss, loss === 'tweedie' ? 1.3 : 0.8, score, target);
        assert.ok(Math.abs(g - slope) < 1e-3 * (1 + Math.abs(slope)), `${loss} ${g} ${slope}`);
        // Poisson's Hessian is damped by e^.7, the quantile's replaced by 1.
        const expected = loss === 'poisson' ? bend * Math.exp(0.7) : loss === 'quantile' ? 1 : bend;
        assert.ok(Math.abs(h - expected) < 1e-2 * (1 + Math.abs(expected)), `${loss} ${h} ${expected}`);
      },
    ),
  );
});

test('the starting score has the least loss of all constants', () => {
  const target = Float32Array.of(0, 0, 1, 3, 7, 2, 0, 5);
  const weights = Float32Array.of(1, 2, 1, 1, 0.5, 1, 1, 3);
  const offset = Float32Array.of(0, 0.5, 0, -0.5, 0, 1, 0, 0);
  const set = { matrix: numberMatrix([target]), target, weights, offset };
  for (const loss of ['squared', 'poisson', 'tweedie', 'quantile'] as const) {
    const options = { loss, tweediePower: 1.4, quantile: 0.7 };
    const total = (score: number): number =>
      target.reduce((sum, y, i) => sum + weights[i]! * lossAt(y, score + offset[i]!, options), 0);
    const best = startingScore(set, options);
    for (const shift of [-0.1, -0.01, 0.01, 0.1]) assert.ok(total(best) <= total(best + shift) + 1e-9, loss);
  }
});
