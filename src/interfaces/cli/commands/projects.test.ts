import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { ManualClock } from '../../../core/index.ts';
import { Projects } from '../../../services/projects/index.ts';
import type { ControlStore } from '../../../storage/ports/index.ts';
import { openSqliteStore } from '../../../storage/sqlite/index.ts';
import { defineProject } from '../../config/index.ts';
import { type Outcome, runCommand } from '../testing.ts';

const clock = new ManualClock(Date.UTC(2026, 10, 21));
let store: ControlStore;
let projects: Projects;

beforeEach(async () => {
  store = openSqliteStore({ path: ':memory:', clock });
  projects = new Projects({ store, ofFile: [], define: defineProject, clock });
  await projects.open();
});
afterEach(() => store.close());

const run = (argv: readonly string[], files: Record<string, string> = {}): Promise<Outcome> =>
  runCommand(argv, { services: { projects }, files });

async function jsonOf(
  argv: readonly string[],
  files?: Record<string, string>,
): Promise<Record<string, unknown>> {
  const { code, out, err } = await run([...argv, '--json'], files);
  assert.equal(code, 0, err);
  return JSON.parse(out) as Record<string, unknown>;
}

test('adds with settings of a file and of flags, later ones winning; changes and sets back; lists and shows', async () => {
  const file = JSON.stringify({ horizonSteps: 3, contract: { maxValue: 9 }, timezone: 'Europe/Berlin' });
  const flags = ['--set', 'horizonSteps=5', 'contract.minValue=1', 'columns.series=["a","b"]', 'gaps=zero'];
  const added = await jsonOf(['projects', 'add', 'shop', '--file', 'shop.json', ...flags], {
    'shop.json': file,
  });
  assert.deepEqual(added.settings, {
    horizonSteps: 5,
    contract: { maxValue: 9, minValue: 1 },
    timezone: 'Europe/Berlin',
    columns: { series: ['a', 'b'] },
    gaps: 'zero',
  });
  const change = ['projects', 'change', 'shop', '--set', 'seed=7', '--unset', 'contract.maxValue', 'gaps'];
  const changed = await jsonOf([...change, '--if-version', '1']);
  assert.deepEqual([changed.version, projects.get('shop').contract.maxValue], [2, null]);
  assert.equal(projects.get('shop').gaps, 'missing');
  assert.match((await run(['projects'])).out, /shop +data folder +2 +5 days/);
  const { out } = await run(['projects', 'show', 'shop']);
  assert.match(out, /owned by +the data folder/);
  assert.match(out, /columns\.series +\["a","b"\]/);
});

test('removes, lists what was removed, and restores', async () => {
  await run(['projects', 'add', 'shop']);
  assert.match((await run(['projects', 'remove', 'shop'])).out, /projects restore shop/);
  assert.match((await run(['projects'])).out, /there is none/);
  assert.match((await run(['projects', 'list', '--removed'])).out, /shop .*removed since 2026-11-21/);
  assert.equal((await run(['projects', 'restore', 'shop'])).code, 0);
  assert.deepEqual(
    (await store.readEvents({ afterSeq: 0, limit: 10 })).map(({ type }) => type),
    ['project.added', 'project.removed', 'project.added'],
  );
});

test('says what is wrong', async () => {
  await run(['projects', 'add', 'shop']);
  const cases: [readonly string[], number, RegExp][] = [
    [['projects', 'add', 'Shop 1'], 1, /not a project name/],
    [['projects', 'add', 'x', '--set', 'horizon=3'], 1, /horizon is not a setting; known here: frequency/],
    [['projects', 'add', 'x', '--set', 'horizonSteps'], 2, /setting=value/],
    [['projects', 'add', 'x', '--file', 'none.json'], 1, /cannot be read/],
    [['projects', 'add', 'x', '--set', '__proto__.polluted=1'], 1, /__proto__ is not a setting/],
    [['projects', 'change', 'shop'], 2, /say what to change/],
    [['projects', 'change', 'shop', '--set', 'seed=2', '--if-version', '9'], 1, /version 1, not 9/],
    [['projects', 'remove', 'none'], 1, /no project "none"/],
    [['projects', 'purge', 'shop'], 1, /has been removed/],
  ];
  for (const [argv, code, says] of cases) {
    const ended = await run(argv);
    assert.equal(ended.code, code, `${argv.join(' ')}: ${ended.err}`);
    assert.match(ended.err, says);
  }
  assert.equal(({} as { polluted?: unknown }).polluted, undefined);
});
