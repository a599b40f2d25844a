import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { projectLike } from '../../../test/fixtures/project.ts';
import { closedByReporters, ObservationStatus } from '../../core/index.ts';
import type { TailRow } from '../../storage/ports/index.ts';
import { ReportingTable } from './reporting-table.ts';

const project = projectLike({ columns: { series: ['shop', 'item'], time: 'date', target: 'units' } });
const ids = ['north/a', 'north/b', 'south/a'];

function row(seriesId: string, period: number, change: Partial<TailRow> = {}): TailRow {
  return { seriesId, period, value: 1, status: 0, batchSeq: 1, knownAt: 0, ...change };
}

const reported = fc.array(
  fc.record({ id: fc.constantFrom(...ids), period: fc.integer({ min: 0, max: 150 }) }),
  { maxLength: 200 },
);
/** As near to each other that all are known of. */
const takenBack = fc.array(
  fc.record({
    id: fc.constantFrom(...ids),
    period: fc.integer({ min: 0, max: 30 }),
    gone: fc.boolean(),
  }),
  { maxLength: 120 },
);

test('the evidence of a group says of its newest periods who reported them, in whatever order rows came', () => {
  fc.assert(
    fc.property(reported, (rows) => {
      const table = new ReportingTable(project);
      for (const { id, period } of rows) table.observe(row(id, period));
      const { counts, reporters } = table.evidenceOf('north');
      const north = rows.filter(({ id }) => id.startsWith('north'));
      const newest = Math.max(...north.map(({ period }) => period));
      for (const [period, count] of counts) {
        assert.ok(period > newest - 64);
        const own = new Set(north.filter((one) => one.period === period).map(({ id }) => id));
        assert.equal(count, own.size);
        let seen = 0;
        for (const reporter of reporters()) if (reporter.reported(period)) seen += 1;
        assert.equal(seen, own.size);
      }
      const shown = [...reporters()].length;
      assert.equal(shown, new Set(north.map(({ id }) => id)).size);
    }),
  );
});

test('rows that were taken back are no reports, whichever they were', () => {
  fc.assert(
    fc.property(takenBack, (rows) => {
      const table = new ReportingTable(project);
      const standing = new Map<string, Set<number>>(ids.map((id) => [id, new Set()]));
      for (const { id, period, gone } of rows) {
        table.observe(row(id, period, gone ? { status: ObservationStatus.withdrawn } : {}));
        if (gone) standing.get(id)?.delete(period);
        else standing.get(id)?.add(period);
      }
      const periods = ids
        .filter((id) => id.startsWith('north'))
        .flatMap((id) => [...(standing.get(id) ?? [])]);
      const { counts } = table.evidenceOf('north');
      assert.deepEqual(new Set(counts.keys()), new Set(periods));
      for (const [period, count] of counts)
        assert.equal(count, periods.filter((one) => one === period).length);
      for (const id of ids)
        assert.equal(
          table.closed.closedThrough(id),
          Math.max(...(standing.get(id) ?? []), Number.NEGATIVE_INFINITY),
        );
    }),
  );
});

test('plans and refused rows are no reports; what the batch of a refused row closes counts all the same', () => {
  const table = new ReportingTable(project);
  table.observe(row('north/a', 3));
  table.observe(row('north/a', 4, { status: ObservationStatus.plan }));
  table.observe(row('north/a', 5, { status: ObservationStatus.refused, closesThrough: 6 }));
  const [reporter] = table.evidenceOf('north').reporters();
  assert.deepEqual([reporter?.newest, reporter?.closes], [3, 6]);
  assert.equal(table.closed.closedThrough('north/a'), 6);
  assert.deepEqual(
    table.arrivals.map(({ period }) => period),
    [3],
  );
});

test('the project closes with the slowest group that usually reports', () => {
  const table = new ReportingTable(project);
  for (let period = 0; period < 10; period++) {
    for (const id of ids) if (id !== 'south/a' || period < 9) table.observe(row(id, period));
  }
  assert.deepEqual(table.changedGroups(), ['north', 'south']);
  assert.deepEqual(table.changedGroups(), []);
  const closing = { seq: 1, cause: 'reporters', at: 0 } as const;
  table.close({ group: 'north', through: 8, ...closing });
  assert.equal(closedByReporters(table.projectEvidence()), null);
  table.close({ group: 'south', through: 7, ...closing });
  assert.equal(closedByReporters(table.projectEvidence()), 7);
  table.close({ group: '', through: 7, ...closing });
  assert.deepEqual(
    table.arrivals.map(({ period }) => period),
    [8, 9],
  );
});
