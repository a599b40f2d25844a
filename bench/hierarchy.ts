// Question: how good are totals as forecast, as sums, and reconciled, and how long does a large hierarchy take?
// Australian tourism with all 425 nodes, by `evaluate --hierarchy`; then 50,000 made-up series under eleven levels of
// totals, 28 periods. `--save` writes bench/results/hierarchy.json.

import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { Rng } from '../src/core/index.ts';
import { Scorecard } from '../src/forecasting/evaluate/index.ts';
import {
  buildHierarchy,
  coherentQuantiles,
  firstLeaf,
  type Hierarchy,
  incoherence,
  makeReconciler,
  type NodeErrors,
  nodeErrors,
  type ReconcileMethod,
  reconcileMethods,
  sumUp,
} from '../src/forecasting/hierarchy/index.ts';
import { DuckDb } from '../src/services/data/index.ts';
import { evaluateFile, type HierarchyWindow } from '../src/services/evaluation/index.ts';
import { machineNow } from './machine.ts';

/** Mean RMSSE and MASE over the nodes of each level. */
type Levels = Record<string, { nodes: number; rmsse: number | null; mase: number | null }>;

const machine = machineNow();
const folder = resolve(process.env.ALMANAC_DATA ?? '../shared/data');
const tourism = join(folder, 'au_tourism_hier/au_tourism_quarterly.csv.gz');
const peers =
  'mean RMSSE / MASE over the 425 nodes: R ets base 0.834 / 1.036, bottom-up 0.862 / 1.078, OLS 0.814 / 1.027, ' +
  'WLS-struct 0.809 / 1.019, mean of ets and arima + WLS-struct 0.804 / 1.017';
if (!existsSync(tourism)) {
  process.stderr.write(`no ${tourism}: set ALMANAC_DATA to the folder that holds au_tourism_hier/\n`);
  process.exitCode = 1;
} else {
  const report = {
    name: 'hierarchy',
    machine,
    versions: { node: process.versions.node },
    date: new Date().toISOString().slice(0, 10),
    // First, so that the memory it took is not the other's.
    large: large(),
    tourism: await australianTourism(),
  };
  if (process.argv.includes('--save'))
    await writeFile(
      new URL('results/hierarchy.json', import.meta.url),
      `${JSON.stringify(report, null, 2)}\n`,
    );
  process.stdout.write(
    process.argv.includes('--json') ? `${JSON.stringify(report, null, 2)}\n` : page(report),
  );
}

async function australianTourism(): Promise<{
  chosen: string;
  pastLosses: object;
  scores: Record<string, Levels>;
  coherence: number;
  seconds: number;
  coverage80: number | null;
  coverage95: number | null;
  peers: string;
  goals: Record<string, boolean>;
}> {
  const scratchFolder = await mkdtemp(join(tmpdir(), 'almanac-bench-'));
  const timers = { setTimeout, clearTimeout: (handle: unknown) => clearTimeout(handle as NodeJS.Timeout) };
  const db = new DuckDb({ scratchFolder, timers });
  const scores: Record<string, Levels> = {};
  const begin = performance.now();
  try {
    const evaluation = await evaluateFile(db, {
      path: tourism,
      series: ['State', 'Region', 'Purpose'],
      time: 'timestamp',
      target: 'y',
      frequency: 'quarter',
      horizon: 8,
      hierarchy: ['State/Region*Purpose'],
      // Published figures count what lies before the first sale.
      maseFrom: 'first-row',
      threads: availableParallelism(),
      onWindow: (window) => Object.assign(scores, methodScores(window)),
    });
    const seconds = (performance.now() - begin) / 1000;
    const found = evaluation.hierarchy;
    if (found === undefined) throw new Error('evaluated with a hierarchy');
    scores.chosen = Object.fromEntries(
      found.levels.map(({ level, nodes, reconciled: { rmsse, mase } }) => [level, { nodes, rmsse, mase }]),
    );
    const { all, total } = scores.chosen;
    const coverage = found.levels.at(-1)?.reconciled.coverage ?? {};
    return {
      chosen: found.method,
      pastLosses: found.losses,
      scores,
      coherence: found.coherence,
      seconds,
      coverage80: coverage['0.8'] ?? null,
      coverage95: coverage['0.95'] ?? null,
      peers,
      goals: {
        'RMSSE ≤ 0.800': (all?.rmsse ?? 9) <= 0.8,
        'MASE ≤ 1.010': (all?.mase ?? 9) <= 1.01,
        'MASE of the total ≤ 1.55': (total?.mase ?? 9) <= 1.55,
        'adds up to 1e-9': found.coherence <= 1e-9,
      },
    };
  } finally {
    await db.close();
    await rm(scratchFolder, { recursive: true, force: true });
  }
}

