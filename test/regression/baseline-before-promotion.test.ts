// With a history, but no version promoted (the gate refused the first), `forecast` said that the history was being read, and never
// answered: nobody waited for it. The baseline answers, as it does in a server, and it is said why.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Outcome, runCommand } from '../../src/interfaces/cli/testing.ts';
import { World } from '../fixtures/serving-world.ts';

const reason = 'loss 2.0000 against 1.0000 of seasonal-naive on 3 folds';

function run(argv: readonly string[], world: World, versions: readonly object[]): Promise<Outcome> {
  return runCommand(argv, {
    config: '{"projects":{"shop":{}}}',
    files: { 'stock.csv': 'series,onHand\na,0\n' },
    services: { serving: world.serving, registry: { list: async () => versions } },
  });
}

async function worldWithRows(): Promise<World> {
  const world = new World();
  await world.ingest(['a', 10, 3], ['a', 11, 4], ['b', 11, 5]);
  return world;
}

test('a version that the gate refused leaves the baseline to answer, and says why', async () => {
  const refused = [{ number: 1, refusal: null, gate: { passed: false, reason } }];
  const { code, out, err } = await run(['forecast', '--series', 'a'], await worldWithRows(), refused);
  assert.equal(code, 0, err);
  assert.match(
    out,
    /shop by the baseline \(no version is the champion, and version 1, the newest, was not pro/,
  );
  assert.match(
    out,
    /was not promoted: loss 2\.0000 against 1\.0000 of seasonal-naive on 3 folds\), from data/,
  );
  assert.match(out, /baseline/);
});

test('so does nothing trained at all, and orders come from it', async () => {
  const { code, out, err } = await run(['forecast'], await worldWithRows(), []);
  assert.equal(code, 0, err);
  assert.match(out, /by the baseline \(nothing is trained yet\)/);
  const terms = ['--lead-time', '1', '--review', '1'];
  const orders = await run(['replenish', 'stock.csv', ...terms], await worldWithRows(), []);
  assert.equal(orders.code, 0, orders.err);
  assert.match(orders.out, /order \d+ units of 1 of 1 series/);
});

test('without any history that is what it says', async () => {
  const { code, err } = await run(['forecast'], new World(), []);
  assert.equal(code, 1);
  assert.match(err, /cannot forecast yet: it has no champion and no recent rows: send history/);
});
