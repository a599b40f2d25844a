import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HttpWorld } from '../../../../test/fixtures/http-world.ts';
import type { SeriesList } from '../../client/index.ts';
import { type Outcome, runCommand } from '../testing.ts';

const hostile = `\u001B[31m<b>${'long '.repeat(20)}</b>\u202E`;
let world: HttpWorld;

before(async () => {
  world = await HttpWorld.open();
  const days = Array.from({ length: 20 }, (_, i) => i - 20);
  await world.observe(
    ...days.flatMap((day): [string, number, number][] => [
      ['apples', day, 10],
      [hostile, day, 2],
    ]),
  );
  await world.promote(await world.train({ apples: [10, 10], [hostile]: [2, 2] }));
});
after(() => world.close());

const run = (...args: string[]): Promise<Outcome> => command('series', ...args);

function command(...args: string[]): Promise<Outcome> {
  const config = JSON.stringify({
    projects: {
      shop: { columns: { series: ['series'], time: 'timestamp', target: 'value' }, gaps: 'missing' },
    },
  });
  const { serving, series } = world;
  return runCommand(args, { config, services: { serving, series } });
}

test('the table is no wider than 80 columns and obeys nothing in a name', async () => {
  const { code, out } = await run('--sort', 'value');
  assert.equal(code, 0, out);
  assert.ok(out.split('\n').every((line) => line.length <= 80));
  assert.ok(!out.includes('\u001B') && !out.includes('\u202E'));
  assert.match(out, /2 of 2 series/);
  assert.match(out, /apples +active +BX|apples +active +AX/);
});

test('--json is what the API answers', async () => {
  const { out } = await run('--sort', 'value', '--limit', '1', '--json');
  const printed = JSON.parse(out) as SeriesList;
  const { body } = await world.app.inject({ url: '/v1/projects/shop/series?sort=value&limit=1' });
  assert.deepEqual(printed.items, (JSON.parse(body) as SeriesList).items);
  const next = await run('--sort', 'value', '--limit', '1', '--cursor', String(printed.next), '--json');
  assert.deepEqual(
    (JSON.parse(next.out) as SeriesList).items.map(({ series }) => series),
    [hostile],
  );
});

test('one series is shown with its history and what would be forecast', async () => {
  const { code, out, err } = await run('apples');
  assert.equal(code, 0, err);
  assert.match(out, /2026-01-30 +10\.00 +observed/);
  assert.match(out, /forecast by version 1, from data up to 2026-01-30; not stored/);
  assert.match(out, /2026-01-31 +10\.00/);
  const unknown = await run('nobody');
  assert.equal(unknown.code, 1);
  assert.match(unknown.err, /serving\/unknown-series/);
});

test('options that cannot be meant are usage errors', async () => {
  for (const args of [
    ['--class', 'Q'],
    ['--sort', 'size'],
    ['--state', 'asleep'],
    ['--attribute', 'red'],
  ])
    assert.equal((await run(...args)).code, 2, args.join(' '));
});

test('explain shows the parts of a forecast, and --json is what the API answers', async () => {
  const { code, out, err } = await command('explain', 'apples');
  assert.equal(code, 0, err);
  assert.match(out, /apples by version 1 \(naive\), from data up to 2026-01-30/);
  assert.match(out, /2026-01-31 +10\.00 +10\.00\n/);
  assert.match(out, /all +40\.00 +40\.00\n/);
  const printed = await command('explain', 'apples', '--json');
  const { body } = await world.app.inject({ url: '/v1/projects/shop/series/apples/explain' });
  assert.deepEqual(JSON.parse(printed.out), JSON.parse(body));
  assert.equal((await command('explain', 'nobody')).code, 1);
});

test('exceptions are lines of 80 columns at most, and --json is what the API answers', async () => {
  const { code, out, err } = await command('exceptions');
  assert.equal(code, 0, err);
  assert.match(out, /shop: 0 miss, 0 lastYear, 0 ended, 0 silent/);
  const printed = await command('exceptions', '--kind', 'miss', '--json');
  const { body } = await world.app.inject({ url: '/v1/projects/shop/exceptions?kind=miss' });
  assert.deepEqual(JSON.parse(printed.out).counts, JSON.parse(body).counts);
  assert.equal((await command('exceptions', '--kind', 'boring')).code, 2);
});

test('totals are shown with their sum, and --json is what the API answers', async () => {
  const { code, out, err } = await command('totals', '--by', 'series');
  assert.equal(code, 0, err);
  assert.match(out, /apples +1 +200/);
  assert.match(out, /total +2 +240/);
  assert.ok(out.split('\n').every((line) => line.length <= 80) && !out.includes('\u001B'));
  const printed = await command('totals', '--by', 'series', '--json');
  const { body } = await world.app.inject({ url: '/v1/projects/shop/totals?by=series' });
  assert.deepEqual(JSON.parse(printed.out).items, JSON.parse(body).items);
  assert.equal((await command('totals', '--by', 'colour')).code, 1);
});
