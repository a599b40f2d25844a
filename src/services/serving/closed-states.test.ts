// What serving knows of a series, whatever came in which order, is what a panel holds that is built at the same closed periods.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { decodeTest, encodeTest, shop } from '../../../test/fixtures/serving-world.ts';
import { type Closing, type GapRule, isReport, ObservationStatus, type Project } from '../../core/index.ts';
import { modelOf } from '../../forecasting/models/index.ts';
import type { TailRow, VersionRecord } from '../../storage/ports/index.ts';
import { buildPanel } from '../data/index.ts';
import { ServedModel } from './served-model.ts';

const { observed, missing, stockout, refused, withdrawn } = ObservationStatus;
const learnt = {
  'north/a': [3, 0, 4, 2, 9, 1, 5, 7],
  'north/b': [0, 0, 2, 0, 1, 0, 0, 3],
  'south/a': [8, 8, 9, 7],
};
const lastLearnt = 20;
const ids = [...Object.keys(learnt), 'south/new', 'west/new'];

/** What arrives: a row, or that a group, or all ('') are closed. */
type Step =
  | {
      readonly id: string;
      readonly ahead: number;
      readonly value: number | 'missing' | 'stockout' | 'refused' | 'withdrawn';
      /** The period was not over when it came. */
      readonly isPart: boolean;
    }
  | { readonly group: string; readonly ahead: number }
  | { readonly batch: true };

const ahead = fc.integer({ min: 1, max: 12 });
const row = fc.record({
  id: fc.constantFrom(...ids),
  ahead,
  isPart: fc.boolean(),
  value: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 9 }) },
    fc.constantFrom(...(['missing', 'stockout', 'refused', 'refused', 'withdrawn', 'withdrawn'] as const)),
  ),
});
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: row },
    fc.record({ group: fc.constantFrom('', 'north', 'south', 'west'), ahead }),
    fc.constant({ batch: true as const }),
  ),
  { maxLength: 60 },
);

function projectOf(gaps: GapRule): Project {
  const { columns } = shop();
  return shop({ gaps, columns: { ...columns, series: ['store', 'item'] } });
}

function rowOf(step: Extract<Step, { id: string }>, batchSeq: number): TailRow {
  const { id: seriesId, ahead: after, value, isPart } = step;
  const status = typeof value === 'number' ? observed : { missing, stockout, refused, withdrawn }[value];
  const demand = typeof value === 'number' ? value : Number.NaN;
  const period = lastLearnt + after;
  return {
    seriesId,
    period,
    value: demand,
    status,
    batchSeq,
    knownAt: 0,
    ...(isPart ? { openFrom: period } : {}),
  };
}

/** Serves what comes; a page may end anywhere. */
async function served(project: Project, given: readonly Step[]): Promise<ServedModel> {
  const model = decodeTest(encodeTest({ model: 'ses', lastPeriod: lastLearnt, series: learnt }));
  const version = { id: 'ver_1', number: 1 } as VersionRecord;
  const base = { project, version, model, batchSeq: 0, periodMax: lastLearnt };
  const serving = await ServedModel.open({ ...base, holidays: () => null, breathe: async () => {} });
  let batchSeq = 1;
  for (const step of given) {
    if ('batch' in step) serving.batchSeq = batchSeq++;
    else if ('group' in step) serving.close([closingOf(step, batchSeq)]);
    else serving.observe([rowOf(step, batchSeq)]);
  }
  return serving;
}

function closingOf({ group, ahead: after }: Extract<Step, { group: string }>, seq: number): Closing {
  return { seq, group, through: lastLearnt + after, cause: 'sender', at: 0 };
}

/** What is known of each period that a row came for: the last that was accepted or taken back, else that one was refused. */
function knownRows(id: string, given: readonly Step[]): TailRow[] {
  const own = new Map<number, TailRow>();
  for (const [i, value] of (Object.hasOwn(learnt, id) ? learnt[id as keyof typeof learnt] : []).entries()) {
    const from = lastLearnt + 1 - learnt[id as keyof typeof learnt].length;
    own.set(from + i, { seriesId: id, period: from + i, value, status: observed, batchSeq: 0, knownAt: 0 });
  }
  for (const step of given) {
    if (!('id' in step) || step.id !== id) continue;
    const next = rowOf(step, 1);
    const old = own.get(next.period);
    if (next.status === refused && old !== undefined && old.status !== refused) continue;
    // A part takes nothing from a whole word.
    const { openFrom, ...whole } = next;
    own.set(
      next.period,
      old !== undefined && isReport(old.status) && old.openFrom === undefined ? whole : next,
    );
  }
  return [...own.values()].sort((a, b) => a.period - b.period);
}

/** The definition, read out: own rows that stand, closings of the group, closings of the project. */
function closedThrough(id: string, given: readonly Step[]): number {
  const reports = knownRows(id, given).filter(({ status }) => isReport(status));
  const newest = reports.at(-1);
  let through = (newest?.period ?? Number.NEGATIVE_INFINITY) - (newest?.openFrom === undefined ? 0 : 1);
  for (const step of given)
    if ('group' in step && (step.group === '' || id.startsWith(`${step.group}/`)))
      through = Math.max(through, lastLearnt + step.ahead);
  return through;
}

/** Values of a panel from everything that came, up to the newest closed period of each series; NaN past a history's end. */
function panelValues(
  project: Project,
  given: readonly Step[],
  id: string,
): { start: number; values: number[] } {
  const rows = knownRows(id, given);
  const end = closedThrough(id, given);
  const { panel } = buildPanel(
    {
      grid: project.grid,
      seriesIds: [id],
      offsets: Int32Array.of(0, rows.length),
      periods: Int32Array.from(rows, ({ period }) => period),
      values: Float64Array.from(rows, ({ value }) => value),
      status: Uint8Array.from(rows, ({ status }) => status),
    },
    { gaps: project.gaps, closedThrough: [end] },
  );
  const [series] = panel.series;
  const start = series?.start ?? 0;
  const length = Math.max(0, end - start + 1);
  return { start, values: Array.from({ length }, (_, i) => series?.values[i] ?? Number.NaN) };
}

for (const gaps of ['zero', 'missing'] as const)
  test(`a hot state is that of a panel closed at the same periods, bit for bit: gaps ${gaps}`, async () => {
    const project = projectOf(gaps);
    await fc.assert(
      fc.asyncProperty(steps, async (given) => {
        const serving = await served(project, given);
        for (const id of ids) {
          const cutoff = serving.cutoffOf(id);
          if (!serving.knows(id)) continue;
          assert.equal(cutoff, closedThrough(id, given), id);
          const { start, values } = panelValues(project, given, id);
          const window = [...serving.recent(id, cutoff, 14)];
          const expected = Array.from({ length: 14 }, (_, i) => values[values.length - 14 + i] ?? Number.NaN);
          assert.deepEqual(window, expected, `window of ${id}`);
          if (!serving.hasLearnt(id)) continue;
          const state = modelOf('ses').fit(Float64Array.from(values.slice(0, lastLearnt + 1 - start)), {
            seasons: [7],
            horizon: 3,
          });
          for (const value of values.slice(lastLearnt + 1 - start)) modelOf('ses').update(state, value);
          const series = Object.keys(learnt).indexOf(id);
          assert.deepEqual(serving.hot.stateAt(series, cutoff), state, `state of ${id}`);
          assert.deepEqual(
            [...serving.hot.valuesSince(series, cutoff)],
            values.slice(lastLearnt + 1 - start),
            `values of ${id}`,
          );
        }
      }),
      { numRuns: 300 },
    );
  });
