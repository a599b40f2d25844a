// A table as a workbook of Office Open XML: numbers are numbers, days are days, and text is text, which no spreadsheet runs.
// The few parts that a workbook needs, stored in a ZIP archive without compression.

import type { Cell } from './csv.ts';

/** What a column holds beside texts and numbers: days as `2026-03-31`, moments as ISO writes them, shown in UTC. */
export type DateKind = 'day' | 'moment';

export interface SheetColumn {
  readonly title: string;
  readonly date?: DateKind | undefined;
}

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packaged = 'http://schemas.openxmlformats.org/package/2006';
const kinds = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
export const xlsxType = `${kinds}.sheet`;

/** Formats of cells, by their places in the part of styles. */
const style = { plain: 0, title: 1, day: 2, moment: 3 } as const;
/** Letters of one cell at most; what is longer ends with `…`. */
const lettersMax = 32_767;
/** Spreadsheets take 1900 for a leap year: days before its March would be others. */
const firstDay = Date.UTC(1900, 2, 1);
const dayZero = Date.UTC(1899, 11, 30);
const dayMs = 86_400_000;

/** @returns the bytes of the workbook. Cost: O(cells). */
export function workbook(columns: readonly SheetColumn[], rows: Iterable<readonly Cell[]>): Uint8Array {
  return archive([
    ['[Content_Types].xml', contentTypes],
    ['_rels/.rels', relationships([['officeDocument', 'xl/workbook.xml']])],
    [
      'xl/workbook.xml',
      `${head}<workbook xmlns="${main}" xmlns:r="${relations}"><sheets><sheet name="Rows" sheetId="1" r:id="r1"/></sheets></workbook>`,
    ],
    [
      'xl/_rels/workbook.xml.rels',
      relationships([
        ['worksheet', 'worksheets/sheet1.xml'],
        ['styles', 'styles.xml'],
      ]),
    ],
    ['xl/styles.xml', styles],
    ['xl/worksheets/sheet1.xml', sheet(columns, rows)],
  ]);
}

const contentTypes = `${head}<Types xmlns="${packaged}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${kinds}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${kinds}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${kinds}.styles+xml"/></Types>`;

/** Formats 14 and 22 are the reader's own ways to write a day, and a day with its time. */
const styles = `${head}<styleSheet xmlns="${main}"><fonts count="2"><font/><font><b/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf xfId="0"/><xf xfId="0" fontId="1" applyFont="1"/><xf xfId="0" numFmtId="14" applyNumberFormat="1"/><xf xfId="0" numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>`;

function relationships(targets: readonly (readonly [kind: string, target: string])[]): string {
  const all = targets.map(
    ([kind, target], i) => `<Relationship Id="r${i + 1}" Type="${relations}/${kind}" Target="${target}"/>`,
  );
  return `${head}<Relationships xmlns="${packaged}/relationships">${all.join('')}</Relationships>`;
}

function sheet(columns: readonly SheetColumn[], rows: Iterable<readonly Cell[]>): string {
  const titles = columns.map(({ title, date }) => (date === 'moment' ? `${title} (UTC)` : title));
  const lines = [rowText(titles.map((title, c) => textCell(title, name(c, 1), style.title)))];
  let at = 1;
  for (const row of rows) {
    at++;
    lines.push(rowText(row.map((cell, c) => cellText(cell, name(c, at), columns[c]?.date))));
  }
  // The titles stay in sight.
  const view =
    '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>';
  return `${head}<worksheet xmlns="${main}">${view}<sheetData>${lines.join('')}</sheetData></worksheet>`;
}

function rowText(cells: readonly string[]): string {
  return `<row>${cells.join('')}</row>`;
}

function cellText(cell: Cell, at: string, date: DateKind | undefined): string {
  if (cell === null) return '';
  if (typeof cell === 'number')
    return Number.isFinite(cell)
      ? `<c r="${at}"><v>${cell}</v></c>`
      : textCell(String(cell), at, style.plain);
  const serial = date === undefined ? Number.NaN : serialOf(cell, date);
  if (date !== undefined && serial >= 0) return `<c r="${at}" s="${style[date]}"><v>${serial}</v></c>`;
  return textCell(cell, at, style.plain);
}

/** Days since the day zero of spreadsheets; NaN = the text is no such date. */
function serialOf(text: string, date: DateKind): number {
  const pattern = date === 'day' ? /^\d{4}-\d{2}-\d{2}$/ : /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/;
  const ms = pattern.test(text) ? Date.parse(date === 'day' ? `${text}T00:00:00Z` : text) : Number.NaN;
  return ms >= firstDay ? (ms - dayZero) / dayMs : Number.NaN;
}

function textCell(text: string, at: string, look: number): string {
  const whole = text.length > lettersMax ? `${text.slice(0, lettersMax - 1)}…` : text;
  return `<c r="${at}" s="${look}" t="inlineStr"><is><t xml:space="preserve">${escaped(whole)}</t></is></c>`;
}

/** What XML cannot hold is written as spreadsheets write it, `_x0007_`, and so is what only looks so. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/_(?=x[\dA-Fa-f]{4}_)/g, '_x005F_')
    .replace(/[^\t\n\x20-\uFFFD\u{10000}-\u{10FFFF}]/gu, (letter) => {
      const code = letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
      return `_x${code}_`;
    })
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/** `A1` for the first column of the first row. */
function name(column: number, row: number): string {
  let letters = '';
  for (let c = column + 1; c > 0; c = Math.floor((c - 1) / 26))
    letters = String.fromCharCode(65 + ((c - 1) % 26)) + letters;
  return `${letters}${row}`;
}

/** A ZIP archive of texts. Source: APPNOTE.TXT of PKWARE, 4.3. */
function archive(files: readonly (readonly [name: string, text: string])[]): Uint8Array {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const [path, text] of files) {
    const [pathBytes, bytes] = [encoder.encode(path), encoder.encode(text)];
    const sum = crc32(bytes);
    // Version 2.0, names in UTF-8, stored, the first moment that the format knows.
    const about = [
      u16(20),
      u16(0x0800),
      u16(0),
      u16(0),
      u16(0x21),
      u32(sum),
      u32(bytes.length),
      u32(bytes.length),
    ];
    const names = [u16(pathBytes.length), u16(0)];
    const local = joined([u32(0x04034b50), ...about, ...names, pathBytes, bytes]);
    const rest = [u16(0), u16(0), u16(0), u32(0), u32(at)];
    directory.push(joined([u32(0x02014b50), u16(20), ...about, ...names, ...rest, pathBytes]));
    parts.push(local);
    at += local.length;
  }
  const listed = joined(directory);
  const count = u16(files.length);
  const end = [u32(0x06054b50), u16(0), u16(0), count, count, u32(listed.length), u32(at), u16(0)];
  return joined([...parts, listed, ...end]);
}

function u16(value: number): Uint8Array {
  return Uint8Array.of(value & 255, value >>> 8);
}

function u32(value: number): Uint8Array {
  return Uint8Array.of(value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const each of parts) {
    whole.set(each, at);
    at += each.length;
  }
  return whole;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (crcTable[(crc ^ byte) & 255] as number);
  return (crc ^ 0xffffffff) >>> 0;
}
