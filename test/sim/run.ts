// The command line of the simulator: `npm run sim -- --seeds 500`, `npm run sim -- --seed 17`, `npm run sim -- drift`,
// `npm run sim -- trials`, and so on.

import { parseArgs } from 'node:util';
import { runBeforeLabels } from './before-labels.ts';
import { runDriftCalibration } from './drift-calibration.ts';
import { runDriftKinds } from './drift-kinds.ts';
import { runDriftSeason } from './drift-season.ts';
import { runMutants } from './mutants.ts';
import { runProperties } from './property-rounds.ts';
import { runSeed } from './run-seed.ts';
import { regressionSeeds } from './seeds.ts';
import { runTrialCalibration } from './trial-calibration.ts';
import { waitingFor } from './waiting.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tables: { type: 'string' },
    streams: { type: 'string' },
    rounds: { type: 'string' },
    trials: { type: 'string' },
    seeds: { type: 'string' },
    seed: { type: 'string' },
    seconds: { type: 'string' },
    from: { type: 'string' },
    properties: { type: 'string' },
    mutants: { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
  },
});

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Of statistics, by the name that is asked for. They begin with seed 1, unless another is given. */
const studies: Readonly<Record<string, (of: { first: number; print: typeof print }) => boolean>> = {
  drift: (of) => runDriftCalibration({ tables: Number(values.tables ?? 1_000), ...of }),
  'drift-season': (of) => runDriftSeason({ tables: Number(values.tables ?? 100), ...of }),
  'drift-kinds': (of) => runDriftKinds({ streams: Number(values.streams ?? 200), ...of }),
  'before-labels': (of) => runBeforeLabels({ rounds: Number(values.rounds ?? 40), ...of }),
  trials: (of) => runTrialCalibration({ trials: Number(values.trials ?? 1_000), ...of }),
};

await main();

async function main(): Promise<void> {
  const study = studies[positionals[0] ?? ''];
  if (study !== undefined) {
    if (!study({ first: Number(values.from ?? 1), print })) process.exitCode = 1;
    return;
  }
  if (values.mutants) {
    const seeds = Number(values.seeds ?? 60);
    if (!(await runMutants({ seeds, first: Number(values.from ?? 1), print }))) process.exitCode = 1;
    return;
  }
  if (values.properties !== undefined) {
    if (!runProperties(Number(values.properties), { first: firstSeed(), print })) process.exitCode = 1;
    return;
  }
  if (values.seed !== undefined) return await replay(Number(values.seed));
  const count = values.seeds === undefined ? Number.POSITIVE_INFINITY : Number(values.seeds);
  const seconds = Number(values.seconds ?? (values.seeds === undefined ? 30 : Number.POSITIVE_INFINITY));
  await many({ first: firstSeed(), count, seconds });
}

/** Another one in every run, unless it is given. */
function firstSeed(): number {
  return values.from === undefined ? Date.now() % 1_000_000_000 : Number(values.from);
}

/** One seed, step by step. */
async function replay(seed: number): Promise<void> {
  const result = await runSeed(seed, { trace: print, all: values.all });
  print(JSON.stringify(result.counts));
  if (result.findings.length > 0) process.exitCode = 1;
}

/** The seeds that once broke something, then fresh ones. */
async function many(of: { first: number; count: number; seconds: number }): Promise<void> {
  const began = performance.now();
  const until = began + 1000 * of.seconds;
  print(`fresh seeds from ${of.first} on, after ${regressionSeeds.length} that once broke something`);
  const total = { seeds: 0, steps: 0, batches: 0, asks: 0, trainings: 0, kills: 0, outages: 0 };
  const fresh = (i: number): number => regressionSeeds[i] ?? of.first + i - regressionSeeds.length;
  for (let i = 0; i < of.count + regressionSeeds.length && performance.now() < until; i++) {
    const seed = fresh(i);
    const { findings, counts, steps } = await runSeed(seed, { all: values.all }).catch((error: unknown) => {
      print(`seed ${seed} did not come to its end: npm run sim -- --seed ${seed} shows its steps`);
      throw error;
    });
    total.seeds++;
    total.steps += steps;
    for (const name of ['batches', 'asks', 'trainings', 'kills', 'outages'] as const)
      total[name] += counts[name];
    if (findings.length === 0) continue;
    for (const { invariant, what, step } of findings.slice(0, 10))
      print(`seed ${seed}, step ${step}, ${invariant}: ${what}`);
    print(`Seed ${seed} broke ${findings[0]?.invariant}: npm run sim -- --seed ${seed} shows its steps.`);
    process.exitCode = 1;
    return;
  }
  const perSeed = (performance.now() - began) / 1000 / total.seeds;
  const waiting = Object.keys(waitingFor).length;
  print(
    `${total.seeds} seeds: ${total.steps} steps, ${total.batches} uploads, ${total.asks} questions, ${total.trainings} trainings, ` +
      `${total.kills} kills and ${total.outages} outages broke nothing, in ${perSeed.toFixed(2)} s per seed` +
      `${waiting === 0 ? '' : `; ${waiting} invariants wait for their fix`}.`,
  );
}
