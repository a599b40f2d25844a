// Question: how long does a whole retraining take, from histories to a registered version, and how much memory?
// 10,000 series × 730 days, 28 steps; 100,000 series × 104 weeks, 13 steps; nine quantiles, price and promotion known ahead.
// A real server process: `ingest`, `up`, the training job over HTTP. `--only day|week`, `--series N`, `--quick` (500 and 5,000).

import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandJson } from '../test/journey/command.ts';
import { startServer } from '../test/journey/server-process.ts';
import { machineNow } from './machine.ts';
import { type Plan, retrainData } from './retrain-data.ts';
import { Workshop } from './workshop.ts';

const quick = process.argv.includes('--quick');
const flag = (name: string): string | undefined => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};
const only = flag('--only');
const given = flag('--series');
const partial = quick || given !== undefined;
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const pollMs = 200;

interface Goal {
  readonly seconds: number;
  readonly bytes: number | null;
}

const plans: readonly (Plan & { readonly goal: Goal })[] = [
  {
    name: '730 days, 28 steps',
    frequency: 'day',
    series: Number(given ?? (quick ? 500 : 10_000)),
    periods: 730,
    horizon: 28,
    goal: { seconds: 180, bytes: 2 * 2 ** 30 },
  },
  {
    name: '104 weeks, 13 steps',
    frequency: 'week',
    series: Number(given ?? (quick ? 5000 : 100_000)),
    periods: 104,
    horizon: 13,
    goal: { seconds: 360, bytes: null },
  },
];

interface Job {
  readonly state: string;
  readonly step: string | null;
  readonly progress: { readonly fraction: number; readonly message: string };
  readonly results: Readonly<Record<string, Readonly<Record<string, unknown>> | null>>;
  readonly error: unknown;
}

interface Row {
  readonly case: string;
  readonly ours: {
    readonly series: number;
    readonly rows: number;
    readonly rowsQuarantined: number;
    readonly ingestSeconds: number;
    /** From the request to the end of the job. */
    readonly seconds: number;
    readonly cpuSeconds: number;
    readonly peakBytes: number;
    readonly version: unknown;
    readonly promoted: unknown;
    readonly reason: unknown;
    readonly steps: Readonly<Record<string, number>>;
    readonly phases: Readonly<Record<string, number>>;
    readonly progress: Readonly<Record<string, number>>;
  };
  readonly goal: Goal & { readonly met: boolean };
}

/** One look at the job. */
interface Look {
  readonly seconds: number;
  readonly fraction: number;
  readonly step: string;
  readonly message: string;
}

const machine = machineNow();
const rows: Row[] = [];
const shop = await Workshop.open('', false);
try {
  for (const plan of plans) if (only === undefined || only === plan.frequency) rows.push(await retrain(plan));
} finally {
  await shop.close();
}
const report = {
  name: 'retrain',
  machine,
  versions: { node: process.versions.node },
  date: new Date().toISOString(),
  quick: partial,
  rows,
};
if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);

function configOf({ frequency, horizon }: Plan): string {
  return `export default {
  // All cores: by default one is left to requests, and here there are none.
  threads: ${availableParallelism()},
  projects: {
    shop: {
      frequency: '${frequency}', horizonSteps: ${horizon},
      // The training is asked for below; none starts by itself.
      retrainEveryPeriods: 0,
      levels: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
      columns: {
        series: 'series_id', time: 'timestamp', target: 'units',
        known: ['price', 'promo'], static: ['category'],
      },
    },
  },
};
`;
}

