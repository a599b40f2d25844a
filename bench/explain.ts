// Question: are our attributions of trees those of SHAP's TreeExplainer, and what do they cost?
// Trees trained by us on rows with unknown cells; path-dependent TreeSHAP of both, on the same rows. Differences are of the raw score.
// Seconds are processor time of one thread. `--quick`: fewer trees.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Rng } from '../src/core/index.ts';
import { addAttributions } from '../src/forecasting/models/gbdt/index.ts';
import {
  type Booster,
  explained,
  type FeatureMatrix,
  nodeFlag,
  trainBooster,
} from '../src/forecasting/models/index.ts';
import { machineNow } from './machine.ts';
import { peerPython } from './peers/environment.ts';

const quick = process.argv.includes('--quick');
const columns = Array.from({ length: 20 }, (_, i) => ({ name: `x${i}`, kind: 'number' as const }));
const machine = machineNow();

/** Rows of which a tenth of the cells is unknown. */
function rowsOf(rows: number, seed: number): { matrix: FeatureMatrix; target: Float32Array } {
  const rng = new Rng(seed);
  const values = new Float32Array(rows * columns.length);
  const target = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const cells = columns.map(() => rng.normal());
    const [a = 0, b = 0, c = 0, d = 0] = cells;
    target[row] = 10 + 3 * a * (b > 0 ? 1 : -1) + Math.sin(3 * c) * d + 0.5 * rng.normal();
    cells.forEach((cell, column) => {
      values[column * rows + row] = rng.uniform() < 0.1 ? Number.NaN : cell;
    });
  }
  return { matrix: { rows, columns, values }, target };
}

/** One tree as SHAP takes it, nodes counted from its root. */
function treeOf(booster: Booster, tree: number): object {
  const [from, to] = [booster.roots[tree] as number, booster.roots[tree + 1] as number];
  const nodes = Array.from({ length: to - from }, (_, i) => from + i);
  const isLeaf = (node: number): boolean => (booster.feature[node] as number) < 0;
  const leftOf = (node: number): number => (booster.left[node] as number) - from;
  const rowsBelow = (node: number): number =>
    isLeaf(node)
      ? (booster.leafRows[booster.left[node] as number] as number)
      : rowsBelow(booster.left[node] as number) + rowsBelow((booster.left[node] as number) + 1);
  return {
    left: nodes.map((node) => (isLeaf(node) ? -1 : leftOf(node))),
    right: nodes.map((node) => (isLeaf(node) ? -1 : leftOf(node) + 1)),
    unknown: nodes.map((node) =>
      isLeaf(node) ? -1 : leftOf(node) + (booster.flags[node] === nodeFlag.missingLeft ? 0 : 1),
    ),
    features: nodes.map((node) => (isLeaf(node) ? -2 : booster.feature[node])),
    thresholds: nodes.map((node) => Math.min(1e38, booster.threshold[node] as number)),
    values: nodes.map((node) => (isLeaf(node) ? booster.values[booster.left[node] as number] : 0)),
    rows: nodes.map(rowsBelow),
  };
}

const trees = quick ? 30 : 300;
const leaves = 63;
const { matrix: trainingRows, target } = rowsOf(20_000, 1);
const booster = trainBooster(
  { matrix: trainingRows, target },
  { loss: 'squared', trees, leaves, learningRate: 0.1, rowsPerLeafMin: 20 },
);
const { matrix } = rowsOf(200, 2);
const width = columns.length + 1;
const out = new Float64Array(matrix.rows * width);
const before = process.cpuUsage();
explained(addAttributions(booster, matrix, out));
const { user, system } = process.cpuUsage(before);
const seconds = (user + system) / 1e6;

const scratch = mkdtempSync(join(tmpdir(), 'almanac-bench-explain-'));
try {
  const path = join(scratch, 'given.json');
  const cells = Array.from({ length: matrix.rows }, (_, row) =>
    columns.map((_, column) => {
      const value = matrix.values[column * matrix.rows + row] as number;
      return Number.isNaN(value) ? null : value;
    }),
  );
  const attributions = cells.map((_, row) => [...out.subarray(row * width, (row + 1) * width)]);
  const given = {
    base: booster.baseScore[0],
    trees: Array.from({ length: trees }, (_, tree) => treeOf(booster, tree)),
    cells,
    attributions,
  };
  writeFileSync(path, JSON.stringify(given));
  const script = fileURLToPath(new URL('peers/shap_peer.py', import.meta.url));
  const peer = JSON.parse(execFileSync(peerPython('shap'), [script, path], { encoding: 'utf8' })) as {
    version: string;
    differenceMax: number;
    expectedDifference: number;
    partMax: number;
    seconds: number;
  };
  const report = {
    name: 'explain',
    machine,
    date: new Date().toISOString(),
    settings: { trees, leaves, columns: columns.length, rows: matrix.rows },
    peer: `shap ${peer.version}`,
    differenceMax: peer.differenceMax,
    expectedDifference: peer.expectedDifference,
    partMax: peer.partMax,
    seconds,
    secondsOfPeer: peer.seconds,
    isWithin: peer.differenceMax < 1e-6 && peer.expectedDifference < 1e-6,
  };
  process.stdout.write(`${JSON.stringify(report, null, process.argv.includes('--json') ? 2 : 1)}\n`);
  if (!report.isWithin) process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
