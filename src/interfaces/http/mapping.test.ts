import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpWorld } from '../../../test/fixtures/http-world.ts';
import { defaultDialect, type Project } from '../../core/index.ts';
import type { IngestOutcome } from './services.ts';

test('a body is read by the mapping that it names, which must be one of the project', async () => {
  const seen: unknown[] = [];
  const ingest = async (project: Project): Promise<IngestOutcome> => {
    seen.push(project.dialect?.mapped?.columns ?? null);
    const batch = { id: 'bat_1', rowsAccepted: 0, rowsDescribed: 0, quarantinedByCode: {} };
    return { batch, replayed: true, problems: [], failedChecks: [] } as unknown as IngestOutcome;
  };
  const till = { columns: { value: 'Menge' }, values: {}, dialect: defaultDialect };
  const world = await HttpWorld.open({
    project: { mappings: { till } },
    data: async () =>
      ({ ingestBody: ingest, ingestAttributesBody: ingest, async *observationsSince() {} }) as never,
  });
  try {
    const post = (path: string) =>
      world.app.inject({ method: 'POST', url: `/v1/projects/shop/${path}`, payload: '[{}]' });
    for (const path of ['observations', 'attributes']) {
      assert.equal((await post(`${path}?mapping=till`)).statusCode, 200);
      assert.equal((await post(path)).statusCode, 200);
      const other = await post(`${path}?mapping=erp`);
      assert.deepEqual([other.statusCode, other.json().code], [400, 'data/bad-mapping']);
      assert.match(other.json().detail, /project shop has no mapping "erp"; it has: till/);
    }
    assert.deepEqual(seen, [till.columns, null, till.columns, null]);
  } finally {
    await world.close();
  }
});
