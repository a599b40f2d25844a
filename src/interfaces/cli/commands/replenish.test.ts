import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HttpWorld } from '../../../../test/fixtures/http-world.ts';
import type { CliServices } from '../services.ts';
import { type Outcome, runCommand } from '../testing.ts';

type Answer = Awaited<ReturnType<CliServices['serving']['replenish']>>;

let world: HttpWorld;
before(async () => {
  world = await HttpWorld.open();
  await world.promote(await world.train({ a: [5, 6, 7], b: [1, 0, 1], c: [2, 2, 2] }));
});
after(() => world.close());

const stock = 'series,onHand,unitCost\na,3,2\nb,20,1\nc,0,5\n';
const terms = ['--lead-time', '1', '--review', '2'];

function replenish(argv: readonly string[], text = stock): Promise<Outcome> {
  return runCommand(['replenish', 'stock.csv', ...argv], {
    config: '{"projects":{"shop":{}}}',
    files: { 'stock.csv': text },
    services: { serving: world.serving },
  });
}

test('replenish prints what to order as a table, most urgent first, and the reason of each line', async () => {
  const { code, out, err } = await replenish(terms);
  assert.equal(code, 0, err);
  const lines = out.split('\n');
  assert.match(
    lines[0] ?? '',
    /^shop: order \d+ units of 2 of 3 series, worth \d+; .*ranked by expected shortage value$/,
  );
  const header = lines[2]?.trim().split(/ {2,}/) ?? [];
  assert.deepEqual(header.slice(0, 5), ['#', 'series', 'order', 'stock', 'reorder at']);
  const rows = lines.slice(3, 6).map((line) => line.trim().split(/ +/).slice(0, 2));
  assert.deepEqual(
    rows.map(([rank]) => rank),
    ['1', '2', '3'],
  );
  const ranked = rows.map(([, series]) => series);
  assert.deepEqual(ranked.toSorted(), ['a', 'b', 'c']);
  assert.equal(ranked[2], 'b', 'what needs nothing comes last');
  const reasons = lines.slice(7, 10);
  assert.deepEqual(
    reasons.map((line) => line.split('  ')[0]),
    ranked,
  );
  for (const reason of reasons) assert.match(reason, /^\w {2}.*\d/);
});

test('replenish --json has every line with its reason; --limit shortens only the table', async () => {
  const { code, out, err } = await replenish([...terms, '--json', '--limit', '1']);
  assert.equal(code, 0, err);
  const answer = JSON.parse(out) as Answer;
  assert.deepEqual(
    answer.lines.map(({ rank }) => rank),
    [1, 2, 3],
  );
  assert.equal(answer.totals.lines, 3);
  assert.equal(answer.totals.toOrder, answer.lines.filter(({ orderQuantity }) => orderQuantity > 0).length);
  for (const line of answer.lines) assert.ok(line.because.length > 10, line.series);
  const short = await replenish([...terms, '--limit', '1']);
  assert.match(short.out, /… and 2 more: raise --limit, or use --json/);
});

test('replenish --curve shows the stock of a series day by day, the same in JSON', async () => {
  const { code, out, err } = await replenish([...terms, '--curve', 'a']);
  assert.equal(code, 0, err);
  const answer = JSON.parse((await replenish([...terms, '--curve', 'a', '--json'])).out) as Answer;
  const curve = answer.lines.find(({ series }) => series === 'a')?.curve ?? [];
  assert.ok(curve.length > 2);
  assert.ok(answer.lines.every((line) => (line.curve !== undefined) === (line.series === 'a')));
  const shown = out.slice(out.indexOf('expected stock at the end')).split('\n');
  assert.match(shown[1] ?? '', /period +demand +comes +stock +10 % +90 % +without order/);
  for (const [i, { timestamp, stock: held }] of curve.entries()) {
    const cells = shown[i + 2]?.trim().split(/ {2,}/) ?? [];
    assert.equal(cells[0], timestamp);
    assert.equal(Number(cells[3]?.replace('\u2212', '-').replaceAll(',', '')), Math.round(held * 10) / 10);
  }
});

test('replenish says which row or series it cannot plan', async () => {
  const noNumber = await replenish(terms, 'series,onHand\na,many\n');
  assert.equal(noNumber.code, 1);
  assert.match(noNumber.err, /onHand.*many/);
  const stranger = await replenish(terms, 'series,onHand\nzzz,1\n');
  assert.equal(stranger.code, 1);
  assert.match(stranger.err, /zzz/);
  const twoTargets = await replenish([...terms, '--cycle-service', '0.9', '--fill-rate', '0.9']);
  assert.equal(twoTargets.code, 1);
  assert.match(twoTargets.err, /code: serving\/invalid-position/);
  assert.equal((await replenish(['--lead-time', 'soon'])).code, 2);
});
