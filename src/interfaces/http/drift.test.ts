import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { driftPanel, driftThrough } from '../../../test/fixtures/drift-panel.ts';
import { HttpWorld, shopProject } from '../../../test/fixtures/http-world.ts';
import { checkPanel, summaryOf } from '../../services/drift/index.ts';
import type { Json } from '../../storage/ports/index.ts';
import type * as api from './contract.ts';

let world: HttpWorld;
before(async () => {
  world = await HttpWorld.open();
});
after(() => world.close());

const get = (rest: string) => world.app.inject(`/v1/projects/shop/drift${rest}`);

test('a check is a job, its report is listed and read in full', async () => {
  const none = await get('/latest');
  assert.deepEqual([none.statusCode, (none.json() as { code: string }).code], [404, 'drift/no-report']);
  const accepted = await world.app.inject({ method: 'POST', url: '/v1/projects/shop/drift' });
  assert.equal(accepted.statusCode, 202, accepted.body);
  const { jobId } = accepted.json() as api.TrainAccepted;

  const project = shopProject();
  const panel = driftPanel({ days: 28, demand: (value) => 0.6 * value, price: () => Number.NaN });
  const columns = { ...project.columns, known: ['price', 'promo'] };
  const found = checkPanel({
    project: { ...project, columns },
    panel,
    through: driftThrough,
    holidays: null,
    before: null,
  });
  const plain = (value: object): Json => JSON.parse(JSON.stringify(value)) as Json;
  const record = { id: jobId, project: 'shop', at: 5, period: found.to, verdict: found.verdict };
  await world.store.addDriftReport(
    { ...record, summary: plain(summaryOf(found)), report: plain(found) },
    null,
  );

  const { items, windowPeriods } = (await get('?limit=5')).json() as api.DriftChecks;
  assert.deepEqual([items.length, items[0]?.id, windowPeriods], [1, jobId, 28]);
  const [cell] = items[0]?.cells ?? [];
  assert.deepEqual([cell?.column, cell?.verdict, cell?.season], ['value', 'drift', 'drift']);
  for (const rest of ['/latest', `/${jobId}`]) {
    const response = await get(rest);
    assert.equal(response.statusCode, 200, response.body);
    const report = response.json() as api.DriftReportView;
    assert.deepEqual([report.id, report.verdict], [jobId, 'drift']);
    assert.match(report.columns[0]?.because ?? '', /% below what the same season/);
    assert.deepEqual(
      report.faults.map(({ kind, periods }) => [kind, periods]),
      [['dead', 28]],
    );
    const { kind, began, cost } = report.columns[0]?.change ?? {};
    assert.equal(kind, 'sudden');
    assert.match(began ?? '', /^20\d\d-\d\d-\d\d$/);
    // The price died with the window: what it was before is what errors are worth.
    assert.deepEqual([cost?.status, cost?.errorsOf, cost?.series], ['ok', 'expected', 4]);
    const shares = report.columns[0]?.season?.shares;
    assert.ok(Math.abs((shares?.current ?? []).reduce((sum, share) => sum + share, 0) - 1) < 1e-9);
  }
  assert.equal((await get('/job_none')).statusCode, 404);
});
