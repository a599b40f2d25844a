// How files write yes and no: the words of a stock-out column, wherever it is read.

import type { Dialect } from '../../../core/index.ts';

/** Trimmed and in lower case. */
export const yesWords: ReadonlySet<string> = new Set(['1', 'true', 'yes', 'y', 't', '1.0']);
/** An empty cell is no. */
export const noWords: ReadonlySet<string> = new Set(['', '0', 'false', 'no', 'n', 'f', '0.0']);

/** True, false, or null for what is neither. */
export type FlagReader = (text: string) => boolean | null;

/** With the words of a dialect, which win over the usual ones. */
export function flagReader({ trueWords, falseWords }: Pick<Dialect, 'trueWords' | 'falseWords'>): FlagReader {
  const words = new Map<string, boolean>();
  for (const word of yesWords) words.set(word, true);
  for (const word of noWords) words.set(word, false);
  for (const word of trueWords) words.set(word.trim().toLowerCase(), true);
  for (const word of falseWords) words.set(word.trim().toLowerCase(), false);
  return (text) => words.get(text.trim().toLowerCase()) ?? null;
}
