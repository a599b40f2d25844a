// From raw columns to bins: categories counted, bounds found on a sample, every value replaced by its bin, constant
// columns left out.

import type { BoosterOptions, FeatureMatrix } from './booster.ts';
import { phase } from './control.ts';
import { cellsPerFeature } from './kernel.ts';
import type { KernelTeam } from './kernel-team.ts';
import { featureWord, type MemoryLayout, sampledRowsMax, stagedRows } from './memory-layout.ts';

export type TrainingTeam = KernelTeam<MemoryLayout>;

/** The feature table of the team's memory, see `featureWord`. */
export function featureTable({ buffer, layout }: TrainingTeam): Int32Array {
  return new Int32Array(buffer, layout.featuresAt, layout.features * featureWord.words);
}

/** Codes of a category beyond this are unknown to the trees. */
const codesMax = 65_536;

/** A feature in use, in the order of the kernel. */
export interface BinnedFeature {
  /** Column of the matrix. */
  readonly column: number;
  readonly bins: number;
  /** Upper bound of each bin but the last; null for a category. */
  readonly bounds: Float32Array | null;
  /** Bin of each code, 0 where the code is unknown; null for a number. */
  readonly table: Uint8Array | null;
}

/** Tables of the category columns from code to bin, by column; null for numbers. Cost: one pass over those columns. */
export function categoryTables(
  matrix: FeatureMatrix,
  { binsMax }: Pick<BoosterOptions, 'binsMax'>,
): (Uint8Array | null)[] {
  return matrix.columns.map(({ kind }, column) => {
    if (kind !== 'category') return null;
    const counts = new Int32Array(codesMax);
    let codes = 0;
    for (let i = column * matrix.rows; i < (column + 1) * matrix.rows; i++) {
      const code = matrix.values[i]!;
      if (!(code >= 0 && code < codesMax && Math.floor(code) === code)) continue;
      counts[code]! += 1;
      if (code >= codes) codes = code + 1;
    }
    const present = [...counts.subarray(0, codes).keys()].filter((code) => counts[code]! > 0);
    if (present.length > binsMax) present.sort((a, b) => counts[b]! - counts[a]! || a - b).splice(binsMax);
    const table = new Uint8Array(codes);
    present
      .sort((a, b) => a - b)
      .forEach((code, i) => {
        table[code] = i + 1;
      });
    return table;
  });
}

/** Fills bounds, tables and bins of the team's memory; the features in use are packed to the front. */
export function prepareFeatures(
  team: TrainingTeam,
  matrix: FeatureMatrix,
  tables: readonly (Uint8Array | null)[],
  { binsMax }: Pick<BoosterOptions, 'binsMax'>,
): BinnedFeature[] {
  const found = findAllBounds(team, matrix, tables, binsMax);
  const used = found.filter(({ bins, missing }) => bins > 1 || (bins === 1 && missing));
  const { layout, buffer } = team;
  const features = featureTable(team);
  let tableAt = 0;
  used.forEach((feature, i) => {
    const { column, bins, bounds, table } = feature;
    const word = i * featureWord.words;
    features[word + featureWord.bins] = bins;
    features[word + featureWord.kind] = table === null ? 0 : 1;
    features[word + featureWord.monotone] = matrix.columns[column]!.monotone ?? 0;
    features[word + featureWord.active] = 1;
    features[word + featureWord.tableAt] = tableAt;
    features[word + featureWord.codes] = table?.length ?? 0;
    if (bounds !== null)
      new Float32Array(buffer, layout.boundsAt + i * cellsPerFeature * 4, cellsPerFeature).set(bounds);
    if (table === null) return;
    new Uint8Array(buffer, layout.tablesAt + tableAt, table.length).set(table);
    tableAt += table.length;
  });
  binColumns(team, matrix, used);
  team.run(phase.interleave, [used.length]);
  return used;
}

interface FoundFeature extends BinnedFeature {
  readonly missing: boolean;
}

function findAllBounds(
  team: TrainingTeam,
  matrix: FeatureMatrix,
  tables: readonly (Uint8Array | null)[],
  binsMax: number,
): FoundFeature[] {
  const { layout, buffer } = team;
  const features = featureTable(team);
  const rows = Math.min(matrix.rows, sampledRowsMax);
  // Each column in the score area takes its sample and as much again for sorting.
  const fit = Math.floor(Math.max(matrix.rows * 8, layout.threads * rows * 8) / (rows * 8));
  const perRun = Math.max(layout.threads, fit - (fit % layout.threads));
  const sample = new Float32Array(buffer, layout.scoreAt, perRun * rows * 2);
  const found: FoundFeature[] = [];
  for (let first = 0; first < matrix.columns.length; first += perRun) {
    const columns = Math.min(perRun, matrix.columns.length - first);
    for (let c = 0; c < columns; c++) {
      const column = matrix.values.subarray((first + c) * matrix.rows, (first + c + 1) * matrix.rows);
      if (rows === matrix.rows) sample.set(column, c * rows * 2);
      else
        for (let i = 0; i < rows; i++) sample[c * rows * 2 + i] = column[sampledRow(i, rows, matrix.rows)]!;
    }
    team.run(phase.bounds, [columns, rows, binsMax, first]);
    for (let column = first; column < first + columns; column++) {
      const word = column * featureWord.words;
      const missing = features[word + featureWord.missing] === 1;
      const table = tables[column] ?? null;
      const bins =
        table === null ? features[word + featureWord.bins]! : table.reduce((a, b) => Math.max(a, b), 0);
      const bounds = new Float32Array(
        buffer,
        layout.boundsAt + column * cellsPerFeature * 4,
        Math.max(0, bins - 1),
      );
      found.push({
        column,
        bins,
        bounds: table === null ? bounds.slice() : null,
        table,
        missing: missing || table !== null,
      });
    }
  }
  return found;
}

/** Row i of a sample spread evenly over all rows, at a place in its stretch that has no period. */
function sampledRow(i: number, sampled: number, rows: number): number {
  const golden = (i * 0.6180339887498949) % 1;
  return Math.min(rows - 1, Math.floor(((i + golden) * rows) / sampled));
}

function binColumns(team: TrainingTeam, matrix: FeatureMatrix, used: readonly BinnedFeature[]): void {
  const { layout, buffer } = team;
  const staged = Math.min(matrix.rows, stagedRows);
  const staging = new Float32Array(buffer, layout.stagingAt, staged);
  used.forEach(({ column }, feature) => {
    for (let first = 0; first < matrix.rows; first += staged) {
      const count = Math.min(staged, matrix.rows - first);
      const at = column * matrix.rows + first;
      staging.set(matrix.values.subarray(at, at + count));
      team.run(phase.bin, [feature, first, count]);
    }
  });
}
