// Shares of labels from predictions, and losses beside those of a baseline.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Rng } from '../../../core/index.ts';
import { studentTail, symmetricEigen } from '../../maths/index.ts';
import { labelShift } from './label-shift.ts';
import { lossChange } from './loss-change.ts';

function near(found: number, wanted: number, within: number): void {
  assert.ok(Math.abs(found - wanted) <= within, `${found} for ${wanted}`);
}

test('the confusion read backwards: two classes solved by hand', () => {
  // 0.5 a + 0.1 b = 0.4, 0.1 a + 0.3 b = 0.6: a = 3 ÷ 7, b = 13 ÷ 7. Singular values by numpy.linalg.cond: 2.0938363213560542.
  const found = labelShift({
    confusion: [
      [0.5, 0.1],
      [0.1, 0.3],
    ],
    predicted: [0.4, 0.6],
  });
  assert.ok(found.status === 'ok');
  found.classes.forEach(({ weight, now }, j) => {
    near(weight, [3 / 7, 13 / 7][j]!, 1e-14);
    near(now, [0.9 / 3.5, 2.6 / 3.5][j]!, 1e-14);
  });
  near(found.condition, 2.0938363213560542, 1e-12);
  assert.deepEqual([found.largestZ, found.classes[0]?.nowSd], [null, null]);
});

/** Predictions of rows with these shares of three labels, right for seven in ten. */
function predictions(
  rng: Rng,
  n: number,
  shares: readonly number[],
): { confusion: number[][]; predicted: number[] } {
  const confusion = shares.map(() => shares.map(() => 0));
  for (let i = 0; i < n; i++) {
    const u = rng.uniform();
    const label = u < shares[0]! ? 0 : u < shares[0]! + shares[1]! ? 1 : 2;
    const predicted = rng.uniform() < 0.7 ? label : rng.below(3);
    confusion[predicted]![label]! += 1;
  }
  return { confusion, predicted: confusion.map((row) => row.reduce((sum, count) => sum + count, 0)) };
}

test('standard deviations are those of 600 repetitions, and shares that have not moved are not found to', () => {
  const rng = new Rng(4);
  const [before, now] = [
    [0.5, 0.3, 0.2],
    [0.3, 0.3, 0.4],
  ] as const;
  const drawn: number[][] = [[], [], []];
  const told = [0, 0, 0];
  let alarms = 0;
  for (let round = 0; round < 600; round++) {
    const { confusion } = predictions(rng, 800, before);
    const found = labelShift({ confusion, predicted: predictions(rng, 500, now).predicted });
    const still = labelShift({ confusion, predicted: predictions(rng, 500, before).predicted });
    assert.ok(found.status === 'ok' && still.status === 'ok');
    if ((still.largestZ ?? 0) > 2.39) alarms++;
    found.classes.forEach((one, j) => {
      drawn[j]?.push(one.now);
      told[j]! += (one.nowSd ?? 0) / 600;
    });
  }
  drawn.forEach((values, j) => {
    const mean = values.reduce((sum, value) => sum + value / values.length, 0);
    const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2 / values.length, 0));
    near(mean, now[j]!, 0.006);
    near(told[j]!, sd, 0.1 * sd);
  });
  // 2.39 is the border of 5 % over three classes.
  assert.ok(alarms <= 600 * 0.08, String(alarms));
});

test('predictions that do not tell classes apart, or a class that has no rows, are answered with unknown', () => {
  const because = (confusion: number[][], predicted: number[]): string => {
    const found = labelShift({ confusion, predicted });
    assert.ok(found.status === 'unknown', JSON.stringify(found));
    return found.because;
  };
  assert.match(
    because(
      [
        [40, 20],
        [40, 20],
      ],
      [5, 5],
    ),
    /near singular/,
  );
  assert.match(
    because(
      [
        [40, 0],
        [20, 0],
      ],
      [5, 5],
    ),
    /class 1 has no labelled rows/,
  );
  assert.match(because([[1, 2]], [5]), /must be square/);
  assert.match(
    because(
      [
        [1, Number.NaN],
        [1, 2],
      ],
      [5, 5],
    ),
    /without negative entries/,
  );
  assert.match(
    because(
      [
        [0, 0],
        [0, 0],
      ],
      [5, 5],
    ),
    /no rows/,
  );
});

