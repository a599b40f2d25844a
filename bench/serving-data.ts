// What `bench/serving.ts` serves and asks: the feature table of M5 store × department, trees of LightGBM grown on it, and the
// rows of the last 28 days of each of the 70 series.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { planFeatures, windowOf, writeFeatures } from '../src/forecasting/features/index.ts';
import type { DuckDb } from '../src/services/data/index.ts';
import { accuracyCases } from './accuracy-cases.ts';
import { peerPython } from './peers/environment.ts';
import { featureTable, type PanelSource, panelOf } from './trees-data.ts';
import type { Workshop } from './workshop.ts';

export const horizonSteps = 28;
/** The size of every model here. */
export const forest = { trees: 500, leaves: 63, learningRate: 0.1, rowsPerLeafMin: 20, bins: 255 };
/** JSON has no NaN: a missing value is this number, in training and in requests. */
const missing = -9;

/** One request: a series and its rows, [horizon × columns] row by row. */
export interface Ask {
  readonly series: string;
  readonly rows: readonly number[];
  /** What LightGBM itself says to these rows. */
  readonly expected: readonly number[];
}

export interface ServingData {
  readonly columns: number;
  readonly asks: readonly Ask[];
  /** LightGBM's own text format. */
  readonly modelFile: string;
  /** History and, for the horizon, what is known beside demand; Parquet as a user has it. */
  readonly projectFile: string;
}

/**
 * Prepares everything in `scratch`. Cost: half a minute, most of it the trees.
 * @param of.rowsMax rows that LightGBM learns from
 * @param of.historyDays what the project is given: the size of the trees does not depend on it, the time of training does
 */
export async function servingData(
  db: DuckDb,
  shop: Workshop,
  { rowsMax, historyDays, scratch }: { rowsMax: number; historyDays: number; scratch: string },
): Promise<ServingData> {
  const one = accuracyCases(shop.folder).find(({ name }) => name === 'M5 store × department');
  if (one?.prepare === undefined) throw new Error('the accuracy bench has no M5 store × department');
  const path = await one.prepare(shop);
  const source: PanelSource = { name: 'serving', options: { ...one.options, path } };
  const table = await featureTable(db, source, { folder: shop.scratch, rowsMax });
  const asked = await lastRows(db, source.options);
  const asksFile = join(scratch, 'asks.f64');
  writeFileSync(asksFile, Float64Array.from(asked.flatMap(({ rows }) => rows)));
  const modelFile = join(scratch, 'model.txt');
  const request = { ...table, columns: table.kinds.length, settings: forest, asksFile, modelFile, missing };
  const script = fileURLToPath(new URL('peers/serving_train.py', import.meta.url));
  const said = execFileSync(peerPython('fastapi'), [script, JSON.stringify(request)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const expected = JSON.parse(said) as number[];
  return {
    columns: table.kinds.length,
    asks: asked.map((ask, i) => ({
      ...ask,
      expected: expected.slice(i * horizonSteps, (i + 1) * horizonSteps),
    })),
    modelFile,
    projectFile: await projectFile(shop, path, historyDays),
  };
}

/** The rows of the last horizon of every series, as a client that computes features would send them. */
async function lastRows(db: DuckDb, options: PanelSource['options']): Promise<Omit<Ask, 'expected'>[]> {
  const panel = await panelOf(db, options);
  const plan = planFeatures(panel, {
    horizon: horizonSteps,
    seasons: options.seasons ?? [],
    nonNegative: true,
  });
  const width = plan.columns.length;
  const leads = Int32Array.from({ length: horizonSteps }, (_, k) => k + 1);
  const values = new Float32Array(horizonSteps * width);
  return panel.series.map(({ id, values: demand }, series) => {
    const window = windowOf(panel, { series, origin: demand.length - 1 - horizonSteps });
    writeFeatures(plan, window, leads, { values, rows: horizonSteps, at: 0 });
    const rows: number[] = [];
    for (let k = 0; k < horizonSteps; k++)
      for (let c = 0; c < width; c++) rows.push(asSent(values[c * horizonSteps + k] as number));
    return { series: id, rows };
  });
}

/** Seven digits are what a float32 holds: more would only be longer to read. */
function asSent(value: number): number {
  return Number.isNaN(value) ? missing : Number(value.toPrecision(7));
}

function projectFile(shop: Workshop, path: string, historyDays: number): Promise<string> {
  return shop.prepare(
    'serving-project',
    () => `
    SELECT * EXCLUDE (last) REPLACE (CASE WHEN timestamp <= last - ${horizonSteps} THEN y END AS y)
    FROM read_parquet('${path}'), (SELECT max(timestamp) AS last FROM read_parquet('${path}'))
    WHERE timestamp > last - ${horizonSteps + historyDays}`,
  );
}
