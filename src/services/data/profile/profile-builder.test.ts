import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { even, profileOf as profiled } from '../../../../test/fixtures/data-profile.ts';

const profileOf: (...given: Parameters<typeof profiled>) => ReturnType<typeof profiled>['profile'] = (
  histories,
) => profiled(histories).profile;

test('a profile counts demand, classes and who has most of it', () => {
  const profile = profileOf({ a: even(100), b: even(10), c: even(1) });
  assert.equal(profile.series, 3);
  assert.deepEqual([profile.first, profile.last], ['2022-01-08', '2022-03-08']);
  assert.equal(profile.demand, 60 * 111 + 3 * 60);
  assert.deepEqual(
    profile.classes.map(({ series }) => series),
    [3, 0, 0, 0],
  );
  assert.equal(profile.concentration.seriesForHalf, 1);
  assert.equal(profile.concentration.curve.at(-1), 1);
  assert.deepEqual(
    profile.suspicious.map(({ kind, examples }) => [kind, examples]),
    [['dominant', [{ seriesId: 'a', reason: 'has 89 % of all demand' }]]],
  );
  assert.equal(profile.newest?.state, 'usual');
  assert.equal(profile.sampleRule, 'all 3 series');
  assert.equal(profile.timeline.points.length, 60);
});

test('suspicious series come with what was seen, and a picture that marks where', () => {
  const slip = even(20);
  slip[30] = 5000;
  const { suspicious, suspects, pictures } = profileOf({ slip, gone: even(7, 20), calm: even(30) });
  assert.deepEqual(
    suspicious.map(({ kind, examples: [first] }) => `${kind} ${first?.seriesId}: ${first?.reason}`),
    [
      'outlier slip: 5,000 in 2022-02-07, where 21 is usual',
      'ended gone: none since 2022-01-27, for 40 days',
      'dominant slip: has 76 % of all demand',
    ],
  );
  assert.equal(suspects, 2);
  const [first] = pictures;
  assert.deepEqual([first?.seriesId, first?.because, first?.mark], ['slip', 'outlier', 30]);
});

test('of very many series a few are pictured, the same ones every time, and the rule is said', () => {
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`item ${i}`, even(5 + i, 20)]));
  const profile = profileOf(many);
  assert.ok(profile.pictures.length <= 24, `${profile.pictures.length}`);
  assert.match(profile.sampleRule, /^2\d of 300 series: .* drawn by a hash of their ids/);
  assert.deepEqual(profileOf(many), profile);
  assert.equal(profile.pictures.filter(({ because }) => because === 'largest').length, 12);
});

test('nothing at all has a profile too', () => {
  const profile = profileOf({});
  assert.deepEqual(
    [profile.series, profile.first, profile.newest, profile.suspicious, profile.pictures],
    [0, null, null, [], []],
  );
});

test('whatever the histories, the profile adds up and can be written as JSON', () => {
  const value = fc.oneof(
    fc.integer({ min: -5, max: 200 }),
    fc.constant(0),
    fc.constant(null),
    fc.constant(Number.NaN),
  );
  fc.assert(
    fc.property(fc.array(fc.array(value, { maxLength: 120 }), { maxLength: 12 }), (lists) => {
      const histories = Object.fromEntries(
        lists.filter((list) => list.some((y) => y !== null)).map((list, i) => [`s${i}`, list]),
      );
      const profile = profileOf(histories);
      assert.deepEqual(JSON.parse(JSON.stringify(profile)), profile, 'no NaN, no infinity');
      assert.equal(profile.series, Object.keys(histories).length);
      const counted = profile.classes.reduce((sum, { series }) => sum + series, 0);
      assert.equal(counted, profile.series);
      const known = Object.values(histories)
        .flat()
        .reduce((sum: number, y) => sum + (y === null || Number.isNaN(y) ? 0 : y), 0);
      assert.equal(profile.demand, known);
      const { curve } = profile.concentration;
      assert.ok(curve.every((share, i) => i === 0 || share >= (curve[i - 1] as number) - 1e-12));
      assert.ok(profile.suspects <= profile.series);
    }),
  );
});
