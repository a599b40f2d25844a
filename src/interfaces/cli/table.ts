// Plain tables: columns aligned by display width, two spaces between, a header in bold. No boxes, so that they paste well.

import { stripVTControlCharacters } from 'node:util';
import { visibleText } from '../../core/index.ts';
import { unstyled } from './styles.ts';

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
  /** Numbers are read from the right. */
  readonly align?: 'left' | 'right';
}

/** The table as text, a row per line whatever is in its cells, lines without trailing spaces; no rows = the header alone. */
export function formatTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  bold: (text: string) => string = String,
): string {
  const cells = rows.map((row) => columns.map((column) => visibleText(column.value(row))));
  const titles = columns.map(({ title }) => visibleText(title));
  const widths = titles.map((title, j) =>
    Math.max(displayWidth(title), ...cells.map((line) => displayWidth(line[j] as string))),
  );
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, j) => {
        const space = ' '.repeat((widths[j] as number) - displayWidth(text));
        return columns[j]?.align === 'right' ? space + text : text + space;
      })
      .join('  ')
      .trimEnd();
  const header = line(titles);
  return [bold(header), ...cells.map(line)].join('\n');
}

/** A text that takes at most so many columns, what is left out shown as `…`. */
export function shortened(text: string, width: number): string {
  const shown = visibleText(text);
  if (displayWidth(shown) <= width) return shown;
  let kept = '';
  let used = 1;
  for (const character of shown) {
    used += displayWidth(character);
    if (used > width) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Columns a text takes on a terminal: colours take none, East Asian wide characters and emoji two. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of stripVTControlCharacters(unstyled(text))) {
    const code = character.codePointAt(0) as number;
    if (code >= 0x300 && code <= 0x36f) continue;
    width += isWide(code) ? 2 : 1;
  }
  return width;
}

function isWide(code: number): boolean {
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd)
  );
}
