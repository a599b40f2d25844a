import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HttpWorld } from '../../../../test/fixtures/http-world.ts';
import type { Alert, AlertList } from '../../client/index.ts';
import { type Outcome, runCommand } from '../testing.ts';

const hostile = `\u001B[31m<b>${'long '.repeat(20)}</b>\u202E`;
let world: HttpWorld;

before(async () => {
  world = await HttpWorld.open();
  const rule = {
    name: 'stale',
    looksAt: 'state' as const,
    find: async () => [
      {
        rule: 'stale',
        subject: hostile,
        holds: true,
        severity: 'critical' as const,
        owner: null,
        runbook: null,
        page: 'data',
        summary: hostile,
        evidence: { metric: 'x', value: 3, threshold: 1, n: 12, labelCoverage: 0.5, window: null },
      },
    ],
  };
  await world.alerts.take(rule, { project: world.project } as never);
});
after(() => world.close());

function run(...args: string[]): Promise<Outcome> {
  return runCommand(['alerts', ...args], {
    config: '{"projects":{"shop":{}}}',
    services: { alerts: world.alerts },
  });
}

test('alerts are listed, shown, acknowledged, silenced and resolved, in tables that obey nothing', async () => {
  const list = await run();
  assert.equal(list.code, 0, list.err);
  assert.match(list.out, /firing +critical +stale/);
  assert.ok(!list.out.includes('\u001B') && !list.out.includes('\u202E'), list.out);
  const { items } = JSON.parse((await run('list', '--json')).out) as AlertList;
  const { id } = items[0] as Alert;
  const shown = await run('show', id);
  assert.match(shown.out, /evidence +x 3, bound 1, n 12/);
  assert.match(shown.out, /labels come +50\.0 %/);
  const done = async (...args: string[]): Promise<Alert> => {
    const { code, out, err } = await run(...args, '--json');
    assert.equal(code, 0, err);
    return JSON.parse(out) as Alert;
  };
  const seen = await done('ack', id, '--reason', 'asked');
  assert.deepEqual([seen.state, seen.acknowledged?.reason], ['acknowledged', 'asked']);
  assert.match(seen.acknowledged?.by ?? '', /^cli /);
  assert.equal((await done('silence', id, '--minutes', '5')).state, 'silenced');
  assert.equal((await done('unsilence', id)).state, 'acknowledged');
  assert.equal((await done('resolve', id)).state, 'resolved');
  assert.match((await run()).out, /no alert/);
  assert.equal((JSON.parse((await run('--state', 'all', '--json')).out) as AlertList).items.length, 1);
});

test('what is missing or wrong is said', async () => {
  for (const [args, code, message] of [
    [['--state', 'loud'], 2, /--state is firing/],
    [['show', 'alr_none'], 1, /no alert alr_none/],
    [['silence', 'alr_none'], 1, /a silence has an end/],
  ] as const) {
    const outcome = await run(...args);
    assert.equal(outcome.code, code, outcome.err);
    assert.match(outcome.err, message);
  }
});
