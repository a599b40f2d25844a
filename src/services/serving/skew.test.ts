// No skew: what a server computes from the rows of real stores, sealed or not, is what the next training computes of them.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { projectLike } from '../../../test/fixtures/project.ts';
import { promptTimers, soleVersion } from '../../../test/fixtures/serving-world.ts';
import { smallForecaster } from '../../../test/fixtures/small-forecaster.ts';
import { type DataFixture, openDataFixture } from '../../../test/hostile/data-fixture.ts';
import { IdSource, periodLabel, periodOf, Rng } from '../../core/index.ts';
import { encodeForecaster } from '../../forecasting/models/index.ts';
import type { VersionRecord } from '../../storage/ports/index.ts';
import { holidayColumn } from '../data/index.ts';
import { checkFeatures } from '../train/index.ts';
import { Serving } from './serving.ts';

const project = projectLike({
  calendar: { country: 'US' },
  columns: {
    series: ['item'],
    time: 'date',
    target: 'units',
    known: ['price', 'promotion', 'event'],
    past: ['visitors'],
    static: ['kind'],
    categories: ['event'],
  },
});
const firstDay = periodOf(project.grid, Date.parse('2024-02-20'));
/** Memorial Day, 27 May, is among the days after it. */
const learntTo = periodOf(project.grid, Date.parse('2024-05-23'));
const items = Array.from({ length: 12 }, (_, s) => `item ${s}`);

let fixture: DataFixture;
beforeEach(async () => {
  fixture = await openDataFixture();
});
afterEach(() => fixture.close());

/** A row of the file; without units it is a plan. */
function line(rng: Rng, of: { s: number; period: number; isPlan?: boolean }): string {
  const { s, period, isPlan = false } = of;
  const price = ((s + 1) * (1 + rng.below(15) / 30)).toFixed(2);
  const event = period % 11 === 0 ? 'fair' : 'none';
  const units = isPlan ? '' : 20 + s + rng.below(10);
  const visitors = isPlan || rng.uniform() < 0.2 ? '' : rng.below(500);
  const day = periodLabel(project.grid, period);
  return `${items[s]},${day},${units},${price},${rng.below(2)},${event},${visitors},${s % 2 === 0 ? 'small' : 'large'}`;
}

async function send(lines: readonly string[]): Promise<void> {
  const text = `item,date,units,price,promotion,event,visitors,kind\n${lines.join('\n')}\n`;
  const { batch } = await fixture.data.ingestBody(project, Buffer.from(text), { format: 'csv' });
  assert.equal(batch.rowsAccepted, lines.length);
}

/** Days of every item; one in five has no row, but for the first item. */
function days(rng: Rng, of: { from: number; to: number }): string[] {
  const lines: string[] = [];
  for (let s = 0; s < items.length; s++)
    for (let period = of.from; period <= of.to; period++)
      if (s === 0 || period === firstDay || rng.uniform() < 0.8) lines.push(line(rng, { s, period }));
  return lines;
}

function plans(rng: Rng, of: { from: number; to: number }): string[] {
  const lines: string[] = [];
  for (let s = 0; s < items.length; s++)
    for (let period = of.from; period <= of.to; period++)
      if (rng.uniform() < 0.6) lines.push(line(rng, { s, period, isPlan: true }));
  return lines;
}

async function serve(
  artifact: Uint8Array,
  {
    snapshotId,
    id,
    cacheMegabytes = 0,
  }: { readonly snapshotId: string; readonly id: string; readonly cacheMegabytes?: number },
): Promise<Serving> {
  const { store, data, clock } = fixture;
  const version = {
    id,
    number: 1,
    project: project.name,
    snapshotId,
    provenAt: 0,
    refusal: null,
  } as VersionRecord;
  const rng = new Rng(id.length);
  const serving = new Serving({
    holidays: holidayColumn,
    store,
    registry: soleVersion(version, artifact),
    data,
    clock,
    timers: promptTimers,
    ids: new IdSource(
      () => clock.now(),
      (bytes) => {
        for (let i = 0; i < bytes.length; i++) bytes[i] = rng.below(256);
      },
    ),
    log: { info: () => {}, error: () => {} },
    cacheMegabytes,
  });
  await serving.start([project]);
  return serving;
}

async function means(serving: Serving): Promise<number[][]> {
  const { forecasts } = await serving.forecast(project.name, {});
  return forecasts.map(({ steps }) => steps.map(({ mean }) => mean));
}

test('sealed and unsealed rows, late plans, corrected prices, columns known afterwards and holidays: no feature differs', async () => {
  const { data, store } = fixture;
  await store.putProject(project, 0);
  const rng = new Rng(5);
  await send([
    ...days(rng, { from: firstDay, to: learntTo }),
    ...plans(rng, { from: learntTo + 1, to: learntTo + 4 }),
  ]);
  await data.seal(project.name);
  const { id: snapshotId } = await data.createSnapshot(project.name);
  const forecaster = smallForecaster(await data.readPanel(project, snapshotId));
  const looksAt = forecaster.trained?.parts.plan.varying.map(({ name }) => name);
  assert.deepEqual(looksAt, ['price', 'promotion', 'event', 'visitors', 'holiday']);
  const artifact = encodeForecaster(forecaster);

  await send(days(rng, { from: learntTo + 1, to: learntTo + 3 }));
  await send(plans(rng, { from: learntTo + 3, to: learntTo + 12 }));
  await data.seal(project.name);
  const early = await serve(artifact, { snapshotId, id: 'early', cacheMegabytes: 8 });
  await send(days(rng, { from: learntTo + 2, to: learntTo + 6 }));
  await early.catchUp(project.name);
  await means(early);
  await send(plans(rng, { from: learntTo + 5, to: learntTo + 20 }));
  await early.catchUp(project.name);
  const late = await serve(artifact, { snapshotId, id: 'late' });
  for (let i = 0; i < 12; i++) assert.deepEqual(await means(early), await means(late));

  // What is planned after a step tells of it too: a short request is told as much as a long one.
  const whole = await late.forecast(project.name, {});
  const short = await late.forecast(project.name, { horizon: 2 });
  assert.deepEqual(
    short.forecasts.map(({ steps }) => steps),
    whole.forecasts.map(({ steps }) => steps.slice(0, 2)),
  );

  await data.seal(project.name);
  const sealed = await serve(artifact, { snapshotId, id: 'sealed' });
  assert.deepEqual(await means(sealed), await means(late));
  const samples = await store.featureSamples(project.name, 'late', 999);
  const panel = await data.readPanel(project, (await data.createSnapshot(project.name)).id);
  // A series that has not reported the last day, which nobody has closed, is forecast from an earlier one.
  const cutoffs = samples.map(({ cutoff }) => cutoff);
  assert.ok(
    samples.length > 10 && Math.max(...cutoffs) === learntTo + 6 && Math.min(...cutoffs) < learntTo + 6,
  );
  assert.deepEqual(checkFeatures({ artifact, panel, samples }), {
    checked: samples.length,
    revised: 0,
    different: 0,
  });
});
