import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CheckResult } from '../../../core/index.ts';
import { runCommand } from '../testing.ts';

const config = JSON.stringify({
  projects: { shop: { columns: { series: 'store', time: 'date', target: 'units' } } },
});
const theirs = 'fields:\n  - { name: store, constraints: { required: true } }\n';
const result: CheckResult = {
  id: 'store.required',
  description: '',
  severity: 'error',
  dimension: 'completeness',
  columns: ['store'],
  status: 'failed',
  refuses: 'rows',
  why: null,
  figure: 2,
  unit: 'rows',
  bound: '0 rows',
  n: 10,
  examples: [{ row: 3, value: 'null' }],
};

function check(
  found: CheckResult,
  argv: readonly string[] = ['--contract', 'theirs.yaml'],
  quarantinedByCode: Record<string, number> = {},
) {
  const quarantined = Object.values(quarantinedByCode).reduce((sum, rows) => sum + rows, 0);
  const data = {
    validateFile: async () => ({ rows: 10, quarantined, quarantinedByCode, contract: [found] }),
  };
  return runCommand(['contract', 'check', 's.csv', ...argv], {
    config,
    files: { 'theirs.yaml': theirs },
    services: { data },
  });
}

test('contract check says what each check found, and its exit code whether an error was among them', async () => {
  const failed = await check(result);
  assert.equal(failed.code, 1);
  assert.match(failed.out, /10 rows: 0 of 1 check passed/);
  assert.match(failed.out, /failed +store\.required +2 rows of 10, must be 0 rows \(row 3\)/);
  assert.equal((await check({ ...result, severity: 'warning' })).code, 0);
  const broken = await check({ ...result, severity: 'warning' }, undefined, { negative: 3, 'left-out': 2 });
  assert.equal(broken.code, 1);
  assert.match(broken.out, /3 rows broke the rules that every row must keep/);
  const unknown = await check({ ...result, status: 'not checked', why: 'it is a query', figure: null });
  assert.equal(unknown.code, 0);
  assert.match(unknown.out, /not checked +store\.required +it is a query/);
});

test('contract check of a project without a contract says how to get one', async () => {
  const { code, err } = await check(result, []);
  assert.equal(code, 1);
  assert.match(err, /contract draft FILE/);
});

test('contract draft prints a contract of the columns of the project', async () => {
  const rows = ['store,date,units,clerk', 'a,2024-01-01,3,x', 'b,2024-01-01,5,y'].join('\n');
  const { code, out } = await runCommand(['contract', 'draft', 's.csv'], {
    config,
    files: { 's.csv': `${rows}\n` },
  });
  assert.equal(code, 0);
  assert.match(out, /apiVersion: v3\.1\.0/);
  assert.match(out, /name: units\n/);
  assert.doesNotMatch(out, /clerk/);
});

test('contract draft reads a table with a numbered column for each period as init does', async () => {
  const rows = ['store,d_1,d_2,d_3', 'a,3,4,5', 'b,5,0,7'].join('\n');
  const project = {
    columns: { series: 'store', time: 'period', target: 'units' },
    frequency: 'step',
    dialect: { dateFormat: "'d_'n" },
  };
  const { code, out } = await runCommand(['contract', 'draft', 's.csv'], {
    config: JSON.stringify({ projects: { shop: project } }),
    files: { 's.csv': `${rows}\n` },
  });
  assert.equal(code, 0);
  assert.match(out, /name: store\n[\s\S]*name: period\n[\s\S]*name: units\n/);
});
