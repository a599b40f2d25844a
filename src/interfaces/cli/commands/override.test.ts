import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HttpWorld } from '../../../../test/fixtures/http-world.ts';
import type { OverrideList, OverridesSet, OverrideValue } from '../../client/index.ts';
import { type Outcome, runCommand } from '../testing.ts';

const hostile = `\u001B[31m<b>${'long '.repeat(20)}</b>\u202E`;
let world: HttpWorld;

before(async () => {
  world = await HttpWorld.open();
  const days = Array.from({ length: 14 }, (_, i) => i - 14);
  await world.observe(
    ...days.flatMap((day): [string, number, number][] => [
      ['apples', day, 10],
      [hostile, day, 2],
    ]),
  );
  await world.promote(await world.train({ apples: [10, 10], [hostile]: [2, 2] }));
});
after(() => world.close());

function run(...args: string[]): Promise<Outcome> {
  const config = JSON.stringify({
    projects: {
      shop: { columns: { series: ['series'], time: 'timestamp', target: 'value' }, gaps: 'missing' },
    },
  });
  const { serving, overrides, registry } = world;
  return runCommand(args, { config, services: { serving, overrides, registry } });
}

const isTame = (out: string): boolean =>
  !out.includes('\u001B') && !out.includes('\u202E') && out.split('\n').every((line) => line.length <= 80);

test('periods are overridden, listed and withdrawn, in tables that fit and obey nothing', async () => {
  const set = await run(
    ...['override', 'set', hostile, '--period', '2026-01-31,2026-02-01', '--units', '3', '--reason', hostile],
  );
  assert.equal(set.code, 0, set.err);
  assert.match(set.out, /2026-02-01 +2\.00 +5\.00 +open +ovr_/);
  const list = await run('override', '--state', 'open');
  assert.equal(list.code, 0, list.err);
  assert.ok(isTame(list.out), list.out);
  assert.match(list.out, /2026-01-31 +2\.0 +5\.0 +open/);
  const gone = await run(
    ...['override', 'withdraw', '--series', hostile, '--period', '2026-02-01', '--reason', 'slip', '--json'],
  );
  assert.equal(gone.code, 0, gone.err);
  assert.deepEqual(
    (JSON.parse(gone.out) as OverridesSet).items.map(({ state, ended }) => [state, ended?.reason]),
    [['withdrawn', 'slip']],
  );
  const left = JSON.parse((await run('override', 'list', '--json')).out) as OverrideList;
  assert.deepEqual(
    left.items.map(({ timestamp, state, by }) => [timestamp, state, by.split(' ')[0]]),
    [
      ['2026-02-01', 'withdrawn', 'cli'],
      ['2026-01-31', 'open', 'cli'],
    ],
  );
  const forecast = await run('forecast', '--series', hostile);
  assert.match(forecast.out, /overridden\n2026-01-31 .* 5\.00\n/);
});

test('what is missing or wrong is said, with exit code 2 for the command line and 1 for the override', async () => {
  const cases: [string[], number, RegExp][] = [
    [['set', 'apples', '--value', '3', '--reason', 'x'], 2, /--period/],
    [['set', 'apples', '--period', '2026-01-31', '--value', 'many', '--reason', 'x'], 2, /expected a number/],
    [['set', 'apples', '--period', '2026-01-31', '--value', '3'], 1, /no reason/],
    [['set', 'apples', '--period', '2026-01-30', '--value', '3', '--reason', 'x'], 1, /is closed/],
    [['withdraw', '--series', 'apples', '--reason', 'x'], 2, /by its id/],
    [
      ['withdraw', '--series', 'apples', '--period', '2026-01-31', '--reason', 'x'],
      1,
      /no override of apples/,
    ],
    [['list', '--state', 'old'], 2, /expected open/],
    [['value', '--by', 'weekday'], 2, /expected author/],
  ];
  for (const [args, code, message] of cases) {
    const outcome = await run('override', ...args);
    assert.equal(outcome.code, code, `${args.join(' ')}: ${outcome.err}`);
    assert.match(outcome.err, message);
  }
});

test('what overrides were worth is a table of the steps of the process, and of authors', async () => {
  assert.match((await run('override', 'value')).out, /no label of an override is due yet/);
  await run('override', 'set', 'apples', '--period', '2026-01-31', '--value', '14', '--reason', 'leaflet');
  await world.observe(['apples', 0, 15]);
  await world.serving.catchUp('shop');
  const { code, out, err } = await run('override', 'value', '--series', 'apples', '--by', 'author');
  assert.equal(code, 0, err);
  assert.ok(isTame(out), out);
  assert.match(out, /1 of 1 labels have come \(100\.0 %\)/);
  assert.match(out, /overridden +1 +6\.7 % +-6\.7 % +1\.00 +80\.0 %/);
  const value = JSON.parse((await run('override', 'value', '--json')).out) as OverrideValue;
  assert.equal(value.better, 1);
});
