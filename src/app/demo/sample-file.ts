// The warehouse's history as a CSV file, for people who have none at hand.

import { writeFile } from 'node:fs/promises';
import { toCsv } from './dirt.ts';
import { buildWarehouse } from './generator.ts';
import { historyOf } from './history.ts';
import { autumnSeason } from './script.ts';

/** Writes two years of sales, some rows of them spoilt, and says how many rows there are. */
export async function writeSampleFile(path: string, seed: number): Promise<{ rows: number; spoilt: number }> {
  const { rows, spoilt } = historyOf(buildWarehouse(autumnSeason, seed), seed);
  await writeFile(path, toCsv(rows));
  return { rows: rows.length, spoilt };
}