/** Every method on the test window, with the weights that it would have had. */
function methodScores(window: HierarchyWindow): Record<string, Levels> {
  const { hierarchy, past, base, steps, nonNegative } = window;
  const { nodeCount } = hierarchy;
  const errors = nodeErrors(hierarchy, past);
  const scores: Record<string, Levels> = { base: levelsOf(window, base) };
  for (const method of reconcileMethods) {
    const reconciler = makeReconciler(hierarchy, { methods: [method], nonNegative, errors });
    const out = new Float64Array(base.length);
    for (let k = 0; k < steps; k++) {
      const [from, to] = [k * nodeCount, (k + 1) * nodeCount];
      reconciler.reconcile(base.subarray(from, to), out.subarray(from, to));
    }
    scores[method] = levelsOf(window, out);
  }
  return scores;
}

function levelsOf(window: HierarchyWindow, forecasts: Float64Array): Levels {
  const { hierarchy, histories, actual, steps } = window;
  const column = (from: Float64Array, node: number): Float64Array =>
    Float64Array.from({ length: steps }, (_, k) => from[k * hierarchy.nodeCount + node] ?? Number.NaN);
  const score = (name: string, first: number, count: number): [string, Levels[string]] => {
    const card = new Scorecard({ season: 4, maseFrom: 'first-row', levels: [] });
    for (let node = first; node < first + count; node++) {
      card.add({
        history: histories[node]?.values ?? new Float64Array(0),
        actual: column(actual, node),
        mean: column(forecasts, node),
        quantiles: new Float64Array(0),
      });
    }
    const { rmsse, mase } = card.metrics();
    return [name, { nodes: count, rmsse, mase }];
  };
  return Object.fromEntries([
    ...hierarchy.levels.map(({ name, first, count }) => score(name, first, count)),
    score('all', 0, hierarchy.nodeCount),
  ]);
}

interface LargeRun {
  readonly method: ReconcileMethod;
  readonly seconds: number;
  /** Conjugate gradient steps per period, over all rounds of setting series below zero to zero. */
  readonly steps: number;
  readonly coherence: number;
}

function large(): {
  leaves: number;
  nodes: number;
  levels: number;
  periods: number;
  buildSeconds: number;
  runs: LargeRun[];
  quantiles: { draws: number; seconds: number; rises: boolean };
  rssPeakMiB: number;
  goals: Record<string, boolean>;
} {
  const periods = 28;
  const begin = performance.now();
  const hierarchy = storesAndItems(100, 500);
  const buildSeconds = (performance.now() - begin) / 1000;
  const runs = reconcileMethods.map((method) => largeRun(hierarchy, method, periods));
  const quantiles = largeQuantiles(hierarchy);
  const rssPeakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
  const secondsOf = (wanted: ReconcileMethod): number =>
    runs.find(({ method }) => method === wanted)?.seconds ?? 99;
  return {
    leaves: hierarchy.leafCount,
    nodes: hierarchy.nodeCount,
    levels: hierarchy.levels.length,
    periods,
    buildSeconds,
    runs,
    quantiles,
    rssPeakMiB,
    goals: {
      'wls-struct < 10 s': secondsOf('wls-struct') < 10,
      'ols < 10 s': secondsOf('ols') < 10,
      'under 1 GB': rssPeakMiB < 954,
      'adds up to 1e-9': runs.every(({ coherence }) => coherence <= 1e-9),
    },
  };
}

/** The levels of M5: state/store crossed with category/department/item. */
function storesAndItems(stores: number, items: number): Hierarchy {
  const every = (label: (store: number, item: number) => string): string[] =>
    Array.from({ length: stores * items }, (_, i) => label(Math.floor(i / items), i % items));
  return buildHierarchy({
    seriesIds: every((store, item) => `${store}/${item}`),
    attributes: new Map([
      ['state', every((store) => `${store % 10}`)],
      ['store', every((store) => `${store}`)],
      ['category', every((_, item) => `${item % 10}`)],
      ['department', every((_, item) => `${item % 70}`)],
      ['item', every((_, item) => `${item}`)],
    ]),
    groupings: ['state/store*category/department/item'],
  });
}

