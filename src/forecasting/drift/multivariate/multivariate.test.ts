// Several columns together: what single columns do not show, and false alarms where nothing has changed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from '../../../core/index.ts';
import { centroidDistance } from './centroid.ts';
import { domainClassifier, separation } from './domain-classifier.ts';
import { mmd } from './mmd.ts';
import { reconstruction } from './reconstruction.ts';
import { tableRows } from './table-rows.ts';

/** Two columns that go together by `together`, and one beside them. */
function rows(rng: Rng, n: number, together: number): number[][] {
  return Array.from({ length: n }, () => {
    const a = rng.normal();
    return [a, together * a + Math.sqrt(1 - together * together) * rng.normal(), rng.normal()];
  });
}

test('a domain classifier finds columns that no longer go together, and says which', () => {
  const rng = new Rng(1);
  const found = domainClassifier(rows(rng, 600, 0.8), rows(rng, 300, -0.2));
  assert.ok(found.status === 'ok');
  assert.ok(found.auc > 0.7 && found.p === 1 / 200, JSON.stringify(found));
  const [a = 0, b = 0, c = 1] = found.importance ?? [];
  assert.ok(a + b > 0.9 && Math.abs(a + b + c - 1) < 1e-9, String(found.importance));
});

test('where nothing has changed, p is below 5 % as often as it should be', () => {
  const alarms = { classifier: 0, mmd: 0, reconstruction: 0 };
  for (let seed = 1; seed <= 40; seed++) {
    const rng = new Rng(seed);
    const [before, now] = [rows(rng, 80, 0.5), rows(rng, 40, 0.5)];
    const [one, two, three] = [domainClassifier(before, now), mmd(before, now), reconstruction(before, now)];
    if (one.status === 'ok' && one.p <= 0.05) alarms.classifier++;
    if (two.status === 'ok' && two.p <= 0.05) alarms.mmd++;
    if (three.status === 'ok' && three.p <= 0.05) alarms.reconstruction++;
  }
  for (const count of Object.values(alarms)) assert.ok(count <= 7, JSON.stringify(alarms));
});

test('rows that depend on each other are moved around the ring, and alarm no more often', () => {
  let [ring, exchanged] = [0, 0];
  for (let seed = 1; seed <= 25; seed++) {
    const rng = new Rng(seed);
    let last = [0, 0];
    const slow = Array.from({ length: 260 }, () => {
      last = last.map((value) => 0.9 * value + Math.sqrt(0.19) * rng.normal());
      return last;
    });
    const sides = [slow.slice(0, 200), slow.slice(200)] as const;
    const [ordered, not] = [domainClassifier(...sides, { isOrdered: true }), domainClassifier(...sides)];
    if (ordered.status === 'ok' && ordered.p <= 0.05) ring++;
    if (not.status === 'ok' && not.p <= 0.05) exchanged++;
  }
  assert.ok(ring <= 5, String(ring));
  assert.ok(exchanged >= 9, String(exchanged));
});

test('embeddings wider than are held are laid onto random directions, and a shift is still found', () => {
  const rng = new Rng(2);
  const wide = (n: number, shift: number) =>
    Array.from({ length: n }, () => Float64Array.from({ length: 384 }, () => rng.normal() + shift));
  const found = domainClassifier(wide(300, 0), wide(150, 0.15));
  assert.ok(found.status === 'ok');
  assert.ok(found.p <= 0.01 && found.importance === null, JSON.stringify(found));
});

test('rows that leave the directions of the reference are further from them', () => {
  const rng = new Rng(3);
  const flat = (n: number, away: number) =>
    Array.from({ length: n }, () => {
      const [a, b] = [rng.normal(), rng.normal()];
      return [a, b, a + b + away * rng.normal(), a - b + away * rng.normal()];
    });
  const found = reconstruction(flat(200, 0.05), flat(100, 1));
  assert.ok(found.status === 'ok');
  assert.ok(found.now > 3 * found.before && found.p < 1e-6, JSON.stringify(found));
});

test('the middles of two samples by their angle', () => {
  assert.equal(centroidDistance([[1, 0]], [[0, 2]]), 1);
  assert.equal(centroidDistance([[1, 1]], [[-3, -3]]), 2);
  assert.equal(centroidDistance([[0, 0]], [[1, 1]]), null);
});

test('scores of a classifier of one’s own: share of pairs in order, and p', () => {
  // scipy.stats.mannwhitneyu([.3, .9, .1], [.2, .3], alternative='greater').
  assert.deepEqual(separation([0.2, 0.3], [0.3, 0.9, 0.1]), { auc: 0.5833333333333333, p: 0.5 });
  assert.equal(separation([Number.NaN], [1]), null);
});

test('a table of numbers and levels as rows: an entry a number, one a frequent level', () => {
  const found = tableRows([
    { name: 'x', kind: 'number', reference: [1, 2], current: [3] },
    { name: 'shop', kind: 'category', reference: ['a', null], current: ['b'] },
  ]);
  assert.deepEqual(found?.names, ['x', 'shop = a', 'shop = b']);
  assert.deepEqual(
    found?.reference.map((row) => Array.from(row)),
    [
      [1, 1, 0],
      [2, 0, 0],
    ],
  );
  assert.deepEqual(Array.from(found?.current[0] ?? []), [3, 0, 1]);
  const counts = new Map([['a', 2]]);
  assert.equal(tableRows([{ name: 'shop', kind: 'category', reference: counts, current: counts }]), null);
  assert.equal(
    tableRows([
      { name: 'x', kind: 'number', reference: [1, 2], current: [3] },
      { name: 'y', kind: 'number', reference: [1], current: [3] },
    ]),
    null,
  );
});
