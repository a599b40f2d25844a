// A day of many sparse series that comes in ten partial uploads gives, once it is closed, the bits of one upload; and until then
// no series forecasts from what others have reported.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from '../../src/core/index.ts';
import { shop, World } from '../fixtures/serving-world.ts';

const series = 300;
const lastPeriod = 60;
const ids = Array.from({ length: series }, (_, s) => `store${s % 10}/item${s}`);

type Row = [string, number, number];

/** As in M5 two of three series sell nothing on a day, and have no row then. */
function demand(rng: Rng): number {
  return rng.uniform() < 0.35 ? 1 + rng.below(6) : 0;
}

async function world(gaps: 'zero' | 'missing'): Promise<World> {
  const { columns } = shop();
  const made = new World(shop({ gaps, columns: { ...columns, series: ['store', 'item'] } }));
  const rng = new Rng(7);
  const histories = ids.map((id) => [id, Array.from({ length: 42 }, () => demand(rng))] as const);
  made.championVersion = made.train({ model: 'tsb', lastPeriod, series: Object.fromEntries(histories) });
  await made.serving.start([made.project]);
  return made;
}

/** Forecasts by series, bit for bit. */
async function forecasts(made: World): Promise<Map<string, { cutoff: number; bits: Uint8Array }>> {
  await made.serving.catchUp('shop');
  const answer = await made.serving.answer('shop', {});
  return new Map(
    answer.forecasts.map(({ prediction: { seriesId, cutoff, mean, quantiles } }) => [
      seriesId,
      { cutoff, bits: new Uint8Array(Float64Array.of(...mean, ...quantiles).buffer) },
    ]),
  );
}

for (const gaps of ['zero', 'missing'] as const)
  test(`ten partial uploads give the bits of one when the day is closed: gaps ${gaps}`, async () => {
    const rng = new Rng(11);
    for (let day = lastPeriod + 1; day <= lastPeriod + 3; day++) {
      const rows = ids.flatMap((id): Row[] => {
        const units = demand(rng);
        return units === 0 ? [] : [[id, day, units]];
      });
      const [whole, partial] = [await world(gaps), await world(gaps)];
      await whole.ingest(...rows);
      await whole.close(day);
      // Shop by shop, in an order of their own.
      const shops = Array.from({ length: 10 }, (_, i) => `store${(i * 7 + day) % 10}/`);
      const begun = await forecasts(partial);
      const reported = new Set<string>();
      for (const store of shops) {
        const own = rows.filter(([id]) => id.startsWith(store));
        await partial.ingest(...own);
        for (const [id] of own) reported.add(id);
        for (const [id, forecast] of await forecasts(partial)) {
          if (!reported.has(id)) assert.deepEqual(forecast, begun.get(id), id);
          else assert.equal(forecast.cutoff, day);
        }
      }
      await partial.close(day);
      assert.deepEqual(await forecasts(partial), await forecasts(whole));
    }
  });
