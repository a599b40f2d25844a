// Levels that only one sample has: more than chance would put on one side?

import { lnGamma } from '../../maths/index.ts';
import type { LevelTable } from './level-table.ts';

export interface OneSidedLevels {
  /** Levels that this sample has and the other lacks, the most frequent first. */
  readonly levels: readonly string[];
  /** Share of this sample's rows that have one of them. */
  readonly share: number;
  /** Probability that chance alone puts a level with as many rows as the most frequent of them on this side alone; 1 without any. */
  readonly p: number;
}

export interface LevelChanges {
  readonly appeared: OneSidedLevels;
  readonly vanished: OneSidedLevels;
  /** Two-sided. */
  readonly p: number;
}

/**
 * A rare level is often missing in a small sample: that is no finding. With all rows exchangeable, a level of t rows lies wholly among
 * the m of N with probability Π (m − i) ÷ (N − i); p adds this up over all levels that have as many rows as the most frequent one found, so
 * it is never too small, whatever the levels are. Cost: O(levels·ln levels).
 */
export function levelChanges(table: LevelTable): LevelChanges {
  const n = table.reference.reduce((sum, count) => sum + count, 0);
  const m = table.current.reduce((sum, count) => sum + count, 0);
  const appeared = oneSided(table, table.current, table.reference, [m, n]);
  const vanished = oneSided(table, table.reference, table.current, [n, m]);
  return { appeared, vanished, p: Math.min(1, 2 * Math.min(appeared.p, vanished.p)) };
}

function oneSided(
  { levels }: LevelTable,
  own: Float64Array,
  other: Float64Array,
  [rows, otherRows]: readonly [number, number],
): OneSidedLevels {
  const found = levels.map((_, i) => i).filter((i) => own[i]! > 0 && other[i] === 0);
  if (found.length === 0) return { levels: [], share: 0, p: 1 };
  found.sort((i, j) => own[j]! - own[i]!);
  const most = own[found[0]!]!;
  const total = rows + otherRows;
  let p = 0;
  for (let i = 0; i < levels.length; i++) {
    const t = own[i]! + other[i]!;
    if (t < most || t > rows) continue;
    p += Math.exp(lnGamma(rows + 1) - lnGamma(rows - t + 1) - lnGamma(total + 1) + lnGamma(total - t + 1));
  }
  return {
    levels: found.map((i) => levels[i]!),
    share: found.reduce((sum, i) => sum + own[i]!, 0) / rows,
    p: Math.min(1, p),
  };
}