async function retrain(plan: (typeof plans)[number]): Promise<Row> {
  const file = await retrainData(shop, plan, Date.now());
  const folder = await mkdtemp(join(tmpdir(), 'almanac-retrain-'));
  try {
    await writeFile(join(folder, 'almanac.config.ts'), configOf(plan));
    const begin = performance.now();
    const { batch } = await commandJson<{ batch: { rowsAccepted: number; rowsQuarantined: number } }>(
      folder,
      'ingest',
      file,
    );
    const ingestSeconds = (performance.now() - begin) / 1000;
    say(`${plan.series} series × ${plan.name}: ${batch.rowsAccepted} rows in, ${ingestSeconds.toFixed(1)} s`);
    const { job, looks, peakBytes, cpuSeconds } = await train(folder);
    const seconds = looks.at(-1)?.seconds ?? 0;
    const row = {
      case: `${plan.series} series × ${plan.name}`,
      ours: {
        series: plan.series,
        rows: batch.rowsAccepted,
        rowsQuarantined: batch.rowsQuarantined,
        ingestSeconds,
        seconds,
        cpuSeconds,
        peakBytes,
        version: job.results.register?.number ?? null,
        promoted: job.results.promote?.promoted ?? null,
        reason: job.results.promote?.reason ?? null,
        steps: durations(looks, ({ step }) => step),
        phases: durations(looks, ({ message }) => message.replace(/[\d,.%]+/g, '#')),
        progress: honesty(looks),
      },
      goal: {
        ...plan.goal,
        // Of fewer series it says nothing.
        met:
          !partial &&
          seconds < plan.goal.seconds &&
          (plan.goal.bytes === null || peakBytes < plan.goal.bytes),
      },
    };
    print(row);
    return row;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The training job in a fresh server. Peak memory is of that process, start and reading included. */
async function train(
  folder: string,
): Promise<{ job: Job; looks: Look[]; peakBytes: number; cpuSeconds: number }> {
  const server = await startServer(folder);
  try {
    const before = cpuSecondsOf(server.pid);
    // What the start needed is not the training's.
    writeFileSync(`/proc/${server.pid}/clear_refs`, '5');
    const begin = performance.now();
    const started = await fetch(`${server.url}/v1/projects/shop/train`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    const { jobId } = (await started.json()) as { jobId: string };
    const looks: Look[] = [];
    for (;;) {
      const job = (await (await fetch(`${server.url}/v1/jobs/${jobId}`)).json()) as Job;
      const seconds = (performance.now() - begin) / 1000;
      const { fraction, message } = job.progress;
      looks.push({ seconds, fraction, step: job.step ?? '-', message });
      if (job.state === 'done') {
        const peakBytes = peakOf(server.pid);
        return { job, looks, peakBytes, cpuSeconds: cpuSecondsOf(server.pid) - before };
      }
      if (job.state !== 'queued' && job.state !== 'running')
        throw new Error(`training ${job.state}: ${JSON.stringify(job.error)}`);
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  } finally {
    await server.stop();
  }
}

/** Peak resident memory of a process so far. Linux. */
function peakOf(pid: number): number {
  const found = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(found?.[1]) * 1024;
}

/** User and system time of a process with its threads. Linux counts in hundredths. */
function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Seconds by whatever a look is named, in the order of first appearance. */
function durations(looks: readonly Look[], nameOf: (look: Look) => string): Record<string, number> {
  const sums: Record<string, number> = {};
  let last = 0;
  for (const look of looks) {
    const name = nameOf(look);
    sums[name] = (sums[name] ?? 0) + look.seconds - last;
    last = look.seconds;
  }
  return sums;
}

/**
 * Progress beside time: what it said at a quarter, half and three quarters of the time, how far off it was at worst, the longest time it
 * stood still, and whether it ever went back.
 */
function honesty(looks: readonly Look[]): Record<string, number> {
  const total = looks.at(-1)?.seconds ?? 1;
  const at = (share: number): number =>
    looks.findLast(({ seconds }) => seconds <= share * total)?.fraction ?? 0;
  let worst = 0;
  let standstill = 0;
  let backwards = 0;
  let moved = 0;
  let before = 0;
  for (const { seconds, fraction } of looks) {
    worst = Math.max(worst, Math.abs(fraction - seconds / total));
    if (fraction < before - 1e-9) backwards++;
    if (fraction !== before) moved = seconds;
    standstill = Math.max(standstill, seconds - moved);
    before = fraction;
  }
  return {
    atQuarter: at(0.25),
    atHalf: at(0.5),
    atThreeQuarters: at(0.75),
    worstDifference: worst,
    longestStandstillSeconds: standstill,
    timesBackwards: backwards,
  };
}

function print({ case: name, ours, goal }: Row): void {
  const lines = [
    `${name}: ${ours.seconds.toFixed(1)} s (CPU ${ours.cpuSeconds.toFixed(1)} s), peak ${(ours.peakBytes / 2 ** 20).toFixed(0)} MiB, ` +
      `version ${ours.version}, promoted ${ours.promoted}: ${partial ? 'not a measurement' : goal.met ? 'met' : 'MISSED'}`,
    `  steps: ${listed(ours.steps)}`,
    `  phases: ${listed(ours.phases)}`,
    `  progress: ${listed(ours.progress, '')}`,
  ];
  say(lines.join('\n'));
}

function listed(values: Readonly<Record<string, number>>, unit = ' s'): string {
  return Object.entries(values)
    .map(([name, value]) => `${name || '-'} ${value.toFixed(2)}${unit}`)
    .join(', ');
}
