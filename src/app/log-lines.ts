// Lines on their way to where they may not be taken: a full disk, a pipe whose reader has gone or stands still. None of
// these may end the program or make it wait: what cannot be written is dropped and counted, and the next line is tried again.

export interface LogLinesOptions {
  /** Writes some of the bytes and returns how many; throws what the system says. */
  readonly write: (bytes: Uint8Array) => number;
  /** Calls back in a moment: a slow reader may have room then. */
  readonly later: (callback: () => void) => void;
  /** The line that says, once lines can be written again, how many were lost. */
  readonly lostLine: (count: number, reason: string) => string;
  /** What is held while the reader is slow; lines beyond are dropped. */
  readonly heldBytesMax?: number;
}

interface Line {
  bytes: Uint8Array;
  /** Some of it is written. */
  begun: boolean;
  /** Lost lines that are not told of when this one is lost: itself, or all that it tells of. */
  readonly untold: number;
  readonly own: boolean;
}

export class LogLines {
  readonly #options: Required<LogLinesOptions>;
  readonly #held: Line[] = [];
  #heldBytes = 0;
  /** A line broke off in the middle: the next one must not go on in it. */
  #torn = false;
  #waiting = false;
  #untold = 0;
  #reason = '';
  #lost = 0;

  constructor(options: LogLinesOptions) {
    this.#options = { heldBytesMax: 256 * 1024, ...options };
  }

  /** Lines dropped since the start. */
  get lost(): number {
    return this.#lost;
  }

  /** Writes the line, or holds it while the reader is slow, or drops it. */
  write(text: string): void {
    this.#hold({ bytes: Buffer.from(`${text}\n`), begun: false, untold: 1, own: true });
    this.flush();
  }

  /** Writes what is held, as far as it is taken. */
  flush(): void {
    for (let line = this.#held[0]; line !== undefined; line = this.#held[0]) {
      try {
        if (this.#torn) this.#torn = this.#options.write(Buffer.from('\n')) === 0;
        const written = this.#options.write(line.bytes);
        this.#heldBytes -= written;
        line.bytes = line.bytes.subarray(written);
        line.begun ||= written > 0;
      } catch (error) {
        const { code = String(error) } = error as NodeJS.ErrnoException;
        if (code === 'EAGAIN') this.#retry();
        else this.#dropHeld(code);
        return;
      }
      if (line.bytes.length > 0) continue;
      this.#held.shift();
      if (this.#untold > 0) this.#tell();
    }
  }

  #hold(line: Line): void {
    if (this.#heldBytes + line.bytes.length > this.#options.heldBytesMax)
      this.#drop(line, 'the reader is too slow');
    else {
      this.#held.push(line);
      this.#heldBytes += line.bytes.length;
    }
  }

  #tell(): void {
    const untold = this.#untold;
    this.#untold = 0;
    this.#hold({
      bytes: Buffer.from(`${this.#options.lostLine(untold, this.#reason)}\n`),
      begun: false,
      untold,
      own: false,
    });
  }

  #drop({ untold, own }: Line, reason: string): void {
    this.#untold += untold;
    this.#reason = reason;
    if (own) this.#lost++;
  }

  #dropHeld(reason: string): void {
    this.#torn ||= this.#held[0]?.begun === true;
    for (const line of this.#held.splice(0)) this.#drop(line, reason);
    this.#heldBytes = 0;
  }

  #retry(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    this.#options.later(() => {
      this.#waiting = false;
      this.flush();
    });
  }
}
