import assert from 'node:assert/strict';
import { test } from 'node:test';
import { minimiseOnLine } from './line-search.ts';
import { nelderMead } from './nelder-mead.ts';

const limits = { tolerance: 1e-12, evaluationsMax: 2000 };

test('Nelder-Mead finds the floor of the Rosenbrock valley', () => {
  const found = nelderMead(
    {
      objective: (x) => 100 * (x[1]! - x[0]! ** 2) ** 2 + (1 - x[0]!) ** 2,
      start: [-1.2, 1],
      step: [0.5, 0.5],
      lower: [-5, -5],
      upper: [5, 5],
    },
    limits,
  );
  assert.ok(Math.hypot(found.x[0]! - 1, found.x[1]! - 1) < 1e-4);
});

test('Nelder-Mead stays in its box and finds a minimum on its border', () => {
  let outside = 0;
  const found = nelderMead(
    {
      objective: (x) => {
        if (x[0]! < 0 || x[0]! > 1 || x[1]! < 0 || x[1]! > 1) outside++;
        return (x[0]! - 2) ** 2 + (x[1]! - 0.3) ** 2;
      },
      start: [7, 0.9],
      step: [0.3, 0.3],
      lower: [0, 0],
      upper: [1, 1],
    },
    limits,
  );
  assert.equal(outside, 0);
  assert.ok(Math.abs(found.x[0]! - 1) < 1e-4 && Math.abs(found.x[1]! - 0.3) < 1e-3);
});

test('Nelder-Mead walks away from places where the objective is not a number', () => {
  const found = nelderMead(
    { objective: (x) => Math.log(x[0]! - 1) ** 2, start: [0.5], step: [1.2], lower: [0], upper: [9] },
    limits,
  );
  assert.ok(Math.abs(found.x[0]! - 2) < 1e-4);
});

test('Nelder-Mead is never worse than its start and keeps to its budget', () => {
  const objective = (x: Float64Array): number => Math.sin(9 * x[0]!) + Math.cos(7 * x[1]!);
  const problem = { objective, start: [0.2, 0.3], step: [0.1, 0.1], lower: [0, 0], upper: [1, 1] };
  const found = nelderMead(problem, { tolerance: 0, evaluationsMax: 40 });
  assert.ok(found.value <= objective(Float64Array.of(0.2, 0.3)));
  assert.ok(found.evaluations <= 44);
});

test('the line search finds the lowest of several valleys and both ends', () => {
  const range = { lower: 0, upper: 3, points: 13, tolerance: 1e-6 };
  const wavy = minimiseOnLine((x) => Math.cos(4 * x) + 0.1 * x, range);
  assert.ok(Math.abs(wavy - 0.7791) < 1e-3);
  assert.ok(minimiseOnLine((x) => x, range) < 1e-5);
  assert.ok(minimiseOnLine((x) => -x, range) > 3 - 1e-5);
});
