import assert from 'node:assert/strict';
import { test } from 'node:test';
import { projectLike } from '../../../test/fixtures/project.ts';
import { foldedPositions, foldedRequest } from './folded-request.ts';

const shop = projectLike({ keys: 'fold' });

test('whichever spelling is asked for, its one series answers', () => {
  assert.deepEqual(
    foldedRequest(shop, { series: ['A-17 '], future: { 'A-17': { Price: [1] } }, horizon: 2 }),
    {
      series: ['a-17'],
      future: { 'a-17': { Price: [1] } },
      horizon: 2,
    },
  );
  assert.deepEqual(foldedRequest(shop, { future: { Price: [1] } }), { future: { Price: [1] } });
  assert.deepEqual(foldedPositions(shop, { positions: [{ series: 'B', onHand: 1 }] }).positions, [
    { series: 'b', onHand: 1 },
  ]);
});

test('a project that does not fold is asked as it stands', () => {
  const request = { series: ['A-17 '] };
  assert.equal(foldedRequest(projectLike({}), request), request);
});