test('whatever the confusion holds, nothing is NaN', () => {
  const entry = fc.oneof(fc.nat(50), fc.constantFrom(0, 1e15, 1e-300, -1, Number.NaN));
  fc.assert(
    fc.property(
      fc.array(fc.array(entry, { minLength: 3, maxLength: 3 }), { minLength: 3, maxLength: 3 }),
      fc.array(entry, { minLength: 3, maxLength: 3 }),
      (confusion, predicted) => {
        const walk = (of: unknown): void => {
          if (typeof of === 'number') assert.ok(Number.isFinite(of), String(of));
          else if (typeof of === 'object' && of !== null) Object.values(of).forEach(walk);
        };
        walk(labelShift({ confusion, predicted }));
      },
    ),
  );
});

/** Values of memory 0.6 about a level. */
function slow(rng: Rng, n: number, level: number): Float64Array {
  let last = rng.normal();
  return Float64Array.from({ length: n }, () => {
    last = 0.6 * last + 0.8 * rng.normal();
    return level + last;
  });
}

test('losses with a memory that have not changed are rarely found to have, and a lost lead is found', () => {
  let [alarms, found] = [0, 0];
  for (let seed = 1; seed <= 300; seed++) {
    const rng = new Rng(seed);
    const reference = slow(rng, 200, -1);
    const still = lossChange({ reference, current: slow(rng, 60, -1) });
    const lost = lossChange({ reference, current: slow(rng, 60, 0.5) });
    assert.ok(still.status === 'ok' && lost.status === 'ok');
    if (still.p <= 0.05) alarms++;
    if (lost.p <= 0.05 && lost.change > 0) found++;
  }
  assert.ok(alarms <= 27, `${alarms} of 300`);
  assert.ok(found >= 250, `${found} of 300`);
});

test('few periods, or ones that depend on each other for too long, are answered with unknown', () => {
  const few = lossChange({ reference: new Array(40).fill(1), current: [1, 2, Number.NaN] });
  assert.ok(few.status === 'unknown');
  assert.deepEqual([few.because, few.dropped], ['2 periods: each side needs 20', 1]);
  const ramp = Array.from({ length: 40 }, (_, t) => t);
  const held = lossChange({ reference: ramp, current: ramp });
  assert.ok(held.status === 'unknown');
  assert.match(held.because, /for too long/);
});

test('constants that are the same have not changed, and ones that differ have', () => {
  const p = (now: number): number => {
    const found = lossChange({ reference: new Array(40).fill(0.1), current: new Array(30).fill(now) });
    return found.status === 'ok' ? found.p : Number.NaN;
  };
  assert.equal(p(0.1), 1);
  assert.ok(p(0.2) < 1e-9);
  fc.assert(
    fc.property(fc.array(fc.double(), { minLength: 20, maxLength: 50 }), (values) => {
      const found = lossChange({ reference: values, current: [...values].reverse() });
      for (const figure of Object.values(found))
        if (typeof figure === 'number') assert.ok(Number.isFinite(figure), JSON.stringify(found));
    }),
  );
});

test("tails of Student's t are those of scipy, and of the closed forms of 1 and 2 degrees of freedom", () => {
  // scipy.stats.t.sf 1.17.1.
  near(studentTail(2.2281388519862753, 10), 0.025, 1e-13);
  near(studentTail(1.5, 4.5), 0.10010954282807676, 1e-12);
  for (const t of [0, 0.3, 1, 8, 300]) {
    near(studentTail(t, 1), 0.5 - Math.atan(t) / Math.PI, 1e-13);
    near(studentTail(-t, 2), 0.5 + t / (2 * Math.sqrt(2 + t * t)), 1e-13);
  }
});

test('eigenvectors of a symmetric matrix put it together again', () => {
  const rng = new Rng(1);
  const width = 7;
  const matrix = new Float64Array(width * width);
  for (let i = 0; i < width; i++)
    for (let j = 0; j <= i; j++) matrix[i * width + j] = matrix[j * width + i] = rng.normal();
  const { values, vectors } = symmetricEigen(matrix, width);
  for (let i = 0; i < width; i++)
    for (let j = 0; j < width; j++) {
      let sum = 0;
      for (let k = 0; k < width; k++) sum += values[k]! * vectors[k * width + i]! * vectors[k * width + j]!;
      near(sum, matrix[i * width + j]!, 1e-12);
    }
  assert.deepEqual(
    Array.from(values).sort((a, b) => b - a),
    Array.from(values),
  );
});
