// The texts that the cells of a workbook share, each written once, some with a format of their own in parts.

import { AppError } from '../../../core/index.ts';
import { memberBytes } from '../engine/member-bytes.ts';
import type { SourceFile, ZipMember } from '../engine/source-kind.ts';
import { XmlReader } from './xml-reader.ts';

/** They are held in memory: about twice this. */
const bytesMax = 256 * 1024 ** 2;
const textsMax = 5_000_000;
/** Longer than any program writes: 32,767 letters are the most that a cell has. */
export const textLengthMax: number = 1024 ** 2;

/** @throws AppError `data/damaged-file`, `data/too-large` */
export async function sharedTexts({ name, path }: SourceFile, member: ZipMember): Promise<string[]> {
  const texts: string[] = [];
  const text = new RichText(name);
  const reader = new XmlReader(`${name}: ${JSON.stringify(member.name)} in it`, {
    open: (element) => {
      if (element === 'si') text.begin();
      else text.open(element);
    },
    close: (element) => {
      text.close(element);
      if (element !== 'si') return;
      if (texts.length >= textsMax)
        throw new AppError(
          'data/too-large',
          `${name} has more than ${textsMax} texts: save the sheet as CSV`,
        );
      texts.push(text.end());
    },
    text: (part) => text.add(part),
  });
  for await (const bytes of memberBytes(member, { path, name, bytesMax })) reader.push(bytes);
  reader.end();
  return texts;
}

/** A text of one or more parts, of which those that only say how it is pronounced are left out. */
export class RichText {
  readonly #name: string;
  #text = '';
  #isWithin = false;
  #phonetic = 0;

  constructor(name: string) {
    this.#name = name;
  }

  begin(): void {
    this.#text = '';
    this.#isWithin = false;
    this.#phonetic = 0;
  }

  open(element: string): void {
    if (element === 'rPh') this.#phonetic += 1;
    else if (element === 't') this.#isWithin = this.#phonetic === 0;
  }

  close(element: string): void {
    if (element === 'rPh') this.#phonetic -= 1;
    else if (element === 't') this.#isWithin = false;
  }

  add(part: string): void {
    if (!this.#isWithin) return;
    this.#text += part;
    if (this.#text.length > textLengthMax)
      throw new AppError(
        'data/damaged-file',
        `${this.#name} has a cell longer than ${textLengthMax} characters`,
      );
  }

  end(): string {
    return unescaped(this.#text);
  }
}

/** Characters that XML has no way to write stand as `_x000D_`. */
export function unescaped(text: string): string {
  return text.includes('_x')
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) =>
        String.fromCharCode(Number.parseInt(code, 16)),
      )
    : text;
}
