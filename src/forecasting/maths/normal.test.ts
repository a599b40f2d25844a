import assert from 'node:assert/strict';
import { test } from 'node:test';

import { normalQuantile, normalShare, normalTail } from './normal.ts';

const close = (actual: number, expected: number, within: number): void =>
  assert.ok(Math.abs(actual - expected) <= within, `${actual} is not ${expected}`);

test('normal quantiles are those of tables, far out too', () => {
  // R 4.2, qnorm.
  for (const [level, z] of [
    [0.5, 0],
    [0.6, 0.2533471031357997],
    [0.95, 1.644853626951472],
    [0.975, 1.959963984540054],
    [0.999, 3.090232306167813],
    [0.999999, 4.753424308822899],
    [1e-12, -7.034483825301132],
  ] as const)
    close(normalQuantile(level), z, 1e-9);
});

test('shares and tails are those of tables', () => {
  close(normalShare(1), 0.8413447460685429, 1e-14);
  close(normalShare(-2.9), 0.001865813300384, 1e-15);
  close(normalTail(3.1) / 9.676032132183561e-4, 1, 1e-12);
  close(normalTail(10) / 7.619853024160527e-24, 1, 1e-12);
  close(normalShare(-4) + normalShare(4), 1, 1e-15);
});
