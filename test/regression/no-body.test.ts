// A request without a body, however it says so, is answered by every route that takes one: never by an internal error.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HttpWorld } from '../fixtures/http-world.ts';

let world: HttpWorld;
before(async () => {
  world = await HttpWorld.open();
});
after(() => world.close());

/** What each route answers without a body; it must be the same for all ways to send none. */
const routes: Readonly<Record<string, number>> = {
  observations: 400,
  attributes: 400,
  forecast: 409,
  'forecast-files': 202,
  train: 202,
  rollback: 409,
};
const ways = {
  'no content type': {},
  JSON: { headers: { 'content-type': 'application/json' }, payload: '' },
  NDJSON: { headers: { 'content-type': 'application/x-ndjson' }, payload: '' },
  CSV: { headers: { 'content-type': 'text/csv' }, payload: '' },
};

for (const [route, status] of Object.entries(routes))
  test(`${route} without a body is ${status}`, async () => {
    for (const [way, sent] of Object.entries(ways)) {
      const answer = await world.app.inject({ method: 'POST', url: `/v1/projects/shop/${route}`, ...sent });
      assert.equal(answer.statusCode, status, `${way}: ${answer.body}`);
    }
  });
