// Tables for `bench/trees.ts`, written as raw float32 for every engine to read: one made up, with everything trees have to
// deal with, and the feature tables of two public sets.

import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Panel } from '../src/core/index.ts';
import { Rng } from '../src/core/index.ts';
import {
  planFeatures,
  sampleTriples,
  trailingLevel,
  windowOf,
  writeFeatures,
} from '../src/forecasting/features/index.ts';
import type { MatrixColumn } from '../src/forecasting/models/index.ts';
import { buildPanel, type DuckDb, readTable } from '../src/services/data/index.ts';
import type { EvaluateFileOptions } from '../src/services/evaluation/index.ts';

/** A table on disk: `PREFIX.train.x` column-major, `.train.y`, `.test.x`, `.test.y`. */
export interface TableFiles {
  readonly name: string;
  readonly prefix: string;
  readonly rows: number;
  readonly testRows: number;
  readonly kinds: readonly MatrixColumn['kind'][];
}

interface Part {
  readonly values: Float32Array;
  readonly target: Float32Array;
}

const columnCount = 30;
const categoryCount = 60;
const numberKinds: readonly MatrixColumn['kind'][] = Array.from({ length: columnCount - 1 }, () => 'number');

/**
 * A smooth function of some columns, products of others, a step, noise; three columns with a fifth missing (which shifts
 * the target), three of few values, heavy tails, columns that say nothing, and one category of 60 with effects of its own.
 */
export function syntheticTable(folder: string, rows: number): TableFiles {
  const testRows = Math.min(200_000, Math.max(10_000, Math.round(rows / 5)));
  const prefix = join(folder, `synthetic-${rows}`);
  writePart(prefix, 'train', syntheticPart(rows, 1));
  writePart(prefix, 'test', syntheticPart(testRows, 2));
  return { name: 'made up', prefix, rows, testRows, kinds: [...numberKinds, 'category'] };
}

function syntheticPart(rows: number, seed: number): Part {
  const effects = new Rng(7);
  const ofCategory = Float64Array.from({ length: categoryCount }, () => 2 * effects.uniform() - 1);
  const rng = new Rng(seed);
  const values = new Float32Array(rows * columnCount);
  for (let c = 0; c < columnCount - 1; c++) {
    const column = values.subarray(c * rows, (c + 1) * rows);
    for (let row = 0; row < rows; row++) {
      const u = rng.uniform();
      if (c >= 20 && c < 23) column[row] = Math.floor(u * 7);
      else if (c >= 17 && c < 20) column[row] = u < 0.2 ? Number.NaN : (u - 0.2) / 0.8;
      else if (c >= 14 && c < 17) column[row] = Math.log(1 - u) ** 2;
      else column[row] = u;
    }
  }
  const category = values.subarray((columnCount - 1) * rows);
  for (let row = 0; row < rows; row++) category[row] = Math.floor(rng.uniform() ** 2 * categoryCount);
  const target = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const at = (c: number): number => values[c * rows + row]!;
    const absent = at(17);
    target[row] =
      2 * Math.sin(6 * at(0)) +
      3 * (at(1) - 0.5) ** 2 +
      Math.sqrt(at(2)) +
      4 * (at(3) - 0.5) * (at(4) - 0.5) +
      2 * at(5) * at(6) * at(7) +
      (at(8) > 0.7 ? 1 : 0) +
      0.3 * Math.log1p(at(14)) * at(9) +
      (Number.isNaN(absent) ? -0.8 : absent) +
      0.2 * Math.abs(at(20) - 3) * (at(10) > 0.5 ? 1 : -1) +
      ofCategory[category[row]!]! * (0.5 + at(11)) +
      // Sum of four uniform numbers: close to normal, deviation 0.58.
      (rng.uniform() + rng.uniform() + rng.uniform() + rng.uniform() - 2);
  }
  return { values, target };
}

/** What a public set is turned into rows from. */
export interface PanelSource {
  readonly name: string;
  readonly options: Omit<EvaluateFileOptions, 'threads'>;
}

/** Demand over its level is cut here: one giant order is not what there is to learn. */
const ratioMax = 30;

/**
 * The rows our global model learns from: sampled origins and leads, features of `src/forecasting/features`, demand over the trailing
 * level. Held out are the rows whose target lies in the last horizon of its series.
 */
export async function featureTable(
  db: DuckDb,
  source: PanelSource,
  of: { readonly folder: string; readonly rowsMax: number },
): Promise<TableFiles> {
  const panel = await panelOf(db, source.options);
  const { horizon } = source.options;
  const plan = planFeatures(panel, { horizon, seasons: source.options.seasons ?? [], nonNegative: true });
  const ends = Int32Array.from(panel.series, ({ values }) => values.length);
  const triples = sampleTriples(plan, panel, { rowsMax: of.rowsMax, ends, seed: 1 });
  const parts = { train: [] as number[], test: [] as number[] };
  for (let i = 0; i < triples.series.length; i++) {
    const { values } = panel.series[triples.series[i]!]!;
    const at = triples.origins[i]! + triples.leads[i]!;
    if (!Number.isFinite(values[at]!)) continue;
    if (at < values.length - horizon) parts.train.push(i);
    else parts.test.push(i);
  }
  const prefix = join(of.folder, source.name.replaceAll(/\W+/g, '-'));
  for (const name of ['train', 'test'] as const) {
    const chosen = parts[name];
    const rows = chosen.length;
    const values = new Float32Array(rows * plan.columns.length);
    const target = new Float32Array(rows);
    for (const [row, i] of chosen.entries()) {
      const series = triples.series[i]!;
      const origin = triples.origins[i]!;
      const window = windowOf(panel, { series, origin });
      writeFeatures(plan, window, triples.leads.subarray(i, i + 1), { values, rows, at: row });
      const demand = panel.series[series]!.values[origin + triples.leads[i]!]!;
      target[row] = Math.min(ratioMax, demand / trailingLevel(plan, window));
    }
    writePart(prefix, name, { values, target });
  }
  return {
    name: source.name,
    prefix,
    rows: parts.train.length,
    testRows: parts.test.length,
    kinds: plan.columns.map(({ kind }) => kind),
  };
}

/** The panel of a public set. */
export async function panelOf(db: DuckDb, options: PanelSource['options']): Promise<Panel> {
  const { path, series, time, target, frequency } = options;
  const table = await readTable(db, {
    ...{ path, series, time, target, frequency },
    ...(options.join === undefined ? {} : { join: options.join }),
    known: options.known ?? [],
    past: options.past ?? [],
    static: options.static ?? [],
  });
  return buildPanel(table, { gaps: options.gaps ?? 'missing' }).panel;
}

function writePart(prefix: string, part: 'train' | 'test', { values, target }: Part): void {
  writeAll(`${prefix}.${part}.x`, values);
  writeAll(`${prefix}.${part}.y`, target);
}

/** Writes no more than 256 MiB at a time: one call cannot take the largest tables. */
function writeAll(path: string, values: Float32Array): void {
  const file = openSync(path, 'w');
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  for (let at = 0; at < bytes.length; )
    at += writeSync(file, bytes, at, Math.min(2 ** 28, bytes.length - at));
  closeSync(file);
}
