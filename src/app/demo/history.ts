// The years before the season as rows of a file, dirt included: what the demo ingests first and the tutorial plays with.

import { type SentRow, sendRows } from './dirt.ts';
import type { Warehouse } from './generator.ts';

/** Rows that are spoilt or doubled on an ordinary day, as a share. */
export const usualDirtShare = 0.004;
/** In its first weeks nobody can tell a wrong unit from a large order: no dirt then. */
const cleanDays = 28;

export interface History {
  readonly rows: readonly SentRow[];
  /** Planted among them. */
  readonly spoilt: number;
  readonly duplicates: number;
}

/** All rows before the season, by day. */
export function historyOf(warehouse: Warehouse, seed: number): History {
  const rows: SentRow[] = [];
  let spoilt = 0;
  let duplicates = 0;
  for (let day = warehouse.historyStart; day < warehouse.seasonStart; day++) {
    const usualShare = day < warehouse.historyStart + cleanDays ? 0 : usualDirtShare;
    const batch = sendRows(warehouse.rowsOn(day), { seed, day, usualShare });
    rows.push(...batch.rows);
    spoilt += batch.spoilt;
    duplicates += batch.duplicates;
  }
  return { rows, spoilt, duplicates };
}
