// Stock as a table of text becomes positions as the API takes them. Nothing is guessed: what is no number is said by its line.

import type { ReplenishmentPosition } from '../../api.ts';
import { texts } from '../../texts.ts';

const words = texts.replenishment;
const numbers = [
  'onHand',
  'backorders',
  'leadTime',
  'review',
  'cycleService',
  'fillRate',
  'shortageCost',
  'leftoverCost',
  'lot',
  'minimumOrder',
  'packSize',
  'unitCost',
] as const;
const known: readonly string[] = ['series', 'onOrder', 'due', ...numbers];

export type Read =
  | { readonly kind: 'positions'; readonly positions: readonly ReplenishmentPosition[] }
  | { readonly kind: 'refused'; readonly reason: string };

/** A series that has several rows has several orders on their way. */
export function readPositions(text: string): Read {
  const [header = [], ...rows] = cellsOf(text);
  const columns = header.map((cell) => cell.trim());
  const unknown = columns.find((column) => !known.includes(column));
  if (!columns.includes('series') || !columns.includes('onHand')) return refused(1, words.noHeader);
  if (unknown !== undefined) return refused(1, words.unknownColumn(unknown));
  const bySeries = new Map<string, ReplenishmentPosition>();
  for (const [i, row] of rows.entries()) {
    if (row.every((cell) => cell.trim() === '')) continue;
    const cells = new Map(columns.map((column, c) => [column, (row[c] ?? '').trim()]));
    const read = positionOf(cells);
    if (typeof read === 'string') return refused(i + 2, read);
    const before = bySeries.get(read.series);
    const onOrder = [...(before?.onOrder ?? []), ...(read.onOrder ?? [])];
    bySeries.set(read.series, { ...(before ?? read), ...(onOrder.length > 0 ? { onOrder } : {}) });
  }
  return { kind: 'positions', positions: [...bySeries.values()] };
}

function refused(line: number, reason: string): Read {
  return { kind: 'refused', reason: words.badLine(String(line), reason) };
}

/** The position of a row, or why it is none. */
function positionOf(cells: ReadonlyMap<string, string>): ReplenishmentPosition | string {
  const series = cells.get('series') ?? '';
  if (series === '') return words.noSeries;
  const figures: Partial<Record<(typeof numbers)[number], number>> = {};
  for (const column of numbers) {
    const cell = cells.get(column) ?? '';
    if (cell === '' && column !== 'onHand') continue;
    if (!isNumber(cell)) return words.noNumber(column, cell);
    figures[column] = Number(cell);
  }
  const onOrder = cells.get('onOrder') ?? '';
  if (onOrder !== '' && !isNumber(onOrder)) return words.noNumber('onOrder', onOrder);
  const due = cells.get('due') ?? '';
  const orders =
    onOrder === '' || Number(onOrder) === 0
      ? []
      : [{ units: Number(onOrder), ...(due === '' ? {} : { due }) }];
  return {
    series,
    ...figures,
    onHand: figures.onHand as number,
    ...(orders.length > 0 ? { onOrder: orders } : {}),
  };
}

function isNumber(cell: string): boolean {
  return /^-?\d+(\.\d+)?$/.test(cell);
}

/** Cells of comma-separated values, quoted ones with commas, quotes and ends of lines in them. */
function cellsOf(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain = '', end = ''] of text
    .replace(/^\ufeff/, '')
    .matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === '') break;
    if (end !== ',') rows.push([]);
  }
  return rows;
}
