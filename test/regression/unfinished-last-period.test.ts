// A week of which the rows end on Wednesday was learnt, and forecast from, as a collapse of demand.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { type Frequency, type Panel, type Project, periodOf, periodStart } from '../../src/core/index.ts';
import { modelOf } from '../../src/forecasting/models/index.ts';
import { ServedModel } from '../../src/services/serving/served-model.ts';
import type { VersionRecord } from '../../src/storage/ports/index.ts';
import { projectLike } from '../fixtures/project.ts';
import { decodeTest, encodeTest } from '../fixtures/serving-world.ts';
import { type DataFixture, openDataFixture } from '../hostile/data-fixture.ts';

const hourMs = 3_600_000;
/** How far rows lie apart, and in which periods they are added up. */
const stepMs: Partial<Record<Frequency, number>> = { day: hourMs, week: 24 * hourMs, month: 24 * hourMs };

let fixture: DataFixture;
let made = 0;
before(async () => {
  fixture = await openDataFixture();
});
after(() => fixture.close());

async function projectOf(frequency: Frequency, gaps: Project['gaps']): Promise<Project> {
  const project = projectLike({
    name: `p${made++}`,
    grid: { frequency, weekStart: 1 },
    columns: { series: ['item'], time: 'at', target: 'units' },
    conflicts: 'sum',
    gaps,
  });
  await fixture.store.putProject(project, 0);
  return project;
}

/** Rows of two items up to a moment; `b` sells in every second period only. */
function rowsOf(project: Project, range: { from: number; to: number }): string {
  const step = stepMs[project.grid.frequency] ?? 0;
  const lines: string[] = [];
  for (let ms = range.from; ms < range.to; ms += step) {
    const at = new Date(ms).toISOString().slice(0, 16);
    lines.push(`a,${at},2`);
    if (periodOf(project.grid, ms) % 2 === 0) lines.push(`b,${at},1`);
  }
  return `item,at,units\n${lines.join('\n')}\n`;
}

async function panelOf(project: Project): Promise<Panel> {
  await fixture.data.seal(project.name);
  const { id } = await fixture.data.createSnapshot(project.name);
  return fixture.data.readPanel(project, id);
}

const endOf = ({ series }: Panel, id: string): number => {
  const found = series.find((one) => one.id === id);
  return found === undefined ? Number.NaN : found.start + found.values.length - 1;
};

test('what an unfinished period holds is learnt when it is over, whole, and not before', async () => {
  const cases = fc.record({
    frequency: fc.constantFrom('day', 'week', 'month'),
    gaps: fc.constantFrom('zero', 'missing'),
    share: fc.double({ min: 0.1, max: 0.7, noNaN: true }),
    asFile: fc.boolean(),
  } as const);
  await fc.assert(
    fc.asyncProperty(cases, async ({ frequency, gaps, share, asFile }) => {
      const project = await projectOf(frequency, gaps);
      const { grid } = project;
      const last = periodOf(grid, Date.UTC(2024, 2, 13));
      const [start, next] = [periodStart(grid, last), periodStart(grid, last + 1)];
      const cut =
        start + Math.ceil((share * (next - start)) / (stepMs[frequency] ?? 1)) * (stepMs[frequency] ?? 1);
      const from = periodStart(grid, last - 8);
      await fixture.data.ingestFile(
        project,
        await fixture.file('first.csv', rowsOf(project, { from, to: cut })),
      );
      const before = await panelOf(project);
      assert.equal(endOf(before, 'a'), last - 1);
      assert.ok(endOf(before, 'b') <= last - 1);
      const to = periodStart(grid, last + 2);
      const rest = rowsOf(project, { from: cut, to });
      if (asFile) await fixture.data.ingestFile(project, await fixture.file('rest.csv', rest));
      else await fixture.data.ingestBody(project, new TextEncoder().encode(rest), { format: 'csv' });
      const { series } = await panelOf(project);
      const whole = series.find(({ id }) => id === 'a');
      assert.equal(
        whole?.values[last - whole.start],
        (2 * (next - start)) / (stepMs[frequency] ?? 1),
        'the whole period',
      );
      assert.equal(whole === undefined ? 0 : whole.start + whole.values.length - 1, last + 1);
    }),
    { numRuns: 5 },
  );
});

