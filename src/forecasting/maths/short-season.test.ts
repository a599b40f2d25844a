import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';
import { Rng } from '../../core/index.ts';
import { shrunkIndices } from './short-season.ts';

/** Demand of a smooth season, and noise as a share of it. */
function seasonal(
  n: number,
  m: number,
  of: { amplitude: number; noise: number; seed: number },
): Float64Array {
  const rng = new Rng(of.seed);
  return Float64Array.from(
    { length: n },
    (_, t) => 100 * (1 + of.amplitude * Math.sin((2 * Math.PI * t) / m)) * (1 + of.noise * rng.normal()),
  );
}

const deviation = (indices: Float64Array, truth: (phase: number) => number): number =>
  Math.sqrt(indices.reduce((sum, index, phase) => sum + (index - truth(phase)) ** 2, 0) / indices.length);

test('a clear season of one and a half cycles is found nearly whole', () => {
  for (const [n, m] of [
    [18, 12],
    [24, 12],
    [11, 7],
    [36, 24],
    [80, 52],
  ] as const) {
    const truth = (phase: number): number => 1 + 0.5 * Math.sin((2 * Math.PI * phase) / m);
    const indices = shrunkIndices(
      seasonal(n, m, { amplitude: 0.5, noise: 0.03, seed: n }),
      m,
      'multiplicative',
    );
    assert.ok(indices !== undefined, `${n} of ${m}`);
    assert.ok(deviation(indices, truth) < 0.07, `${n} of ${m}: ${deviation(indices, truth)}`);
  }
});

test('chance is hardly believed: what is left of it is a fraction of what raw means show', () => {
  let shrunk = 0;
  let raw = 0;
  for (let seed = 1; seed <= 200; seed++) {
    const values = seasonal(24, 12, { amplitude: 0, noise: 0.2, seed });
    const indices = shrunkIndices(values, 12, 'multiplicative');
    if (indices !== undefined) shrunk += deviation(indices, () => 1) ** 2;
    const means = Float64Array.from({ length: 12 }, (_, i) => (values[i]! + values[i + 12]!) / 200);
    raw += deviation(means, () => 1) ** 2;
  }
  assert.ok(shrunk < 0.2 * raw, `${shrunk} of ${raw}`);
});

test('growth is no season', () => {
  const values = Float64Array.from({ length: 30 }, (_, t) => 100 * 1.03 ** t);
  const indices = shrunkIndices(values, 12, 'multiplicative');
  assert.ok(indices === undefined || deviation(indices, () => 1) < 1e-6);
});

test('fewer than four values a cycle apart, or a quarter of a cycle, say nothing', () => {
  assert.equal(
    shrunkIndices(seasonal(15, 12, { amplitude: 0.5, noise: 0, seed: 1 }), 12, 'additive'),
    undefined,
  );
  assert.equal(
    shrunkIndices(seasonal(60, 52, { amplitude: 0.5, noise: 0, seed: 1 }), 52, 'additive'),
    undefined,
  );
  assert.equal(shrunkIndices(new Float64Array(40), 1, 'additive'), undefined);
});

test('indices have mean 1 or 0, follow the scale of demand, and are finite', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 26 }),
      fc.integer({ min: 1, max: 80 }),
      fc.double({ min: 0, max: 0.9, noNaN: true }),
      fc.double({ min: 0.01, max: 0.2, noNaN: true }),
      fc.integer({ min: 1, max: 1000 }),
      (m, more, amplitude, noise, seed) => {
        const values = seasonal(m + more, m, { amplitude, noise, seed }).map((y) => Math.max(0.5, y));
        for (const kind of ['multiplicative', 'additive'] as const) {
          const indices = shrunkIndices(values, m, kind);
          const scaled = shrunkIndices(
            values.map((y) => 8 * y),
            m,
            kind,
          );
          assert.equal(indices === undefined, scaled === undefined);
          if (indices === undefined || scaled === undefined) continue;
          const mean = indices.reduce((a, b) => a + b, 0) / m;
          assert.ok(Math.abs(mean - (kind === 'additive' ? 0 : 1)) < 1e-9);
          for (let i = 0; i < m; i++) {
            const expected = kind === 'additive' ? 8 * indices[i]! : indices[i]!;
            assert.ok(Math.abs(scaled[i]! - expected) < 1e-6 * (1 + Math.abs(expected)));
          }
        }
      },
    ),
  );
});
