// What every relational store promises of reports of drift.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type DriftReportRecord, driftReportsKept } from '../../src/storage/ports/index.ts';
import { type ControlBackend, project, storePerTest } from './store-fixtures.ts';

export function driftReportOf(id: string, over: Partial<DriftReportRecord> = {}): DriftReportRecord {
  return {
    id,
    project: 'shop',
    at: 5,
    period: 9,
    verdict: 'none',
    summary: { a: 1 },
    report: { b: [2] },
    ...over,
  };
}

const told = { reportId: 'job_1', period: 9, columns: [], faults: [], others: 0 } as const;

export function driftStoreSuite(backend: ControlBackend): void {
  describe(`reports of drift in ${backend.name}`, () => {
    const fresh = storePerTest(backend);

    test('a report is kept with its event, and one job leaves one', async () => {
      const { store } = fresh;
      await store.putProject(project, 1);
      assert.equal(await store.addDriftReport(driftReportOf('job_1'), told), true);
      assert.equal(await store.addDriftReport(driftReportOf('job_1', { verdict: 'drift' }), told), false);
      assert.deepEqual(await store.driftReport('shop', 'job_1'), driftReportOf('job_1'));
      assert.equal(await store.driftReport('depot', 'job_1'), undefined);
      const events = await store.readEvents({ afterSeq: 0, limit: 99 });
      assert.deepEqual(
        events.filter(({ type }) => type === 'drift.detected').map(({ data }) => data),
        [told],
      );
    });

    test('the newest come first, without what they say in full, and the oldest go', async () => {
      const { store } = fresh;
      await store.putProject(project, 1);
      const count = driftReportsKept + 3;
      for (let i = 0; i < count; i++)
        await store.addDriftReport(driftReportOf(`job_${i}`, { at: 1000 + i }), null);
      const heads = await store.driftReports('shop', 1000);
      assert.equal(heads.length, driftReportsKept);
      assert.deepEqual([heads[0]?.id, heads.at(-1)?.id], [`job_${count - 1}`, 'job_3']);
      assert.ok(heads.every((head) => !('report' in head)));
    });
  });
}
