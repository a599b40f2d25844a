// A file of daily sales as an export lists them: day by day, each day all series.

import { closeSync, openSync, writeSync } from 'node:fs';

export const seriesCount = 2000;
const stores = 20;
const dayMs = 86_400_000;
const firstDay = Date.UTC(2020, 0, 1);

/** Which row this is, of a table in the order of days. */
export function saleOf(row: number): { store: string; item: string; date: string; units: number } {
  const series = row % seriesCount;
  return {
    store: `S${String(series % stores).padStart(3, '0')}`,
    item: `item-${100_000 + Math.floor(series / stores)}`,
    date: dateOf(Math.floor(row / seriesCount)),
    units: unitsOf(row),
  };
}

/** Longer files have more series, not more days than a business has. */
export function writeSales(path: string, rows: number): void {
  const file = openSync(path, 'w');
  const perDay = Math.max(seriesCount, Math.ceil(rows / 2000));
  writeSync(file, 'store,item,date,units\n');
  for (let day = 0, row = 0; row < rows; day++) {
    const date = dateOf(day);
    let text = '';
    for (let series = 0; series < perDay && row < rows; series++, row++) {
      const store = `S${String(series % stores).padStart(3, '0')}`;
      text += `${store},item-${100_000 + Math.floor(series / stores)},${date},${unitsOf(row)}\n`;
    }
    writeSync(file, text);
  }
  closeSync(file);
}

const dateOf = (day: number): string => new Date(firstDay + day * dayMs).toISOString().slice(0, 10);

/** A third of the days nothing is sold; of the row alone, so that a file is the same whenever it is made. */
function unitsOf(row: number): number {
  const mixed = Math.imul(row ^ (row >>> 15), 0x2c1b3c6d);
  const chance = ((mixed ^ (mixed >>> 12)) >>> 0) % 291;
  return chance < 97 ? 0 : chance % 97;
}
