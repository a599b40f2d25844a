import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Rng } from '../../core/index.ts';
import { closedPhases, isInClosedPhase, openHistory, packPhases } from './closed-phases.ts';

const days = (count: number, of: (day: number) => number): Float64Array =>
  Float64Array.from({ length: count }, (_, t) => of(t));
const weekdaysOnly = (rng: Rng) => (t: number) => (t % 7 < 5 ? rng.poisson(20) : 0);

test('weekends without demand are closed, whenever they began', () => {
  const rng = new Rng(1);
  assert.deepEqual([...(closedPhases(days(200, weekdaysOnly(rng)), 7) ?? [])], [0, 0, 0, 0, 0, 1, 1]);
  const once = days(200, (t) => (t % 7 < 5 || t < 100 ? rng.poisson(20) : 0));
  assert.deepEqual([...(closedPhases(once, 7) ?? [])], [0, 0, 0, 0, 0, 1, 1]);
  assert.equal(
    closedPhases(
      days(200, () => rng.poisson(20)),
      7,
    ),
    undefined,
  );
});

test('an open Saturday now and then is not closed, nor is one that opened of late', () => {
  const rng = new Rng(2);
  const some = days(300, (t) => (t % 7 === 6 || (t % 7 === 5 && t % 5 > 0) ? 0 : 5 + rng.below(9)));
  assert.deepEqual([...(closedPhases(some, 7) ?? [])], [0, 0, 0, 0, 0, 0, 1]);
  const lately = days(200, (t) => (t % 7 < 5 || t > 190 ? 9 : 0));
  assert.equal(closedPhases(lately, 7)?.[5] ?? 0, 0);
});

test('rare demand that missed a weekday so far is no closed day; nor is an end one', () => {
  const rng = new Rng(3);
  for (let trial = 0; trial < 200; trial++) {
    const share = 0.05 + 0.4 * rng.uniform();
    assert.equal(
      closedPhases(
        days(400, () => (rng.uniform() < share ? 2 : 0)),
        7,
      ),
      undefined,
    );
    const end = 200 + rng.below(80);
    assert.equal(
      closedPhases(
        days(300, (t) => (t < end ? 1 + rng.below(5) : 0)),
        7,
      ),
      undefined,
    );
  }
});

test('closed hours of a day are found, and the open history leaves them out', () => {
  const history = days(24 * 30, (t) => (t % 24 >= 8 && t % 24 < 20 ? 3 : 0));
  assert.equal(
    closedPhases(history, 24)?.reduce((sum, one) => sum + one, 0),
    12,
  );
  assert.ok(openHistory(history, 24).every((value) => value === 3 || Number.isNaN(value)));
});

test('stored phases go by the period, whatever the season', () => {
  for (const season of [7, 24, 168]) {
    const rng = new Rng(season);
    const closed = Uint8Array.from({ length: season }, () => rng.below(2));
    for (const start of [-5, 0, 19_000]) {
      const words = packPhases(closed, start);
      for (let t = 0; t < 3 * season; t++)
        assert.equal(isInClosedPhase(words, season, start + t), closed[t % season] === 1);
    }
  }
});
