// XML in pieces, of strangers: what it may hold is bounded, and what would unfold into more is refused. Spreadsheets need no
// document type, no entities of their own and little depth.

import { SaxesParser } from 'saxes';

import { AppError } from '../../../core/index.ts';

export type Attributes = Readonly<Record<string, string>>;

export interface XmlHandlers {
  /** Names are without their prefix. */
  readonly open: (name: string, attributes: Attributes) => void;
  readonly close: (name: string) => void;
  /** The text of an element may come in parts. */
  readonly text: (text: string) => void;
}

const depthMax = 64;
/** Text between two marks: the longest cell has 32,767 letters, each of them up to ten characters as a reference. */
const silenceMax = 2 * 1024 ** 2;

export class XmlReader {
  readonly #name: string;
  readonly #parser = new SaxesParser<{ xmlns: false; position: false }>({ xmlns: false, position: false });
  #decoder: InstanceType<typeof TextDecoder> | null = null;
  #depth = 0;
  #hasMark = false;
  #silence = 0;

  /** @param name of the part, for messages */
  constructor(name: string, handlers: XmlHandlers) {
    this.#name = name;
    const parser = this.#parser;
    parser.on('doctype', () => {
      throw this.#damaged('it declares a document type, which no spreadsheet has');
    });
    parser.on('xmldecl', ({ encoding = 'utf-8' }) => {
      if (!/^utf-?(?:8|16)$/i.test(encoding)) throw this.#damaged(`its encoding is ${encoding.slice(0, 40)}`);
    });
    parser.on('opentag', ({ name: full, attributes }) => {
      this.#hasMark = true;
      this.#depth += 1;
      if (this.#depth > depthMax) throw this.#damaged(`its elements are nested deeper than ${depthMax}`);
      handlers.open(localName(full), attributes);
    });
    parser.on('closetag', ({ name: full }) => {
      this.#hasMark = true;
      this.#depth -= 1;
      handlers.close(localName(full));
    });
    parser.on('text', handlers.text);
    parser.on('cdata', handlers.text);
    parser.on('error', (error) => {
      throw this.#damaged(error.message);
    });
  }

  /** @throws AppError `data/damaged-file` */
  push(bytes: Uint8Array): void {
    this.#decoder ??= decoderOf(bytes);
    this.#hasMark = false;
    this.#write(this.#decoded(bytes, true));
    this.#silence = this.#hasMark ? 0 : this.#silence + bytes.length;
    if (this.#silence > silenceMax)
      throw this.#damaged(`more than ${silenceMax} bytes in it have no mark between them`);
  }

  /** @throws AppError `data/damaged-file` */
  end(): void {
    this.#write(this.#decoded(new Uint8Array(0), false));
    this.#parser.close();
  }

  #write(text: string): void {
    if (text !== '') this.#parser.write(text);
  }

  #decoded(bytes: Uint8Array, stream: boolean): string {
    try {
      return this.#decoder?.decode(bytes, { stream }) ?? '';
    } catch (cause) {
      throw this.#damaged('it is not UTF-8', cause);
    }
  }

  #damaged(why: string, cause?: unknown): AppError {
    return new AppError('data/damaged-file', `${this.#name} cannot be read as XML: ${why}`, { cause });
  }
}

function decoderOf(bytes: Uint8Array): InstanceType<typeof TextDecoder> {
  const mark = (bytes[0] ?? 0) * 256 + (bytes[1] ?? 0);
  const encoding = mark === 0xfffe ? 'utf-16le' : mark === 0xfeff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding, { fatal: true });
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
