import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HttpWorld } from '../../../../test/fixtures/http-world.ts';
import type { Project } from '../../../core/index.ts';
import { standingOf } from '../../../services/learning/index.ts';
import type { MoneyAtRisk, ProjectStanding } from '../../client/index.ts';
import { type Outcome, runCommand } from '../testing.ts';

let world: HttpWorld;
before(async () => {
  world = await HttpWorld.open();
  await world.promote(await world.train({ a: [5, 6, 7] }));
});
after(() => world.close());

function run(...args: string[]): Promise<Outcome> {
  const { serving, series, store, clock } = world;
  const config = JSON.stringify({ projects: { shop: { retrainEveryPeriods: 7, horizonSteps: 4 } } });
  return runCommand(['maturity', ...args], {
    config,
    services: { serving, series, standing: (project: Project) => standingOf(store, clock, project) },
  });
}

test('maturity says the level, each step and what is next, and where money at risk cannot be known', async () => {
  const { code, out, err } = await run();
  assert.equal(code, 0, err);
  assert.match(out, /^shop: level 2, by itself$/m);
  assert.match(out, /✓ 2 by itself: .*\n {2}· 3 on evidence: name an event in `retrainOn`/);
  assert.match(out, /next step +name an event in `retrainOn`/);
  assert.match(out, /money at risk +unknown: no price column/);
});

test('maturity --json is what HTTP answers', async () => {
  const { standing, risk } = splitOf(JSON.parse((await run('--json')).out));
  const of = async (part: string) => (await world.app.inject(`/v1/projects/shop/${part}`)).json<object>();
  assert.deepEqual(standing.againstLastReason, ((await of('standing')) as ProjectStanding).againstLastReason);
  assert.deepEqual(risk, await of('risk'));
});

function splitOf(all: ProjectStanding & { risk: MoneyAtRisk }): {
  standing: ProjectStanding;
  risk: MoneyAtRisk;
} {
  const { risk, ...standing } = all;
  return { standing, risk };
}
