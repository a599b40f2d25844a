import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HttpWorld } from '../../../../test/fixtures/http-world.ts';
import { type Outcome, runCommand } from '../testing.ts';

let world: HttpWorld;
before(async () => {
  world = await HttpWorld.open();
});
after(() => world.close());

function run(...args: string[]): Promise<Outcome> {
  const { registry } = world;
  const config = JSON.stringify({ projects: { shop: { horizonSteps: 4 } } });
  return runCommand(['models', 'gates', ...args], { config, services: { registry } });
}

const checks = [
  { gate: 'artifact', verdict: 'passed', reason: 'its bytes load', value: null, bound: null },
  {
    gate: 'slices',
    verdict: 'failed',
    reason: 'on store = s1 its loss is 1.4 times',
    value: 1.4,
    bound: 1.1,
  },
];

test('models gates says what each found, of the newest version or the one named', async () => {
  assert.match((await run()).err, /has no version: run `almanac train`/);
  const first = await world.train({ a: [5, 6, 7] });
  assert.match((await run('1')).out, /version 1 has been at no gate/);
  await world.registry.setGate(first.id, { passed: false, reason: 'slices: on store = s1', checks });
  const { code, out, err } = await run();
  assert.equal(code, 0, err);
  assert.match(out, /version 1: refused\nslices: on store = s1\n/);
  assert.match(out, /slices +failed +on store = s1 its loss is 1.4 times/);
  assert.deepEqual(JSON.parse((await run('--json')).out).gate.checks, checks);
  assert.equal((await run('9')).code, 1);
});
