// Fisher's exact test of two samples of two levels.

export interface Fisher {
  /** a·d ÷ (b·c); null where that has no finite value. */
  readonly oddsRatio: number | null;
  /** Two-sided: all tables with these totals that are no likelier than this one. */
  readonly p: number;
}

/** Tables as likely as this one but for rounding count as no likelier. */
const alike = 1 + 1e-7;

/**
 * @param reference @param current counts of two levels
 * Source: Fisher 1922. Cost: O(tables that are not too unlikely to count), the square root of the rows.
 */
export function fisherExact([a, b]: readonly [number, number], [c, d]: readonly [number, number]): Fisher {
  const oddsRatio = b * c > 0 ? (a * d) / (b * c) : null;
  const row = a + b;
  const column = a + c;
  const total = a + b + c + d;
  const low = Math.max(0, row + column - total);
  const high = Math.min(row, column);
  // Weights relative to the table that was seen, outwards in both directions until they no longer count.
  let all = 1;
  let counted = 1;
  for (const direction of [1, -1]) {
    let weight = 1;
    let highest = 1;
    for (let k = a + direction; k >= low && k <= high; k += direction) {
      weight *= direction > 0 ? up(k - 1, row, column, total) : 1 / up(k, row, column, total);
      highest = Math.max(highest, weight);
      all += weight;
      if (weight <= alike) counted += weight;
      if (weight < 1e-25 * highest && weight < 1e-25) break;
      if (weight > 1e280) return { oddsRatio, p: 0 };
    }
  }
  return { oddsRatio, p: Math.min(1, counted / all) };
}

/** How much likelier the table with k + 1 in its first cell is than that with k. */
function up(k: number, row: number, column: number, total: number): number {
  return ((row - k) * (column - k)) / ((k + 1) * (total - row - column + k + 1));
}
