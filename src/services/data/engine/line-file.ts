// Writes lines to a file in large pieces, from a worker, where waiting for the disk harms nobody.

import { closeSync, openSync, writeSync } from 'node:fs';

const bufferBytes = 1 << 20;

/** Lines into a file that is made only when there is one. */
export class LineFile {
  readonly #path: string | null;
  #file: number | null = null;
  #lines: string[] = [];
  #bytes = 0;

  constructor(path: string | null) {
    this.#path = path;
  }

  push(line: string): void {
    if (this.#path === null) return;
    this.#lines.push(line);
    this.#bytes += line.length;
    if (this.#bytes > bufferBytes) this.#write();
  }

  end(): void {
    if (this.#lines.length > 0) this.#write();
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  #write(): void {
    this.#file ??= openSync(this.#path ?? '', 'w');
    const bytes = Buffer.from(`${this.#lines.join('\n')}\n`);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
    this.#lines = [];
    this.#bytes = 0;
  }
}
