// From what a person chose to the requests that do it.

import type * as api from '../../api.ts';

export const repairWays = ['set', 'map', 'rescale', 'multiply', 'divide', 'accept', 'discard'] as const;

export interface Repair {
  readonly way: (typeof repairWays)[number];
  readonly column: string;
  readonly from: string;
  readonly to: string;
  readonly factor: string;
  readonly reason: string;
}

/** One for each batch that the rows are of. */
export function repairRequests(rows: readonly api.QuarantinedRow[], repair: Repair): api.RepairRequest[] {
  const byBatch = Map.groupBy(rows, ({ batchId }) => batchId);
  return [...byBatch].map(([batch, of]) => ({
    batch,
    rows: rangesText(of.map(({ row }) => row)),
    ...editOf(repair),
    ...(repair.reason.trim() === '' ? {} : { reason: repair.reason.trim() }),
  }));
}

function editOf({ way, column, from, to, factor }: Repair): Partial<api.RepairRequest> {
  switch (way) {
    case 'set':
      return { set: { [column]: to === '' ? null : to } };
    case 'map':
      return { map: { [column]: { [from]: to } } };
    case 'multiply':
      return { multiply: Number(factor) };
    case 'divide':
      return { divide: Number(factor) };
    case 'rescale':
      return { rescale: true };
    case 'accept':
      return { accept: true };
    case 'discard':
      return { discard: true };
  }
}

/** Numbers of rows as the API takes them: `3,7-9`. */
export function rangesText(rows: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const row of [...rows].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && row <= last[1] + 1) last[1] = row;
    else ranges.push([row, row]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(',');
}
