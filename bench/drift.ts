// Question: how long does a check of drift over 50 columns of 100,000 rows take, and the same figures by scipy?
// The reference is as long as the current rows. `--columns N` (50), `--rows N` (100,000), `--runs N` (3), `--no-peer`. More than 3 s ends it with code 1.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Rng } from '../src/core/index.ts';
import { type DriftColumn, driftReport, type NumberTests } from '../src/forecasting/drift/index.ts';
import { machineNow, medianOf } from './machine.ts';
import { peerPython } from './peers/environment.ts';

interface PeerAnswer {
  readonly seconds: number;
  readonly scipy: string;
  readonly numpy: string;
  readonly columns: readonly { ks: number; w1: number; psi: number }[];
}

const secondsMax = 3;
const columnCount = Number(optionOf('--columns') ?? 50);
const rowCount = Number(optionOf('--rows') ?? 100_000);
const runs = Number(optionOf('--runs') ?? 3);

main();

function optionOf(flag: string): string | undefined {
  const at = process.argv.indexOf(flag);
  return at < 0 ? undefined : process.argv[at + 1];
}

function main(): void {
  const machine = machineNow();
  const columns = Array.from({ length: columnCount }, (_, i) => numbers(i));
  const report: Record<string, unknown> = {
    name: 'drift',
    machine,
    date: new Date().toISOString(),
    columns: columnCount,
    rows: rowCount,
  };
  const seconds = timed(columns);
  report.seconds = seconds;
  report.secondsWithMemory = timed(columns.map((column) => remembered(column)));
  if (!process.argv.includes('--no-peer')) report.scipy = beside(columns);
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  if (seconds > secondsMax) process.exitCode = 1;
}

/** Normal, skewed, counted, mostly zero and rounded in turn; every tenth column has moved by 0.3 of its deviation. */
function numbers(i: number): DriftColumn & { kind: 'number' } {
  const rng = new Rng(100 + i);
  const side = (shift: number): Float64Array =>
    Float64Array.from({ length: rowCount }, () => {
      const z = rng.normal() + shift;
      if (i % 5 === 1) return Math.exp(z);
      if (i % 5 === 2) return Math.max(0, Math.round(3 + 2 * z));
      if (i % 5 === 3) return z < 0.8 ? 0 : Math.round(10 * z);
      return i % 5 === 4 ? Math.round(z * 100) / 100 : z;
    });
  return { name: `x${i}`, kind: 'number', reference: side(0), current: side(i % 10 === 0 ? 0.3 : 0) };
}

/** The same values, each with half of the one before: every column is then judged by windows. */
function remembered(column: DriftColumn & { kind: 'number' }): DriftColumn {
  const smooth = (values: ArrayLike<number>): Float64Array => {
    let state = 0;
    return Float64Array.from({ length: values.length }, (_, t) => {
      state = 0.5 * state + (values[t] as number);
      return state;
    });
  };
  return { ...column, reference: smooth(column.reference), current: smooth(column.current) };
}

function timed(columns: readonly DriftColumn[]): number {
  const times = Array.from({ length: runs }, () => {
    const started = performance.now();
    driftReport(columns);
    return (performance.now() - started) / 1000;
  });
  return Math.round(medianOf(times) * 1000) / 1000;
}

/** Time and largest difference of the figures that both give. */
function beside(columns: readonly (DriftColumn & { kind: 'number' })[]): Record<string, unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'drift-bench-'));
  const file = join(folder, 'table.bin');
  const both = columns.flatMap(({ reference, current }) => [reference, current]);
  writeFileSync(file, Buffer.concat(both.map((values) => Buffer.from(Float64Array.from(values).buffer))));
  const program = fileURLToPath(new URL('peers/drift_peer.py', import.meta.url));
  const args = [program, file, String(columnCount), String(rowCount)];
  const said = execFileSync(peerPython('drift'), args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  rmSync(folder, { recursive: true });
  const answer = JSON.parse(said) as PeerAnswer;
  const ours = driftReport(columns).columns.map(({ comparison }) => comparison as NumberTests);
  const off = (ofOurs: (tests: NumberTests) => number, key: 'ks' | 'w1' | 'psi'): number =>
    Math.max(...ours.map((tests, i) => Math.abs(ofOurs(tests) - (answer.columns[i]?.[key] ?? Number.NaN))));
  return {
    versions: { scipy: answer.scipy, numpy: answer.numpy },
    seconds: Math.round(answer.seconds * 1000) / 1000,
    largestDifference: {
      kolmogorovSmirnov: off(({ kolmogorovSmirnov }) => kolmogorovSmirnov.statistic, 'ks'),
      wasserstein: off(({ wasserstein }) => wasserstein.raw ?? Number.NaN, 'w1'),
      psi: off(({ bins }) => bins.psi, 'psi'),
    },
  };
}
