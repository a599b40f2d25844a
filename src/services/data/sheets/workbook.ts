// A workbook (.xlsx): its sheets, what the formats of its cells make of numbers, and the texts that its cells share.

import { AppError } from '../../../core/index.ts';
import { memberBytes } from '../engine/member-bytes.ts';
import type { SourceFile, ZipMember } from '../engine/source-kind.ts';
import { builtInFormat, formatOf, type NumberFormat } from './number-formats.ts';
import { sharedTexts } from './shared-texts.ts';
import type { DateSystem } from './sheet-cell.ts';
import { type Attributes, XmlReader } from './xml-reader.ts';

export interface Sheet {
  readonly name: string;
  readonly isHidden: boolean;
  readonly member: ZipMember;
}

export interface Workbook {
  /** In the order of their tabs. */
  readonly sheets: readonly Sheet[];
  readonly dates: DateSystem;
  /** Its formulas are to be calculated when it is opened: the values that were saved with them are none. */
  readonly isUncalculated: boolean;
  /** By the number that cells have for their style. */
  readonly formats: readonly NumberFormat[];
  /** By the number that cells have for a text. */
  readonly texts: readonly string[];
}

/** Parts beside sheets and texts are small. */
const partBytesMax = 16 * 1024 ** 2;
const sheetsMax = 1000;
const stylesMax = 100_000;

const known = new WeakMap<SourceFile, Promise<Workbook>>();

/** @throws AppError `data/damaged-file`, `data/unsupported-format`, `data/too-large` */
export function workbookOf(source: SourceFile): Promise<Workbook> {
  let found = known.get(source);
  if (found === undefined) {
    found = openWorkbook(source);
    known.set(source, found);
  }
  return found;
}

async function openWorkbook(source: SourceFile): Promise<Workbook> {
  const parts = new Parts(source);
  const root = await parts.relations('');
  const main = root.find(({ type }) => type.endsWith('/officeDocument'));
  if (main === undefined) throw parts.damaged('it names no workbook');
  const relations = await parts.relations(main.target);
  const styles = relations.find(({ type }) => type.endsWith('/styles'));
  const shared = relations.find(({ type }) => type.endsWith('/sharedStrings'));
  const { listed, dates, isUncalculated } = await readMain(parts, main.target);
  const sheets = listed.flatMap(({ name, id, isHidden }): Sheet[] => {
    const relation = relations.find((one) => one.id === id);
    if (relation === undefined) throw parts.damaged(`its sheet ${JSON.stringify(name)} is missing`);
    // Charts and dialogs have tabs as well.
    return relation.type.endsWith('/worksheet')
      ? [{ name, isHidden, member: parts.member(relation.target) }]
      : [];
  });
  return {
    sheets,
    dates,
    isUncalculated,
    formats: styles === undefined ? [] : await readFormats(parts, styles.target),
    texts: shared === undefined ? [] : await sharedTexts(source, parts.member(shared.target)),
  };
}

interface Relation {
  readonly id: string;
  readonly type: string;
  /** Path in the archive. */
  readonly target: string;
}

/** The parts of a workbook by their paths in the archive. */
class Parts {
  readonly #source: SourceFile;
  readonly #members = new Map<string, ZipMember>();

  constructor(source: SourceFile) {
    this.#source = source;
    for (const member of source.members ?? []) {
      const path = keyOfPath(member.name);
      if (this.#members.has(path)) throw this.damaged(`${JSON.stringify(path)} is in it twice`);
      this.#members.set(path, member);
    }
  }

  damaged(why: string): AppError {
    return new AppError('data/damaged-file', `${this.#source.name} is no whole spreadsheet: ${why}`);
  }

  member(path: string): ZipMember {
    const found = this.#members.get(keyOfPath(path));
    if (found === undefined) throw this.damaged(`${JSON.stringify(path.slice(0, 100))} is missing`);
    return found;
  }

  /** What a part refers to; '' = the archive itself. */
  async relations(path: string): Promise<Relation[]> {
    const at = path.lastIndexOf('/') + 1;
    const from = `${path.slice(0, at)}_rels/${path.slice(at)}.rels`;
    if (!this.#members.has(keyOfPath(from))) return [];
    const found: Relation[] = [];
    await this.read(from, (name, { Id: id = '', Type: type = '', Target: target = '', TargetMode: mode }) => {
      if (name !== 'Relationship' || mode === 'External') return;
      if (found.length >= 10 * sheetsMax) throw this.damaged('it refers to too many parts');
      found.push({ id, type, target: resolved(path.slice(0, at), target) });
    });
    return found;
  }

  async read(
    path: string,
    open: (name: string, attributes: Attributes, parent: string) => void,
  ): Promise<void> {
    const { name, path: file } = this.#source;
    const within: string[] = [];
    const reader = new XmlReader(`${name}: ${JSON.stringify(path)} in it`, {
      open: (element, attributes) => {
        open(element, attributes, within.at(-1) ?? '');
        within.push(element);
      },
      close: () => void within.pop(),
      text: () => {},
    });
    for await (const bytes of memberBytes(this.member(path), { path: file, name, bytesMax: partBytesMax }))
      reader.push(bytes);
    reader.end();
  }
}

/** Paths of an archive are the same in any case of letters, and some programs write them with the other slash. */
function keyOfPath(path: string): string {
  return path.replaceAll('\\', '/').replace(/^\//, '').toLowerCase();
}

function resolved(folder: string, target: string): string {
  const path = target.replaceAll('\\', '/');
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${folder}${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

interface Main {
  readonly listed: readonly { name: string; id: string; isHidden: boolean }[];
  readonly dates: DateSystem;
  readonly isUncalculated: boolean;
}

async function readMain(parts: Parts, path: string): Promise<Main> {
  const listed: { name: string; id: string; isHidden: boolean }[] = [];
  let dates: DateSystem = 1900;
  let isUncalculated = false;
  let isWorkbook = false;
  await parts.read(path, (element, attributes, parent) => {
    if (parent === '') isWorkbook = element === 'workbook';
    if (element === 'workbookPr' && isTrue(attributes.date1904)) dates = 1904;
    if (element === 'calcPr' && isTrue(attributes.fullCalcOnLoad)) isUncalculated = true;
    if (element !== 'sheet' || parent !== 'sheets') return;
    if (listed.length >= sheetsMax) throw parts.damaged(`it has more than ${sheetsMax} sheets`);
    const id = Object.entries(attributes).find(([name]) => name.endsWith(':id'))?.[1] ?? '';
    const { name = '', state = 'visible' } = attributes;
    listed.push({ name, id, isHidden: state !== 'visible' });
  });
  if (!isWorkbook) throw parts.damaged('its main part is no workbook');
  return { listed, dates, isUncalculated };
}

async function readFormats(parts: Parts, path: string): Promise<NumberFormat[]> {
  const own = new Map<string, NumberFormat>();
  const formats: NumberFormat[] = [];
  await parts.read(path, (element, { numFmtId: id = '0', formatCode = '' }, parent) => {
    if (own.size > stylesMax || formats.length > stylesMax)
      throw parts.damaged(`it has more than ${stylesMax} formats`);
    if (element === 'numFmt' && parent === 'numFmts') own.set(id, formatOf(formatCode));
    if (element === 'xf' && parent === 'cellXfs') formats.push(own.get(id) ?? builtInFormat(Number(id)));
  });
  return formats;
}

function isTrue(value: string | undefined): boolean {
  return value === '1' || value === 'true' || value === 'on';
}
