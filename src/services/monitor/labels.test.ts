import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pastOf } from '../../../test/fixtures/past.ts';
import { type Closing, type GapRule, ObservationStatus } from '../../core/index.ts';
import type { TailRow } from '../../storage/ports/index.ts';
import { KnownClosed } from './known-closed.ts';
import { cutoffSpanMax, type Label, LabelWindow } from './labels.ts';

type Forecast = { seriesId: string; cutoff: number; mean: Float64Array };

function rowOf(seriesId: string, period: number, status: ObservationStatus): TailRow {
  const value = status === ObservationStatus.observed ? 1000 + period : Number.NaN;
  return { seriesId, period, value, status, batchSeq: 1, knownAt: 0 };
}

async function windowOver(
  rows: readonly TailRow[],
  {
    gaps,
    latestPeriod,
    season,
    sealed,
  }: { gaps: GapRule; latestPeriod: number; season: number; sealed?: readonly TailRow[] },
): Promise<{ labels: LabelWindow; read: string[] }> {
  const project = { name: 'p', gaps, columns: { series: ['item'], time: 'date', target: 'units' } };
  const closing: Closing = { seq: 1, group: '', through: latestPeriod, cause: 'sender', at: 0 };
  const closed = await KnownClosed.read(
    { readClosings: async () => [closing], closingBatches: async () => [] },
    project,
  );
  const read: string[] = [];
  const labels = new LabelWindow({
    store: {
      readActuals: async (_project, { periodMin, periodMax, seriesIds = [] }) => {
        const found = rows.filter(
          ({ seriesId, period }) =>
            seriesIds.includes(seriesId) && period >= periodMin && period <= periodMax,
        );
        read.push(...found.map(({ seriesId, period }) => `${seriesId} ${period}`));
        return found;
      },
    },
    project,
    latestPeriod,
    closed,
    season,
    ...(sealed === undefined ? {} : { past: async (range) => pastOf(sealed, range) }),
    breathe: async () => {},
  });
  return { labels, read };
}

/** Pages as a scan gives them: by ascending cutoff, at most `size` forecasts and one span of cutoffs. */
function pagesOf(forecasts: readonly Forecast[], size: number): Forecast[][] {
  const pages: Forecast[][] = [];
  for (const forecast of forecasts) {
    const page = pages.at(-1);
    const first = page?.[0];
    if (page && first && page.length < size && forecast.cutoff - first.cutoff <= cutoffSpanMax)
      page.push(forecast);
    else pages.push([forecast]);
  }
  return pages;
}

const statuses = [
  ObservationStatus.observed,
  ObservationStatus.stockout,
  ObservationStatus.missing,
  undefined,
];

test('whatever the horizons, cutoffs, season and pages, every label is the row of its period', async () => {
  const forecasts = fc.array(
    fc.record({
      seriesId: fc.constantFrom('a', 'b', 'c'),
      cutoff: fc.oneof(fc.integer({ min: -20, max: 40 }), fc.integer({ min: -20, max: 400 })),
      mean: fc.integer({ min: 1, max: 90 }).map((horizon) => new Float64Array(horizon)),
    }),
    { minLength: 1, maxLength: 40 },
  );
  const layout = fc.record({
    gaps: fc.constantFrom<GapRule>('zero', 'missing'),
    latestPeriod: fc.integer({ min: -10, max: 480 }),
    season: fc.integer({ min: 1, max: 60 }),
  });
  await fc.assert(
    fc.asyncProperty(forecasts, layout, fc.integer({ min: 1, max: 12 }), async (made, at, size) => {
      const { gaps, latestPeriod, season } = at;
      const statusOf = (seriesId: string, period: number): ObservationStatus | undefined =>
        period > latestPeriod ? undefined : statuses[(period * 7 + seriesId.charCodeAt(0) + 700) % 4];
      const rows = ['a', 'b', 'c'].flatMap((seriesId) =>
        Array.from({ length: 600 }, (_, i) => i - 90).flatMap((period) => {
          const status = statusOf(seriesId, period);
          return status === undefined ? [] : [rowOf(seriesId, period, status)];
        }),
      );
      const joined = (seriesId: string, period: number): Label => {
        const status = statusOf(seriesId, period);
        if (status === ObservationStatus.observed) return 1000 + period;
        if (status === ObservationStatus.stockout) return 'censored';
        return status === undefined && gaps === 'zero' && period <= latestPeriod ? 0 : 'unknown';
      };
      const { labels, read } = await windowOver(rows, at);
      const sorted = made.toSorted((x, y) => x.cutoff - y.cutoff);
      for (const page of pagesOf(sorted, size)) {
        await labels.cover(page);
        for (const { seriesId, cutoff, mean } of page) {
          for (let period = cutoff + 1; period <= cutoff + mean.length; period++)
            assert.equal(labels.at(seriesId, period), joined(seriesId, period), `${seriesId} ${period}`);
          for (let period = cutoff - season + 1; period <= Math.min(cutoff, latestPeriod); period++)
            if (statusOf(seriesId, period) !== undefined)
              assert.equal(labels.before(seriesId, period), joined(seriesId, period), `before ${period}`);
        }
      }
      assert.equal(new Set(read).size, read.length, 'a value is read once');
    }),
  );
});

test('a forecast of 7 steps keeps its labels beside one of 28 on the same page', async () => {
  const rows = Array.from({ length: 201 }, (_, period) => rowOf('x', period, ObservationStatus.observed));
  for (const gaps of ['zero', 'missing'] as const) {
    const { labels } = await windowOver(rows, { gaps, latestPeriod: 200, season: 1 });
    await labels.cover([
      { seriesId: 'x', cutoff: 100, mean: new Float64Array(7) },
      { seriesId: 'x', cutoff: 110, mean: new Float64Array(28) },
    ]);
    const found = Array.from({ length: 7 }, (_, i) => labels.at('x', 101 + i));
    assert.deepEqual(found, [1101, 1102, 1103, 1104, 1105, 1106, 1107]);
  }
});

test('the season before the first cutoff is read from what is sealed; of two words the later batch counts', async () => {
  const row = (period: number, value: number, batchSeq: number): TailRow => ({
    ...rowOf('x', period, ObservationStatus.observed),
    value,
    batchSeq,
  });
  const sealed = [row(97, 1, 1), row(98, 2, 1), row(99, 3, 5), row(100, 4, 1), row(105, 9, 1)];
  const rows = [row(99, 30, 4), row(100, 40, 2), ...[101, 102, 103, 104, 105].map((p) => row(p, p, 2))];
  const { labels } = await windowOver(rows, { gaps: 'missing', latestPeriod: 200, season: 4, sealed });
  await labels.cover([{ seriesId: 'x', cutoff: 100, mean: new Float64Array(2) }]);
  assert.deepEqual(
    [97, 98, 99, 100].map((period) => labels.before('x', period)),
    [1, 2, 3, 40],
  );
  // A later forecast, of periods that nobody forecast between: 103 and 104 may have left the tail too.
  await labels.cover([{ seriesId: 'x', cutoff: 107, mean: new Float64Array(2) }]);
  assert.deepEqual(
    [104, 105, 106].map((period) => labels.before('x', period)),
    [104, 105, 'unknown'],
  );
});
