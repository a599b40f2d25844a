// How files write yes and no: the words of a stock-out column, wherever it is read.

/** Trimmed and in lower case. */
export const yesWords: ReadonlySet<string> = new Set(['1', 'true', 'yes', 'y', 't', '1.0']);
/** An empty cell is no. */
export const noWords: ReadonlySet<string> = new Set(['', '0', 'false', 'no', 'n', 'f', '0.0']);
