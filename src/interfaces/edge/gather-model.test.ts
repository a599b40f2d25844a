import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  exportedModel,
  exportedProject,
  lastLearnt,
  learntIds,
} from '../../../test/fixtures/exported-world.ts';
import { type Closing, ObservationStatus } from '../../core/index.ts';
import { decodeForecaster } from '../../forecasting/models/index.ts';
import type { TailRow } from '../../storage/ports/index.ts';
import { type GatherOptions, gatherModel } from './gather-model.ts';

const { artifact, version, snapshot } = exportedModel();
const [bread = '', cake = ''] = learntIds;
const columns = { ...exportedProject.columns, known: ['promo'] };

function row(seriesId: string, after: number, change: Partial<TailRow> = {}): TailRow {
  const status = ObservationStatus.observed;
  return { seriesId, period: lastLearnt + after, value: 5, status, batchSeq: 6, knownAt: 0, ...change };
}

function gather(
  rows: readonly TailRow[],
  change: Partial<GatherOptions> = {},
): ReturnType<typeof gatherModel> {
  return gatherModel({
    project: { ...exportedProject, columns },
    version,
    snapshot,
    artifact,
    observations: {
      async *observationsSince(_project, batchSeq) {
        yield { rows: rows.filter((one) => one.batchSeq > batchSeq), closings: [] };
      },
      async *covariatesSince(_project, { periodMin }) {
        yield rows.filter((one) => one.covariates !== undefined && one.period >= periodMin);
      },
    },
    snapshots: { readClosings: async () => [], readUnsettled: async () => [] },
    holidays: () => null,
    now: 0,
    adaptation: {},
    ...change,
  });
}

test('the artifact goes along as it is, with the rows since and the plans before them', async () => {
  const plan = row(bread, 3, { status: ObservationStatus.plan, batchSeq: 4, covariates: { promo: 1 } });
  const model = await gather([plan, row(bread, 1), row('west/rye', 1)]);
  assert.equal(model.artifact, artifact);
  assert.deepEqual(model.planned, [plan]);
  assert.deepEqual(
    model.rows.map(({ seriesId }) => seriesId),
    [bread, 'west/rye'],
  );
});

test('some series begin where they themselves are closed, and keep what the rows of others say of every series', async () => {
  const promo = { covariates: { promo: 1 } };
  const rows = [row(bread, 1, promo), row(bread, 2, promo), row('west/rye', 2, promo), row(cake, 1)];
  const model = await gather(rows, { series: [cake] });
  assert.equal(model.snapshot.periodMax, lastLearnt);
  assert.deepEqual(model.rows, [row(cake, 1)]);
  assert.deepEqual(
    model.planned.map(({ period, batchSeq }) => [period - lastLearnt, batchSeq]),
    [
      [1, snapshot.batchSeqMax],
      [2, snapshot.batchSeqMax],
    ],
  );
  assert.deepEqual(decodeForecaster(model.artifact.slice()).ids, [cake]);
});

test('the newest closing of each group goes along, of before the training and since', async () => {
  const closing = (seq: number, group: string, through: number): Closing => {
    return { seq, group, through: lastLearnt + through, cause: 'reporters', at: 0 };
  };
  const model = await gather([], {
    snapshots: {
      readClosings: async () => [closing(3, 'north', 0), closing(4, '', -1)],
      readUnsettled: async () => [],
    },
    observations: {
      async *observationsSince() {
        yield { rows: [row(bread, 1)], closings: [closing(6, 'north', 1)] };
        yield { rows: [], closings: [closing(8, 'west', 2)] };
      },
    },
  });
  assert.deepEqual(model.closings, [closing(6, 'north', 1), closing(4, '', -1), closing(8, 'west', 2)]);
});
