// A header of two rows, as tables with a column for each period have that were made by hand: the year above, the month below. The upper
// row is said once for the columns that follow.

/** The names of columns from both rows: `2024` above `Jan` is `2024 Jan`. An empty cell above stands for the one before it. */
export function joinHeaders(upper: readonly string[], lower: readonly string[]): string[] {
  let above = '';
  return Array.from({ length: Math.max(upper.length, lower.length) }, (_, i) => {
    const [own, below] = [(upper[i] ?? '').trim(), (lower[i] ?? '').trim()];
    if (own !== '') above = own;
    // A name that stands above alone is that of its own column.
    if (below === '') return own;
    return above === '' ? below : `${above} ${below}`;
  });
}