/** Half of the series sell about once a period, so that many fall below zero and have to be held there. */
function madeUp(hierarchy: Hierarchy): {
  truth: Float64Array;
  noise: (node: number) => number;
  errors: NodeErrors;
} {
  const { nodeCount, leafCounts } = hierarchy;
  const rng = new Rng(1);
  const truth = new Float64Array(nodeCount);
  for (let i = firstLeaf(hierarchy); i < nodeCount; i++) truth[i] = rng.poisson(rng.uniform() < 0.5 ? 1 : 20);
  sumUp(hierarchy, truth);
  const noise = (node: number): number => 3 * Math.sqrt(leafCounts[node] ?? 1) * rng.normal();
  const count = 12;
  const values = Float64Array.from({ length: count * nodeCount }, (_, at) => noise(Math.floor(at / count)));
  return { truth, noise, errors: { count, values } };
}

function largeRun(hierarchy: Hierarchy, method: ReconcileMethod, periods: number): LargeRun {
  const { truth, noise, errors } = madeUp(hierarchy);
  const bases = Array.from({ length: periods }, () => truth.map((value, i) => Math.max(0, value + noise(i))));
  const out = new Float64Array(hierarchy.nodeCount);
  let [steps, coherence] = [0, 0];
  const begin = performance.now();
  const reconciler = makeReconciler(hierarchy, { methods: [method], nonNegative: true, errors });
  for (const base of bases) {
    steps += reconciler.reconcile(base, out);
    coherence = Math.max(coherence, incoherence(hierarchy, out));
  }
  return { method, seconds: (performance.now() - begin) / 1000, steps: steps / periods, coherence };
}

/** Quantiles of one period from as many draws as `evaluate` takes of so many nodes, by the default method. */
function largeQuantiles(hierarchy: Hierarchy): { draws: number; seconds: number; rises: boolean } {
  const { nodeCount, leafCounts } = hierarchy;
  const { truth, errors } = madeUp(hierarchy);
  const levels = [0.025, 0.1, 0.5, 0.9, 0.975];
  const spread = [-5.9, -3.8, 0, 3.8, 5.9];
  const own = Float64Array.from({ length: levels.length * nodeCount }, (_, at) => {
    const node = at % nodeCount;
    const width = (spread[Math.floor(at / nodeCount)] ?? 0) * Math.sqrt(leafCounts[node] ?? 1);
    return Math.max(0, (truth[node] ?? 0) + width);
  });
  const draws = 60;
  const begin = performance.now();
  const reconciler = makeReconciler(hierarchy, { methods: ['wls-struct'], nonNegative: true, errors });
  const found = coherentQuantiles(hierarchy, { reconciler, levels, quantiles: own, errors, draws });
  const seconds = (performance.now() - begin) / 1000;
  const rises = found.every((value, at) => at < nodeCount || value >= (found[at - nodeCount] ?? 0));
  return { draws, seconds, rises };
}

function page(report: {
  large: ReturnType<typeof large>;
  tourism: Awaited<ReturnType<typeof australianTourism>>;
}): string {
  const { tourism: found, large: big } = report;
  const names = Object.keys(found.scores.base ?? {});
  const cell = (levels: Levels | undefined, name: string): string =>
    `${levels?.[name]?.rmsse?.toFixed(3)} / ${levels?.[name]?.mase?.toFixed(3)}`;
  const goals = (all: Record<string, boolean>): string =>
    Object.entries(all)
      .map(([text, met]) => `${met ? 'met' : 'MISSED'} ${text}`)
      .join(', ');
  return [
    `Australian tourism, RMSSE / MASE (${found.seconds.toFixed(1)} s in all)`,
    `| | ${names.map((name) => `${name} (${found.scores.base?.[name]?.nodes})`).join(' | ')} |`,
    `|---|${names.map(() => '---|').join('')}`,
    ...Object.entries(found.scores).map(
      ([method, levels]) =>
        `| ${method === 'chosen' ? `**chosen: ${found.chosen}**` : method} | ${names.map((name) => cell(levels, name)).join(' | ')} |`,
    ),
    `peers: ${found.peers}`,
    `in 80 %: ${((found.coverage80 ?? 0) * 100).toFixed(1)} %, in 95 %: ${((found.coverage95 ?? 0) * 100).toFixed(1)} %`,
    goals(found.goals),
    '',
    `${big.leaves} series, ${big.nodes} nodes in ${big.levels} levels, ${big.periods} periods, none below zero`,
    ...big.runs.map(
      ({ method, seconds, steps, coherence }) =>
        `${method}: ${seconds.toFixed(1)} s, ${steps.toFixed(0)} steps a period, adds up to ${coherence.toExponential(0)}`,
    ),
    `quantiles of one period from ${big.quantiles.draws} draws: ${big.quantiles.seconds.toFixed(1)} s`,
    `built in ${big.buildSeconds.toFixed(1)} s, ${big.rssPeakMiB} MiB at most; ${goals(big.goals)}`,
    '',
  ].join('\n');
}
