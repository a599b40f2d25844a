// Texts as cells of CSV files, for programs and for spreadsheets.

/**
 * `safe`: a text that a spreadsheet would run as a formula begins with an apostrophe. `exact`: every text as it is.
 * Numbers and times are never touched.
 */
export const csvRules = ['safe', 'exact'] as const;
export type CsvRule = (typeof csvRules)[number];

/** What spreadsheets take for the beginning of a formula, also after apostrophes, so that the rule can be undone. */
const formula = /^'*[=+\-@\t\r]/;

/**
 * A text as a cell. Reading a `safe` file exactly: drop one apostrophe from cells that begin with apostrophes and then one of
 * `= + - @` TAB CR; `textOfCell` does it.
 */
export function csvCell(text: string, rule: CsvRule): string {
  const shown = rule === 'safe' && formula.test(text) ? `'${text}` : text;
  // RFC 4180; quoted too where a spreadsheet with other separators would cut the text in two.
  return /[",;\t\r\n]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
}

/** The text that a cell of a `safe` file stands for, once its quotes are undone. */
export function textOfCell(cell: string): string {
  return cell.startsWith("'") && formula.test(cell) ? cell.slice(1) : cell;
}
