// Kinds of drift where the kind and the beginning are known (`npm run sim -- drift-kinds` counts over hundreds of streams).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Rng } from '../../../core/index.ts';
import { fingerprintDistance, fingerprintOf, isSameConcept } from './fingerprint.ts';
import { type KindOfDrift, type KindOptions, kindOfDrift } from './kind-of-drift.ts';

/** 600 values of deviation 1 about a level. */
function told(level: (t: number, rng: Rng) => number, options: KindOptions = {}, seed = 1): KindOfDrift {
  const rng = new Rng(seed);
  const values = Array.from({ length: 600 }, (_, t) => rng.normal() + level(t, rng));
  return kindOfDrift(values, options);
}

function isNear(found: KindOfDrift, began: number, within: number): void {
  assert.ok(found.began !== null && Math.abs(found.began - began) <= within, JSON.stringify(found));
  const [from, to] = found.beganBetween ?? [0, 0];
  assert.ok(from <= found.began && found.began <= to, JSON.stringify(found.beganBetween));
}

test('a step is sudden, and its first value and size are found', () => {
  const found = told((t) => (t < 300 ? 0 : 3));
  assert.equal(found.kind, 'sudden');
  isNear(found, 300, 2);
  assert.ok(Math.abs((found.effectSd ?? 0) - 3) < 0.2, String(found.effectSd));
  assert.ok(Math.abs((found.before ?? 9) - 0) < 0.2 && Math.abs((found.after ?? 9) - 3) < 0.2);
});

test('a level that ramps is incremental; its end is told where it has ended, and only there', () => {
  const over = told((t) => 3 * Math.min(1, Math.max(0, (t - 200) / 200)));
  assert.equal(over.kind, 'incremental');
  isNear(over, 200, 40);
  assert.ok(over.ended !== null && Math.abs(over.ended - 400) < 40, String(over.ended));
  const on = told((t) => 6 * Math.max(0, (t - 300) / 600));
  assert.equal(on.kind, 'incremental');
  assert.equal(on.ended, null);
});

test('a mixture of which the share of the new grows is gradual', () => {
  const found = told((t, rng) => (rng.uniform() < (t - 200) / 200 ? 3 : 0));
  assert.equal(found.kind, 'gradual');
  isNear(found, 200, 60);
});

test('what was there before and comes again is recurring, with the stretch that it is like', () => {
  const found = told((t) => (t >= 200 && t < 400 ? 3 : 0));
  assert.equal(found.kind, 'recurring');
  isNear(found, 400, 3);
  assert.deepEqual([found.concept?.from, found.concept?.since], ['stream', 0]);
});

test('a step to a concept known from before this stream is recurring, and to an unknown one is not', () => {
  const rng = new Rng(9);
  const concept = (level: number) => {
    const print = fingerprintOf(Array.from({ length: 400 }, () => level + rng.normal()));
    assert.ok(print);
    return print;
  };
  const concepts = [concept(-4), concept(3)];
  const found = told((t) => (t < 300 ? 0 : 3), { concepts });
  assert.deepEqual([found.kind, found.concept?.from, found.concept?.index], ['recurring', 'concepts', 1]);
  assert.equal(told((t) => (t < 300 ? 0 : 6), { concepts }).kind, 'sudden');
});

test('a level that stays is none, with a memory and with outliers too', () => {
  assert.equal(told(() => 0).kind, 'none');
  assert.equal(told((t) => (t % 97 === 0 ? 1e6 : 0)).kind, 'none');
  const rng = new Rng(4);
  let last = 0;
  const slow = Array.from({ length: 800 }, () => {
    last = 0.7 * last + rng.normal();
    return last;
  });
  assert.equal(kindOfDrift(slow).kind, 'none');
  assert.equal(kindOfDrift(new Array(100).fill(7)).kind, 'none');
});

test('a change that little speaks for is unknown, and begins nowhere', () => {
  const rng = new Rng(2);
  const found = kindOfDrift(Array.from({ length: 120 }, (_, t) => rng.normal() + (t < 60 ? 0 : 0.6)));
  assert.deepEqual(
    [found.kind, found.reason, found.began],
    ['unknown', 'too little says that anything has changed', null],
  );
});

test('few values are unknown, with how many a kind needs', () => {
  const found = kindOfDrift([1, 2, 3]);
  assert.deepEqual([found.kind, found.reason], ['unknown', '3 values: a kind needs 40']);
});

test('a constant that becomes another is sudden; holes keep the indices of what was given', () => {
  const values = Array.from({ length: 200 }, (_, t) => (t % 2 === 0 ? Number.NaN : t < 100 ? 5 : 6));
  const found = kindOfDrift(values);
  assert.equal(found.kind, 'sudden');
  assert.equal(found.began, 101);
});

test('the kind, the beginning and the size of the effect are those of the same values in another unit', () => {
  for (const factor of [1e-9, 250, -1]) {
    const rng = new Rng(3);
    const values = Array.from({ length: 400 }, (_, t) => rng.normal() + (t < 150 ? 0 : 2));
    const [one, other] = [kindOfDrift(values), kindOfDrift(values.map((value) => factor * value))];
    assert.deepEqual([other.kind, other.began], [one.kind, one.began]);
    assert.ok(Math.abs((other.effectSd ?? 0) - Math.sign(factor) * (one.effectSd ?? 0)) < 1e-4);
  }
});

test('whatever comes, there is no throw and no NaN', () => {
  const value = fc.oneof(
    fc.double(),
    fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, 1.7e308, -1.7e308, 5e-324, 1),
  );
  const finite = (of: unknown): void => {
    if (typeof of === 'number') assert.ok(Number.isFinite(of), String(of));
    else if (typeof of === 'object' && of !== null) Object.values(of).forEach(finite);
  };
  fc.assert(
    fc.property(fc.array(value, { minLength: 0, maxLength: 120 }), (values) => {
      finite(kindOfDrift(values));
      finite(kindOfDrift([...values, ...values, ...values]));
    }),
    { numRuns: 60 },
  );
  finite(kindOfDrift(Array.from({ length: 200 }, (_, t) => (t < 100 ? 1e308 : -1e308))));
  finite(kindOfDrift(Array.from({ length: 200 }, (_, t) => (t % 3 === 0 ? 1 : 5e-324 * t))));
});

test('a fingerprint is a distance in standard deviations, and few values leave more open', () => {
  const rng = new Rng(2);
  const of = (n: number, level: number) => {
    const print = fingerprintOf(Array.from({ length: n }, () => level + rng.normal()));
    assert.ok(print);
    return print;
  };
  assert.ok(Math.abs(fingerprintDistance(of(20_000, 0), of(20_000, 1)) - 1) < 0.05);
  assert.ok(!isSameConcept(of(2_000, 0), of(2_000, 0.5), 0.25));
  const same = Array.from({ length: 200 }, () => isSameConcept(of(30, 0), of(30, 0.2), 0.25));
  assert.ok(same.filter(Boolean).length >= 180, String(same.filter(Boolean).length));
  assert.equal(fingerprintOf([1, 2, Number.NaN]), null);
});
