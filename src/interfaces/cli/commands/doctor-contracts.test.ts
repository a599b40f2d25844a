import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixedProjects } from '../../../../test/fixtures/project.ts';
import { contractsCheck } from './doctor-contracts.ts';

type Services = Parameters<typeof contractsCheck>[0];
type State = Awaited<ReturnType<Services['data']['contractStates']>>[number];

const look = {
  at: Date.UTC(2026, 0, 2),
  version: '1',
  batchId: 'bat_1',
  source: 'http',
  refused: false,
  passed: 2,
  notChecked: 0,
  failed: [],
  others: 0,
};
const state: State = {
  project: 'shop',
  file: 'c.yaml',
  id: 'c',
  version: '1',
  checks: 2,
  lastBatch: look,
  lastFailedBatch: null,
  lastStored: null,
  freshness: { closedThrough: '2026-01-01', ageHours: 12 },
  failing: [],
};
const found = (...states: State[]): ReturnType<typeof contractsCheck> =>
  contractsCheck({
    projects: fixedProjects(),
    data: { contractStates: async () => states },
  } as unknown as Services);

test('no contract has no line, and one that is kept says when it was asked', async () => {
  assert.equal(await found(), undefined);
  const kept = await found(state);
  assert.deepEqual(
    [kept?.verdict, kept?.found],
    ['ok', '1 contract kept, last asked 2026-01-02T00:00:00.000Z'],
  );
});

test('one that was never asked, and one that fails, are to be looked at', async () => {
  const unasked = await found(state, { ...state, project: 'depot', lastBatch: null });
  assert.deepEqual([unasked?.verdict, unasked?.found], ['warn', 'never asked yet: depot']);
  const check = { id: 'nulls', severity: 'warning', refuses: null, figure: 12, unit: 'percent' } as const;
  const broken = await found({
    ...state,
    failing: [{ ...check, bound: 'at most 5 percent', n: 100, of: 'batch' }],
  });
  assert.deepEqual(
    [broken?.verdict, broken?.found],
    [
      'warn',
      'project shop breaks its contract: nulls: 12 percent of 100, must be at most 5 percent (last batch, bat_1, 2026-01-02T00:00:00.000Z)',
    ],
  );
});
