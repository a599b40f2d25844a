// What goes wrong with rows on their way in: the usual few, and whole batches when the script says so.

import { Rng } from '../../core/index.ts';
import { dayLabel } from './calendar.ts';
import { type DemandRow, mix } from './generator.ts';

/** A row as it is sent, in a file or over HTTP; spoilt ones hold what they should not. */
export interface SentRow {
  readonly site: string;
  readonly item: string;
  readonly date: string;
  readonly units: number | string;
  readonly price: number;
  readonly promotion: 0 | 1;
  readonly out_of_stock: 0 | 1;
}

/** What is known of a day ahead. */
export type PlannedRow = Pick<SentRow, 'site' | 'item' | 'date' | 'price' | 'promotion'>;

/** Ways to be wrong that the contract must catch; a duplicate is only collapsed. */
export const dirtKinds = ['negative', 'text', 'future', 'unit-jump', 'no-date'] as const;
export type DirtKind = (typeof dirtKinds)[number] | 'duplicate';

export interface SentBatch {
  readonly rows: readonly SentRow[];
  /** Planted: rows that should be quarantined, and exact duplicates that should be collapsed. */
  readonly spoilt: number;
  readonly duplicates: number;
}

/**
 * The rows as they arrive. A spoilt row stands beside the true one, as a second message that went wrong.
 * @param usualShare share of rows that have a spoilt or duplicate companion
 */
export function sendRows(
  rows: readonly DemandRow[],
  options: { seed: number; day: number; usualShare: number },
): SentBatch {
  const rng = new Rng(mix(options.seed, 30_000, options.day));
  const sent: SentRow[] = [];
  let spoilt = 0;
  let duplicates = 0;
  for (const row of rows) {
    const clean = asSent(row);
    sent.push(clean);
    if (rng.uniform() >= options.usualShare) continue;
    const kind = rng.uniform() < 0.25 ? 'duplicate' : dirtKinds[rng.below(dirtKinds.length)]!;
    const dirty = spoil(clean, row, kind);
    sent.push(dirty);
    if (dirty === clean) duplicates += 1;
    else spoilt += 1;
  }
  return { rows: sent, spoilt, duplicates };
}

/** What a feed sends that has gone wrong: rows of a day, each spoilt in one of the ways. */
export function spoiltRows(
  rows: readonly DemandRow[],
  options: { seed: number; day: number; count: number },
): SentRow[] {
  const rng = new Rng(mix(options.seed, 31_000, options.day));
  const chosen = new Set<DemandRow>();
  while (chosen.size < Math.min(options.count, rows.length)) chosen.add(rows[rng.below(rows.length)]!);
  return [...chosen].map((row) => spoil(asSent(row), row, dirtKinds[rng.below(dirtKinds.length)]!));
}

export function asPlanned(row: DemandRow): PlannedRow {
  const { site, item, date, price, promotion } = asSent(row);
  return { site, item, date, price, promotion };
}

export function asSent(row: DemandRow): SentRow {
  return {
    site: row.site,
    item: row.item,
    date: dayLabel(row.day),
    units: row.units,
    price: row.price,
    promotion: row.promotion ? 1 : 0,
    out_of_stock: row.stockout ? 1 : 0,
  };
}

function spoil(clean: SentRow, row: DemandRow, kind: DirtKind): SentRow {
  switch (kind) {
    case 'negative':
      return { ...clean, units: -Math.max(1, row.units) };
    case 'text':
      return { ...clean, units: `${row.units} pcs` };
    case 'future':
      return { ...clean, date: dayLabel(row.day + 3650) };
    case 'unit-jump':
      // Grams for kilograms. A day that sold little would not stand out, so the jump is from a good day.
      return { ...clean, date: clean.date, units: Math.max(50, row.units) * 10_000 };
    case 'no-date':
      return { ...clean, date: '' };
    case 'duplicate':
      return clean;
  }
}

const csvColumns = ['site', 'item', 'date', 'units', 'price', 'promotion', 'out_of_stock'] as const;

/** The rows as CSV with a header, as the history file is written. */
export function toCsv(rows: readonly SentRow[]): string {
  const lines = rows.map((row) => csvColumns.map((column) => row[column]).join(','));
  return `${csvColumns.join(',')}\n${lines.join('\n')}\n`;
}
