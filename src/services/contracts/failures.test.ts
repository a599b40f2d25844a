import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventOf } from '../../core/index.ts';
import { ContractFailures } from './failures.ts';

type Failed = EventOf<'contract.failed'>;
const check = (refuses: 'rows' | 'batch' | null) => ({
  id: 'x',
  severity: refuses === null ? ('warning' as const) : ('error' as const),
  refuses,
  figure: 1,
  unit: 'rows' as const,
  bound: '0 rows',
  n: 10,
});
const failed = (seq: number, refused: boolean, ...refuses: ('rows' | 'batch' | null)[]): Failed => ({
  seq,
  at: 0,
  project: 'shop',
  type: 'contract.failed',
  data: { batchId: null, source: 'http', refused, checks: refuses.map(check), others: 0 },
});

test('failed checks are counted by what came of them, once, however often the event comes', async () => {
  const failures = new ContractFailures();
  const take = (...events: Failed[]) => failures.subscriber.apply({ project: 'shop', events });
  await take(failed(4, false, 'rows', null), failed(5, true, 'batch', null));
  await take(failed(5, true, 'batch', null), failed(6, false, null));
  assert.deepEqual(failures.of('shop'), { refused: 1, setAside: 1, reported: 2 });
  assert.deepEqual(failures.of('other'), { refused: 0, setAside: 0, reported: 0 });
  await failures.subscriber.apply({
    project: 'shop',
    events: [
      {
        seq: 7,
        at: 0,
        project: 'shop',
        type: 'project.removed',
        data: { by: 'x', version: 1, data: 'kept' },
      },
    ],
  });
  assert.deepEqual(failures.of('shop'), { refused: 0, setAside: 0, reported: 0 });
});