test('a low period that is whole is learnt as it is', async () => {
  const project = await projectOf('week', 'zero');
  const from = Date.UTC(2024, 0, 1);
  const lines = Array.from({ length: 70 }, (_, d) => {
    const at = new Date(from + d * 24 * hourMs).toISOString().slice(0, 10);
    return `a,${at},${d >= 63 ? 1 : 100}`;
  });
  await fixture.data.ingestFile(
    project,
    await fixture.file('low.csv', `item,at,units\n${lines.join('\n')}\n`),
  );
  const { series } = await panelOf(project);
  assert.deepEqual([...(series[0]?.values ?? [])], [700, 700, 700, 700, 700, 700, 700, 700, 700, 7]);
});

test('who says that the week is whole is believed, and what comes after is a part', async () => {
  const project = await projectOf('week', 'zero');
  const rows = rowsOf(project, { from: Date.UTC(2024, 0, 1), to: Date.UTC(2024, 2, 14) });
  const path = await fixture.file('said.csv', rows);
  await fixture.data.ingestFile(project, path, { closedThrough: '2024-03-11' });
  assert.equal(endOf(await panelOf(project), 'a'), periodOf(project.grid, Date.UTC(2024, 2, 11)));
  const earlier = await projectOf('week', 'zero');
  const until = rowsOf(earlier, { from: Date.UTC(2024, 0, 1), to: Date.UTC(2024, 2, 8) });
  await fixture.data.ingestFile(earlier, await fixture.file('before.csv', until), {
    closedThrough: '2024-02-26',
  });
  assert.equal(endOf(await panelOf(earlier), 'a'), periodOf(project.grid, Date.UTC(2024, 1, 26)));
});

test('rows of the week that runs by the clock are parts, also one by one; it is over when the next one begins', async () => {
  // The clock stands on Saturday, 1 June 2024.
  const project = await projectOf('week', 'zero');
  const send = (text: string) =>
    fixture.data.ingestBody(project, new TextEncoder().encode(`item,at,units\n${text}\n`), { format: 'csv' });
  await send('a,2024-05-20,5\na,2024-05-26,2');
  await send('a,2024-05-28,3');
  const running = periodOf(project.grid, Date.UTC(2024, 4, 28));
  assert.equal(endOf(await panelOf(project), 'a'), running - 1);
  fixture.clock.moveTo(Date.UTC(2024, 5, 3, 12));
  await send('a,2024-06-03,1');
  const { series } = await panelOf(project);
  assert.deepEqual([...(series[0]?.values ?? [])], [7, 3]);
  fixture.clock.moveTo(Date.UTC(2024, 5, 1, 12));
});

test('serving starts before an unfinished period, says so, and knows it when it is closed', async () => {
  const project = await projectOf('week', 'zero');
  const rows = rowsOf(project, { from: Date.UTC(2024, 0, 1), to: Date.UTC(2024, 2, 14) });
  const { batch } = await fixture.data.ingestFile(project, await fixture.file('cut.csv', rows));
  const panel = await panelOf(project);
  const last = periodOf(project.grid, Date.UTC(2024, 2, 11));
  const [series] = panel.series;
  const learnt = { a: [...(series?.values ?? [])] };
  const model = decodeTest(encodeTest({ model: 'ses', lastPeriod: last - 1, series: learnt }));
  const serving = await ServedModel.open({
    project,
    version: { id: 'ver_1', number: 1 } as VersionRecord,
    model,
    batchSeq: batch.seq,
    periodMax: last - 1,
    holidays: () => null,
    breathe: async () => {},
  });
  serving.readUnsettled(
    await fixture.store.readUnsettled(project.name, { periodMin: last, batchSeqMax: batch.seq }),
  );
  assert.equal(serving.cutoffOf('a'), last - 1);
  const ask = { horizon: 2, levels: [0.5] };
  const made = serving.forecast('a', last - 1, ask);
  assert.equal(made?.unfinished, last);
  assert.ok(Math.abs((made?.mean[0] ?? 0) - 14) < 1e-9, `${made?.mean[0]}`);
  serving.close([{ seq: 9, group: '', through: last, cause: 'lateness', at: 0 }]);
  assert.equal(serving.forecast('a', last, ask)?.unfinished, undefined);
  const state = modelOf('ses').fit(Float64Array.from(learnt.a), { seasons: [7], horizon: 3 });
  modelOf('ses').update(state, 6);
  assert.deepEqual(serving.hot.stateAt(0, serving.cutoffOf('a')), state);
});
