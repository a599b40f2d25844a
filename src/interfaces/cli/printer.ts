// What commands print with when people read: lines, tables and colours on standard output.

import picocolors from 'picocolors';
import { type Column, formatTable } from './table.ts';
import { type Terminal, wantsColour } from './terminal.ts';

export type Colours = ReturnType<typeof picocolors.createColors>;

export class Printer {
  readonly colours: Colours;
  readonly #write: (text: string) => void;

  constructor(write: (text: string) => void, colour: boolean) {
    this.#write = write;
    this.colours = picocolors.createColors(colour);
  }

  line(text = ''): void {
    this.#write(`${text}\n`);
  }

  table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): void {
    this.line(formatTable(columns, rows, this.colours.bold));
  }

  /** Names and values, one pair per line; pairs without a value are left out. */
  pairs(pairs: readonly (readonly [string, string | null | undefined])[]): void {
    const shown = pairs.filter((pair): pair is readonly [string, string] => typeof pair[1] === 'string');
    const width = Math.max(0, ...shown.map(([name]) => name.length));
    for (const [name, value] of shown)
      this.line(
        `${this.colours.dim(name.padEnd(width))}  ${value.replaceAll('\n', `\n${' '.repeat(width + 2)}`)}`,
      );
  }
}

/** A printer on standard output. */
export function stdoutPrinter(terminal: Terminal): Printer {
  return new Printer((text) => void terminal.stdout.write(text), wantsColour(terminal, terminal.stdout));
}
