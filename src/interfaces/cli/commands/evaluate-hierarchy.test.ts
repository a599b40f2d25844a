import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FileEvaluation } from '../../../services/evaluation/index.ts';
import { runCommand } from '../testing.ts';

/** Six series in two states and two categories, 48 months; visitors are known afterwards only. */
function sales(): string {
  const lines = ['state,item,category,month,units,visitors'];
  for (const state of ['north', 'south']) {
    for (let item = 0; item < 3; item++) {
      for (let t = 0; t < 48; t++) {
        const month = `${2020 + Math.floor(t / 12)}-${String((t % 12) + 1).padStart(2, '0')}-01`;
        const units = 50 + 9 * item + (t % 12) * 3 + ((t * 7 + item) % 5);
        lines.push(
          `${state},i${item},${item < 2 ? 'food' : 'toys'},${month},${units},${100 + ((t * 3) % 11)}`,
        );
      }
    }
  }
  return lines.join('\n');
}

const files = { 'sales.csv': sales() };
const needed = '--series state,item --time month --target units --frequency month --horizon 6 --threads 1';
const described = '--static category --past visitors --hierarchy state*category';
const evaluate = (rest: string): ReturnType<typeof runCommand> =>
  runCommand(['evaluate', 'sales.csv', ...`${needed} ${rest}`.split(' ')], { files });

test('evaluate takes attributes, past covariates and a hierarchy from its flags', async () => {
  const { code, out, err } = await evaluate(`${described} --models snaive,gbdt --json`);
  assert.equal(code, 0, err);
  const { series, models, hierarchy } = JSON.parse(out) as FileEvaluation;
  assert.equal(series, 6);
  assert.deepEqual(
    models.map(({ name }) => name),
    ['snaive', 'gbdt'],
  );
  assert.deepEqual(
    hierarchy?.levels.map(({ level, nodes }) => [level, nodes]),
    [
      ['total', 1],
      ['state', 2],
      ['category', 2],
      ['state*category', 4],
      ['bottom', 6],
      ['all', 15],
    ],
  );
  assert.ok((hierarchy?.coherence ?? 1) <= 1e-9);
});

test('evaluate prints the table of levels for people', async () => {
  const { code, out, err } = await evaluate(`${described} --models snaive`);
  assert.equal(code, 0, err);
  assert.match(out, /\nlevel +nodes +RMSSE base +bottom-up +reconciled /);
  for (const level of ['total', 'state', 'category', 'state\\*category', 'bottom', 'all'])
    assert.match(out, new RegExp(`\\n${level} +\\d+ `), level);
  assert.match(out, /reconciled by [a-z+-]+, chosen on past windows/);
});

test('evaluate reconciles by the method that --reconcile names, and refuses one it does not know', async () => {
  const asked = await evaluate(`${described} --models snaive --reconcile top-down`);
  assert.equal(asked.code, 0, asked.err);
  assert.match(asked.out, /reconciled by top-down, as asked: totals equal/);
  const json = await evaluate(`${described} --models snaive --reconcile mint-shrink --json`);
  const { hierarchy } = JSON.parse(json.out) as FileEvaluation;
  assert.equal(hierarchy?.method, 'mint-shrink');
  assert.ok('wls-struct' in (hierarchy?.losses ?? {}), 'the losses of the others are there to compare');
  assert.ok((hierarchy?.coherence ?? 1) <= 1e-9);
  const unknown = await evaluate(`${described} --reconcile middle-out`);
  assert.equal(unknown.code, 2);
  assert.match(unknown.err, /auto.*top-down/);
  const alone = await evaluate('--models snaive --reconcile ols');
  assert.equal(alone.code, 2);
  assert.match(alone.err, /name them with --hierarchy/);
});

test('a method that needs past errors says so where the history is too short for any', async () => {
  const text = sales()
    .split('\n')
    .filter((line, i) => i === 0 || /,2023-(0[4-9]|1\d)-/.test(line))
    .join('\n');
  const argv = [
    'evaluate',
    'sales.csv',
    ...`${needed} ${described} --models snaive --reconcile wls-var`.split(' '),
  ];
  const { code, err } = await runCommand(argv, { files: { 'sales.csv': text } });
  assert.equal(code, 1);
  assert.match(err, /wls-var weighs nodes by their past errors.*\n.*\ncode: hierarchy\/no-past-errors/);
});

test('a column that is not there is named, whichever flag asked for it', async () => {
  for (const flag of ['--static', '--past', '--hierarchy']) {
    const { code, err } = await evaluate(`--models snaive ${flag} colour`);
    assert.equal(code, 1, flag);
    assert.match(err, /colour/, flag);
  }
});
