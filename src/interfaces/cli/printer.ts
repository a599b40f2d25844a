// What commands print with when people read: lines, tables and colours. All text for people goes through here, so that
// nothing in it is obeyed by the terminal: see `core/visible-text.ts`.

import { visibleLines, visibleText } from '../../core/index.ts';
import { rendered, type Styles, styles } from './styles.ts';
import { type Column, formatTable } from './table.ts';
import { type Terminal, type TextSink, wantsColour } from './terminal.ts';

export class Printer {
  readonly colours: Styles = styles;
  readonly #write: (text: string) => void;
  readonly #colour: boolean;

  constructor(write: (text: string) => void, colour: boolean) {
    this.#write = write;
    this.#colour = colour;
  }

  /** One line: a line end in the text is shown, not obeyed. */
  line(text = ''): void {
    this.lines(visibleText(text));
  }

  /** Text of several lines, made here or by the parser. */
  lines(text: string): void {
    this.#write(`${rendered(visibleLines(text), this.#colour)}\n`);
  }

  table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): void {
    this.lines(formatTable(columns, rows, this.colours.bold));
  }

  /** Names and values, one pair per line; pairs without a value are left out. Further lines of a value are indented. */
  pairs(pairs: readonly (readonly [string, string | null | undefined])[]): void {
    const shown = pairs.filter((pair): pair is readonly [string, string] => typeof pair[1] === 'string');
    const width = Math.max(0, ...shown.map(([name]) => name.length));
    for (const [name, value] of shown)
      this.lines(
        `${this.colours.dim(name.padEnd(width))}  ${value.replaceAll('\n', `\n${' '.repeat(width + 2)}`)}`,
      );
  }
}

/** A printer on a stream of the terminal. */
export function printerOn(terminal: Terminal, sink: TextSink): Printer {
  return new Printer((text) => void sink.write(text), wantsColour(terminal, sink));
}
