import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

import { type DataFixture, openDataFixture, project } from '../../../test/hostile/data-fixture.ts';
import type { ContractCheck, Project } from '../../core/index.ts';
import { checkOf } from '../contracts/testing.ts';
import { type ContractState, contractFault } from './contract-states.ts';

let fixture: DataFixture;
beforeEach(async () => {
  fixture = await openDataFixture();
});
afterEach(() => fixture.close());

const knownItems = checkOf({ kind: 'references', values: ['a', 'b'] }, { id: 'items', columns: ['item'] });
const fewMissing = checkOf(
  { kind: 'nulls' },
  { id: 'missing', columns: ['units'], unit: 'percent', bound: { operator: 'mustBeLessOrEqualTo', low: 50 } },
);
const fresh = checkOf(
  { kind: 'freshness' },
  {
    id: 'age',
    columns: [],
    unit: 'hours',
    scope: 'table',
    bound: { operator: 'mustBeLessOrEqualTo', low: 48 },
  },
);

function under(...checks: ContractCheck[]): Project {
  const rules = { file: 'c.yaml', id: 'c', version: '1', checks, warnings: [] };
  return { ...project, contract: { ...project.contract, rules } };
}

async function stateOf(of: Project): Promise<ContractState> {
  const [state] = await fixture.data.contractStates([project, of]);
  assert.ok(state !== undefined, 'the one with a contract has a state');
  return state;
}

function take(of: Project, ...rows: string[]): Promise<unknown> {
  const bytes = Buffer.from(`item,date,units,out\n${rows.join('\n')}\n`);
  return fixture.data.ingestBody(of, bytes, { format: 'csv', source: 'till' });
}

test('a contract that nobody asked says so, and a project without one has no state', async () => {
  const state = await stateOf(under(knownItems));
  assert.deepEqual(
    [state.checks, state.lastBatch, state.lastFailedBatch, state.lastStored, state.failing],
    [1, null, null, null, []],
  );
  assert.deepEqual(state.freshness, { closedThrough: null, ageHours: null });
  assert.deepEqual(await fixture.data.contractStates([project]), []);
});

test('the last batch says what fails; one that keeps the contract ends that, and what failed last stays to be seen', async () => {
  const shop = under(knownItems, fewMissing);
  await take(shop, 'a,2024-05-01,5,0', 'x,2024-05-01,5,0');
  const broken = await stateOf(shop);
  assert.deepEqual(
    broken.failing.map(({ id, of, refuses, figure, n }) => [id, of, refuses, figure, n]),
    [['items', 'batch', 'rows', 1, 2]],
  );
  assert.match(
    contractFault(broken, 'error') ?? '',
    /^project \w+ breaks its contract: items: 1 rows of 2, must be 0 rows \(last batch, bat_\w+, 20/,
  );
  await take(shop, 'a,2024-05-02,5,0');
  const kept = await stateOf(shop);
  assert.deepEqual([kept.failing, kept.lastBatch?.failed, kept.lastBatch?.passed], [[], [], 2]);
  assert.equal(kept.lastFailedBatch?.batchId, broken.lastBatch?.batchId);
  assert.equal(contractFault(kept, 'error'), undefined);
});

test('a batch that was refused as a whole is the last one too', async () => {
  const shop = under(fewMissing);
  await assert.rejects(take(shop, 'a,2024-05-01,,0', 'a,2024-05-02,,0'));
  const { lastBatch, failing } = await stateOf(shop);
  assert.deepEqual(
    [lastBatch?.refused, lastBatch?.batchId, lastBatch?.source, failing.map(({ id }) => id)],
    [true, null, 'till', ['missing']],
  );
  // What the contract no longer asks fails no more.
  assert.deepEqual((await stateOf(under(knownItems))).failing, []);
});

test('what is stored counts when it is asked, and not when another contract is tried', async () => {
  const lax = under({ ...knownItems, scope: 'table' });
  await take(lax, 'x,2024-05-01,5,0');
  assert.deepEqual((await stateOf(lax)).failing, []);
  await fixture.data.tryContract(lax);
  assert.equal((await stateOf(lax)).lastStored, null);
  await fixture.data.storedContract(lax);
  const { failing, lastStored } = await stateOf(lax);
  assert.deepEqual([failing.map(({ id, of }) => [id, of]), lastStored?.passed], [[['items', 'stored']], 0]);
});

test('age is asked of the clock, by the newest period that is closed', async () => {
  const shop = under(fresh);
  const bytes = Buffer.from('item,date,units,out\na,2024-05-01,5,0\n');
  await fixture.data.ingestBody(shop, bytes, { format: 'csv', closedThrough: '2024-05-01' });
  // To 2024-06-01 12:00 UTC.
  const hours = 30 * 24 + 12;
  const { freshness, failing } = await stateOf(shop);
  assert.deepEqual(freshness, { closedThrough: '2024-05-01', ageHours: hours });
  assert.deepEqual(
    failing.map(({ id, of, figure, bound }) => [id, of, figure, bound]),
    [['age', 'now', hours, 'at most 48 hours']],
  );
});
