import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HttpWorld } from '../../../test/fixtures/http-world.ts';
import { projectLike } from '../../../test/fixtures/project.ts';
import { shownStanding, standingOf } from './standing.ts';

let world: HttpWorld;
before(async () => {
  world = await HttpWorld.open();
});
after(() => world.close());

const of = async (change: Parameters<typeof projectLike>[0] = {}) =>
  shownStanding(await standingOf(world.store, world.clock, projectLike({ name: 'shop', ...change })));

test('before the first training everything is unknown with its reason, and the level is 0', async () => {
  const standing = await of({ retrainEveryPeriods: 7 });
  assert.equal(standing.serving, null);
  assert.equal(standing.lastTraining, null);
  assert.equal(standing.againstLast, null);
  assert.match(standing.againstLastReason ?? '', /no version serves yet/);
  assert.equal(standing.maturity.level, 0);
  assert.deepEqual(standing.next, {
    at: null,
    waits: [{ trigger: 'periods', due: false, reason: 'no period is closed yet' }],
  });
});

test('what serves is compared with the champion before it, by what its gate recorded', async () => {
  const first = await world.train({ a: [5, 6, 7] });
  await world.promote(first);
  const second = await world.train({ a: [5, 6, 7] });
  const figures = { loss: 1, rmsse: null, bias: 0 };
  await world.store.setVersionGate(second.id, {
    passed: true,
    against: 'champion',
    againstVersionId: first.id,
    folds: 12,
    challenger: { ...figures, wape: 0.2 },
    opponent: { ...figures, wape: 0.25 },
  });
  await world.promote(second);
  const { serving, againstLast, againstLastReason, maturity } = await of({ retrainEveryPeriods: 0 });
  assert.deepEqual(
    [serving?.version, serving?.before, Date.parse(serving?.since ?? '') <= world.clock.now()],
    [second.number, first.number, true],
  );
  assert.notEqual(serving?.reason, '');
  assert.deepEqual(againstLast, { version: first.number, folds: 12, wape: 0.2, wapeBefore: 0.25 });
  assert.equal(againstLastReason, null);
  assert.deepEqual([maturity.level, maturity.name], [1, 'by hand']);
});

test('a schedule says when the next training is', async () => {
  const { next, maturity } = await of({ retrainEveryPeriods: 0, retrainSchedule: '0 6 * * 1' });
  assert.match(next.at ?? '', /T06:00:00\.000Z$/);
  assert.ok(Date.parse(next.at ?? '') > world.clock.now());
  assert.equal(maturity.level, 2);
});

test('HTTP answers the same, with the money at risk beside it', async () => {
  const standing = await world.app.inject('/v1/projects/shop/standing');
  assert.equal(standing.statusCode, 200, standing.body);
  assert.equal(standing.json<ReturnType<typeof shownStanding>>().againstLast?.folds, 12);
  const risk = await world.app.inject('/v1/projects/shop/risk');
  assert.equal(risk.statusCode, 200, risk.body);
  assert.equal(risk.json<{ amount: number | null }>().amount, null);
});
