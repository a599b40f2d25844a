// A day that comes in ten uploads, in any order, gives when it is closed the forecasts of one that comes whole, to the bit.

import { type Project, Rng } from '../../src/core/index.ts';
import { openSqliteStore } from '../../src/storage/sqlite/index.ts';
import type { Finding } from './invariants.ts';
import { MemoryBlobs } from './memory-blobs.ts';
import { SimProcess } from './process.ts';
import { bodyOf, type SentRow } from './rows.ts';
import { rowsOf } from './schedule.ts';
import { SimTime } from './time.ts';
import { Witness } from './witness.ts';
import { drawProject, type SimProject } from './world.ts';

const parts = 10;
/** After an upload: what follows it follows. */
const settleMs = 2_000;
/** Until the history has been learnt. */
const trainMs = 20_000;
/** The one training is that which is asked for. */
const given: Partial<Project> = { retrainEveryPeriods: 0, adaptCoverage: false };

export async function checkParts(seed: number): Promise<Omit<Finding, 'step'>[]> {
  const sim = drawProject(new Rng(seed), 0, given);
  const [whole, split] = [await forecasts(sim, seed, 1), await forecasts(sim, seed, parts)];
  const found: Omit<Finding, 'step'>[] = [];
  for (const [id, said] of whole) {
    if (split.get(id) === said) continue;
    const what = `series ${id}: the day in one upload gives ${said}, in ${parts} it gives ${split.get(id)}`;
    found.push({ invariant: 'parts-are-the-whole', what });
  }
  return found;
}

/** Cutoff and means of each series after two days that came in so many parts each, and the beginning of a third. */
async function forecasts(sim: SimProject, seed: number, count: number): Promise<Map<string, string>> {
  const rng = new Rng(seed);
  const time = new SimTime(sim.startOf(sim.live));
  const store = openSqliteStore({ path: ':memory:', clock: time });
  const process = processOver(sim, { time, store, rng });
  const pump = async <T>(work: Promise<T>): Promise<T> => {
    await time.run(settleMs);
    return await work;
  };
  try {
    await pump(process.start());
    await pump(process.ingest(sim.project, bodyOf(sim, history(sim)), 'history'));
    await pump(process.jobs.enqueue('train', sim.project.name));
    await time.run(trainMs);
    const uploads: SentRow[][] = [];
    for (const period of [sim.live, sim.live + 1]) uploads.push(...inParts(sim, period, { count, rng }));
    uploads.push(rowsOf(sim, sim.series, sim.live + 2).map((row) => ({ ...row, units: row.units + 1 })));
    for (const [i, rows] of uploads.entries()) {
      // Where demand is sparse nobody may have anything to send.
      if (rows.length === 0) continue;
      const late = Math.max(...rows.map(({ period }) => sim.startOf(period + 1)));
      time.skipTo(late);
      await pump(process.ingest(sim.project, bodyOf(sim, rows), `part-${i}`));
    }
    const answer = await pump(process.serving.forecast(sim.project.name, {}));
    const said = new Map<string, string>();
    for (const { series, predictionId, source } of answer.forecasts) {
      const stored = await store.getPrediction(predictionId);
      said.set(series, `${source} from ${stored?.cutoff}: ${stored?.mean.join(' ')}`);
    }
    return said;
  } finally {
    process.life.end();
    await store.close();
  }
}

function processOver(
  { project }: SimProject,
  { time, store, rng }: { time: SimTime; store: ReturnType<typeof openSqliteStore>; rng: Rng },
): SimProcess {
  const process: SimProcess = new SimProcess({
    name: 'a1',
    store,
    blobs: new MemoryBlobs(),
    time,
    rng: new Rng(rng.uint32()),
    projects: [project],
    works: true,
    failing: () => 0,
    onDeath: () => {},
    isGone: () => false,
    nextFault: () => null,
    onBad: () => {},
    log: () => {},
    witness: new Witness(),
    peers: () => [process],
  });
  return process;
}

function history(sim: SimProject): SentRow[] {
  const rows: SentRow[] = [];
  for (let period = sim.from; period < sim.live; period++) rows.push(...rowsOf(sim, sim.series, period));
  return rows;
}

/** The rows of a period in so many uploads, in any order. */
function inParts(sim: SimProject, period: number, { count, rng }: { count: number; rng: Rng }): SentRow[][] {
  const uploads = new Map<number, SentRow[]>();
  for (const row of rowsOf(sim, sim.series, period)) {
    const part = rng.below(count);
    uploads.set(part, [...(uploads.get(part) ?? []), row]);
  }
  return [...uploads].sort(([a], [b]) => b - a).map(([, rows]) => rows);
}
