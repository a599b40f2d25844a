import assert from 'node:assert/strict';
import { test } from 'node:test';
import { driftPanel, driftThrough } from '../../../../test/fixtures/drift-panel.ts';
import { projectLike } from '../../../../test/fixtures/project.ts';
import { ManualClock, type Project } from '../../../core/index.ts';
import { checkPanel, DriftReports } from '../../../services/drift/index.ts';
import { openSqliteStore } from '../../../storage/sqlite/index.ts';
import { runCommand } from '../testing.ts';

const project: Project = {
  ...projectLike(),
  columns: { series: ['shop', 'item'], time: 'day', target: 'units', known: ['price', 'promo'] },
};

test('drift --last is a table of 80 columns at most with the reasons below, and --json all of it', async () => {
  const store = openSqliteStore({ path: ':memory:', clock: new ManualClock(1_700_000_000_000) });
  await store.putProject(project, 1);
  const panel = driftPanel({
    days: 28,
    demand: (value, s) => (s >= 2 ? 0.6 * value : value),
    // Far from all that prices were: demand is not explained by what nothing is known of.
    price: (value) => 100 * value,
  });
  const report = checkPanel({ project, panel, through: driftThrough, holidays: null, before: null });
  const record = { id: 'job_1', project: 'shop', at: 5, period: report.to, verdict: report.verdict };
  await store.addDriftReport({ ...record, summary: {}, report: JSON.parse(JSON.stringify(report)) }, null);
  const run = (...argv: string[]) =>
    runCommand(['drift', ...argv], {
      config: '{"projects":{"shop":{}}}',
      services: { drift: new DriftReports(store) },
    });
  const { code, out, err } = await run('--last', '--all');
  assert.equal(code, 0, err);
  const lines = out.trimEnd().split('\n');
  assert.ok(
    lines.every((line) => line.length <= 80),
    lines.find((line) => line.length > 80),
  );
  assert.match(out, /^fault: price is 100 times what it was in 4 of 4 series/m);
  assert.match(out, /^units south +drift +/m);
  assert.match(out, /^units north +none +/m);
  assert.match(out, /^units south {2}first seen: a second check may confirm it$/m);
  assert.match(out, /^ {2}sudden, since 2023-12-\d\d.*; 392 periods looked at$/m);
  assert.match(out, /^ {2}shop south: \d\d % of the change, \d\d % of all \(2 of 4 series\)$/m);
  assert.match(out, /^ {2}may cost [\d,]+ over 7 periods \(95 %: /m);
  const { out: json } = await run('--last', '--json');
  const answer = JSON.parse(json) as { id: string; columns: object[]; faults: { since: string }[] };
  assert.ok(!json.includes('"concepts"'), 'what only the next check needs is not shown');
  assert.deepEqual([answer.id, answer.columns.length], ['job_1', 5]);
  assert.match(answer.faults[0]?.since ?? '', /^20\d\d-\d\d-\d\d$/);
});

test('without a check, --last says how to make one', async () => {
  const store = openSqliteStore({ path: ':memory:', clock: new ManualClock(0) });
  const { code, err } = await runCommand(['drift', '--last'], {
    config: '{"projects":{"shop":{}}}',
    services: { drift: new DriftReports(store) },
  });
  assert.equal(code, 1);
  assert.match(err, /has not been checked for drift yet[\s\S]*almanac drift/);
});
