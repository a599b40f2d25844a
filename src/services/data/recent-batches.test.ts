import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { type DataFixture, openDataFixture, project } from '../../../test/hostile/data-fixture.ts';
import type { HistoryPage } from '../../storage/ports/index.ts';

let fixture: DataFixture;
beforeEach(async () => {
  fixture = await openDataFixture();
});
afterEach(() => fixture.close());

async function since(data: DataFixture['data'], seq: number): Promise<HistoryPage> {
  const rows: HistoryPage['rows'][number][] = [];
  const closings: HistoryPage['closings'][number][] = [];
  for await (const page of data.observationsSince(project.name, seq)) {
    rows.push(...page.rows);
    closings.push(...page.closings);
  }
  return { rows, closings };
}

const send = async (data: DataFixture['data'], ...lines: string[]): Promise<number> => {
  const body = Buffer.from(`item,date,units,out\n${lines.join('\n')}\n`);
  const { batch } = await data.ingestBody(project, body, { format: 'csv' });
  return batch.seq;
};

test('what this process holds of its batches is what another reads from the store', async () => {
  const { data } = fixture;
  const first = await send(data, 'b,2024-01-02,3,0', 'a,2024-01-02,-0,0', 'a,2024-01-01,5,1');
  const second = await send(data, 'a,2024-01-03,,0', 'b,2024-01-03,x,0', 'é,2024-01-03,1.5,0');
  const other = fixture.another();
  for (const seq of [0, first, second]) assert.deepEqual(await since(data, seq), await since(other, seq));
  assert.equal((await since(data, first)).rows.length, 3);
});

test('a batch of another process, one without rows and one that takes rows back are not passed over', async () => {
  const { data } = fixture;
  const other = fixture.another();
  const first = await send(data, 'a,2024-01-01,5,0');
  await send(other, 'a,2024-01-02,6,0');
  await send(data, 'a,2024-01-03,7,0');
  await data.ingestBody(project, Buffer.alloc(0), { format: 'json', closedThrough: '2024-01-03' });
  const { rows, closings } = await since(data, first);
  assert.deepEqual(
    rows.map(({ value }) => value),
    [6, 7],
  );
  assert.equal(closings.length, 1);
  assert.deepEqual(await since(data, first), await since(fixture.another(), first));
});
