import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { ObservationStatus } from '../../../core/index.ts';
import { Engine, type TaskContext } from './engine.ts';
import { type StagedRow, type StagedSource, silentPlan } from './staged-row.ts';
import { StagedRows } from './staged-rows.ts';

let scratch: string;

before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'almanac-staged-'));
});

after(() => rm(scratch, { recursive: true, force: true }));

const { observed, missing, stockout, plan, refused } = ObservationStatus;
const aRow: fc.Arbitrary<Omit<StagedRow, 'row'>> = fc.record({
  series: fc.nat(3),
  period: fc.integer({ min: -3, max: 3 }),
  instant: fc.constantFrom(0, 0.5, -7),
  value: fc.constantFrom(0, -0, 1.5, Number.NaN),
  status: fc.constantFrom(observed, missing, stockout, plan, refused, silentPlan),
  cells: fc.tuple(fc.constantFrom(Number.NaN, 2)).map((cells) => Float64Array.from(cells)),
});

/** All that can be asked of the rows, before and after some are taken out. */
async function saidOf(rows: readonly Omit<StagedRow, 'row'>[], bytesMax: number): Promise<unknown> {
  const setup = { scratchFolder: scratch, limits: { memoryBytesMax: 256 * 1024 ** 2, threads: 1 } };
  const engine = await Engine.open(setup, scratch, new AbortController().signal);
  try {
    const context: TaskContext = { engine, scratch, progress: () => {} };
    const staged = await StagedRows.create(context, { cells: 1, bytesMax });
    for (const [i, row] of rows.entries()) staged.push(i + 1, row, row.status);
    const source = staged.end();
    const before = await answers(source);
    const taken = await source.takeOut(1, { isMarked: false });
    return { before, taken, after: await answers(source), inOrder: await inOrder(source) };
  } finally {
    engine.close();
  }
}

async function answers(source: StagedSource): Promise<unknown> {
  const bySeries = async (from: number): Promise<unknown> =>
    [...(await source.rowsBySeries(from))].sort(([a], [b]) => a - b);
  return {
    rows: source.rows,
    span: source.rows === 0 ? null : await source.span(),
    periods: [await source.periods(null), await source.periods(-1)],
    bySeries: [await bySeries(Number.NEGATIVE_INFINITY), await bySeries(0)],
    newest: [await source.newest(Number.NEGATIVE_INFINITY), await source.newest(0)],
    lastInstants: [...(await source.lastInstants(2))].sort(([a], [b]) => a - b),
  };
}

async function inOrder(source: StagedSource): Promise<StagedRow[]> {
  const seen: StagedRow[] = [];
  await source.each(Int32Array.of(2, 0, 3, 1), (row) => seen.push({ ...row }));
  return seen;
}

test('staged rows come back the same from memory and from a table', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(aRow, { minLength: 1, maxLength: 40 }), fc.nat(60), async (rows, inMemory) => {
      const rowBytes = 8 * 5 + 4;
      const memory = await saidOf(rows, Number.POSITIVE_INFINITY);
      assert.deepEqual(await saidOf(rows, inMemory * rowBytes), memory);
    }),
    { numRuns: 25 },
  );
});

test('staged rows come by series, period, instant and number, whatever their order in the file', async () => {
  const row = (series: number, period: number, instant: number) =>
    ({ series, period, instant, value: 1, status: observed, cells: Float64Array.of(1) }) as const;
  const rows = [row(1, 2, 0), row(0, 5, 3), row(0, 5, 1), row(1, 1, 9), row(0, 5, 1), row(0, -4, 0)];
  const { inOrder } = (await saidOf(rows, Number.POSITIVE_INFINITY)) as { inOrder: StagedRow[] };
  // Rows of period 1 and later are gone; rank 0 is series 1.
  assert.deepEqual(
    inOrder.map(({ row }) => row),
    [6],
  );
  const kept = rows.map((one) => ({ ...one, status: plan }));
  const all = (await saidOf(kept, Number.POSITIVE_INFINITY)) as { inOrder: StagedRow[] };
  assert.deepEqual(
    all.inOrder.map(({ row }) => row),
    [4, 1, 6, 3, 5, 2],
  );
});
