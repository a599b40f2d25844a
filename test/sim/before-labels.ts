// `npm run sim -- before-labels`: how often what comes lies within two deviations of what was estimated before, on rows that have moved.

import { Rng } from '../../src/core/index.ts';
import {
  type ClassFigure,
  calibrationOf,
  classAccuracy,
  type Estimate,
  errorModel,
  estimatedLoss,
  type RowColumn,
} from '../../src/forecasting/drift/index.ts';

export interface BeforeLabelsOptions {
  /** Reference periods, each with ten chunks after it. */
  readonly rounds: number;
  readonly first: number;
  readonly print: (line: string) => void;
}

interface Count {
  of: number;
  sampling: number;
  whole: number;
}

const chunks = 10;
/** Of chunks that must lie within two sampling deviations. */
const asked = 0.9;

/** @returns whether realised figures lie within two sampling deviations in 90 % of chunks, of every figure */
export function runBeforeLabels({ rounds, first, print }: BeforeLabelsOptions): boolean {
  const counts = new Map<string, Count>();
  let unknown = 0;
  for (let i = 0; i < rounds; i++) {
    const forecasts = forecastRound(first + i);
    unknown += forecasts.unknown;
    for (const one of [...forecasts.found, ...classRound(first + i)]) add(counts, one);
  }
  print(
    `${rounds} references of 2,000 to 10,000 rows, ${chunks} chunks of 100 to 1,000 rows each, moved by up to 1 sd; seeds from ${first} on; realised within 2 deviations of the estimate:`,
  );
  for (const [name, { of, sampling, whole }] of counts)
    print(
      `  ${name.padEnd(12)} sampling ${percent(sampling, of)}, with the model's own ${percent(whole, of)} (${of})`,
    );
  print(`  ${unknown} chunks of forecasts were answered with unknown: too many rows unlike any before.`);
  return [...counts.values()].every(({ of, sampling }) => sampling >= asked * of);
}

interface Found {
  readonly name: string;
  readonly estimate: Estimate | null;
  readonly realised: number;
}

/** Errors of a size that two numbers and a level decide; chunks have their numbers moved and their levels exchanged. */
function forecastRound(seed: number): { found: Found[]; unknown: number } {
  const rng = new Rng(seed);
  const n = 2_000 + rng.below(8_001);
  const past = errorRows(rng, n, { moved: 0, share: 0.3 });
  const model = errorModel({ columns: past.columns, losses: past.losses }, { seed });
  const found: Found[] = [];
  let unknown = 0;
  for (let chunk = 0; chunk < chunks; chunk++) {
    const rows = errorRows(rng, 100 + rng.below(901), {
      moved: 2 * rng.uniform() - 1,
      share: rng.uniform(),
    });
    const estimate = model && estimatedLoss(model, rows.columns);
    if (estimate?.status === 'ok')
      found.push({ name: 'MAE', estimate: estimate.loss, realised: mean(rows.losses) });
    else unknown++;
  }
  return { found, unknown };
}

function errorRows(
  rng: Rng,
  n: number,
  by: { moved: number; share: number },
): { columns: RowColumn[]; losses: Float64Array } {
  const a = Float64Array.from({ length: n }, () => rng.normal() + by.moved);
  const b = Float64Array.from({ length: n }, () => rng.uniform());
  const promoted = Array.from({ length: n }, () => (rng.uniform() < by.share ? 'yes' : 'no'));
  const losses = a.map((x, i) => {
    const sd =
      Math.exp(0.5 * Math.max(-2, Math.min(2, x))) * (promoted[i] === 'yes' ? 1.8 : 1) * (0.5 + b[i]!);
    return Math.abs(sd * rng.normal() + 0.1 * sd);
  });
  return {
    columns: [
      { name: 'a', kind: 'number', values: a },
      { name: 'b', kind: 'number', values: b },
      { name: 'promoted', kind: 'category', values: promoted },
    ],
    losses,
  };
}

/** A classifier of which the probabilities are too sure; chunks have scores moved. */
function classRound(seed: number): Found[] {
  const rng = new Rng(seed + 500_000);
  const sure = 0.6 + 1.4 * rng.uniform();
  const past = classRows(rng, 2_000 + rng.below(8_001), { moved: 0, sure });
  const calibration = calibrationOf(past);
  return Array.from({ length: chunks }, () => {
    const rows = classRows(rng, 100 + rng.below(901), { moved: 2 * rng.uniform() - 1, sure });
    const estimated = classAccuracy(rows, calibration);
    const realised = classAccuracy({ probabilities: rows.labels, predicted: rows.predicted }, null);
    const auc = aucOf(rows.probabilities, rows.labels);
    return (['accuracy', 'precision', 'recall', 'f1', 'auc'] as const satisfies ClassFigure[]).map(
      (name) => ({
        name,
        estimate: estimated[name],
        realised: name === 'auc' ? auc : (realised[name]?.value ?? Number.NaN),
      }),
    );
  }).flat();
}

function classRows(rng: Rng, n: number, by: { moved: number; sure: number }) {
  const probabilities = new Float64Array(n);
  const labels = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const score = 1.5 * rng.normal() + by.moved - 0.5;
    labels[i] = Number(rng.uniform() < 1 / (1 + Math.exp(-score)));
    probabilities[i] = 1 / (1 + Math.exp(-by.sure * score - 0.2));
  }
  return { probabilities, labels, predicted: probabilities.map((p) => Number(p >= 0.5)) };
}

function aucOf(scores: Float64Array, labels: Float64Array): number {
  const order = Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!);
  let [ones, zeros, pairs] = [0, 0, 0];
  for (const row of order) {
    if (labels[row] === 1) {
      ones++;
      pairs += zeros;
    } else zeros++;
  }
  return pairs / (ones * zeros);
}

function add(counts: Map<string, Count>, { name, estimate, realised }: Found): void {
  if (estimate === null || !Number.isFinite(realised)) return;
  const count = counts.get(name) ?? { of: 0, sampling: 0, whole: 0 };
  counts.set(name, count);
  const away = Math.abs(realised - estimate.value);
  count.of++;
  if (away <= 2 * estimate.samplingSd) count.sampling++;
  if (away <= 2 * Math.hypot(estimate.samplingSd, estimate.modelSd)) count.whole++;
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value / values.length, 0);
}

/** With its standard error. */
function percent(count: number, of: number): string {
  const share = count / Math.max(1, of);
  return `${(100 * share).toFixed(1)} % ± ${(100 * Math.sqrt((share * (1 - share)) / Math.max(1, of))).toFixed(1)}`;
}
