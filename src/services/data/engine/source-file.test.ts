import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';

import { type DataFixture, openDataFixture } from '../../../../test/hostile/data-fixture.ts';
import { type Dialect, defaultDialect, isAppError } from '../../../core/index.ts';

let fixture: DataFixture;
before(async () => {
  fixture = await openDataFixture({ limits: { textBytesMax: 8 * 1024 ** 2, lineBytesMax: 1024 ** 2 } });
});
after(() => fixture.close());

const columns = { series: ['item'], time: 'date', target: 'units', frequency: 'day' } as const;
const csv = 'item,date,units\nGröße,2024-05-01,5\n';

async function seriesOf(bytes: Uint8Array, dialect: Partial<Dialect> = {}): Promise<readonly string[]> {
  const path = await fixture.file('source.bin', bytes);
  return (await fixture.data.readTable({ ...columns, path, dialect: { ...defaultDialect, ...dialect } }))
    .seriesIds;
}

/** A zip archive, as RFC 1951 and the note on .zip files have it. */
function zip(
  files: Readonly<Record<string, Uint8Array>>,
  change: { bytes?: number; crc?: number } = {},
): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const packed = deflateRawSync(content);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(change.crc ?? crc32(content), 16);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(change.bytes ?? content.length, 24);
    entry.writeUInt16LE(Buffer.byteLength(name), 28);
    entry.writeUInt32LE(offset, 42);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(8, 8);
    local.writeUInt16LE(Buffer.byteLength(name), 26);
    parts.push(local, Buffer.from(name), packed);
    directory.push(entry, Buffer.from(name));
    offset += 30 + Buffer.byteLength(name) + packed.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(files).length, 8);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(
    directory.reduce((sum, part) => sum + part.length, 0),
    12,
  );
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

test('reads UTF-16 by its mark, and by what is said without one', async () => {
  const le = Buffer.from(csv, 'utf16le');
  const mark = Buffer.from('\uFEFF', 'utf16le');
  for (const bytes of [Buffer.concat([mark, le]), Buffer.concat([mark, le]).swap16()])
    assert.deepEqual(await seriesOf(bytes), ['Größe']);
  assert.deepEqual(await seriesOf(le, { encoding: 'utf-16' }), ['Größe']);
});

test('reads windows-1252 and latin1 where it is said, and refuses UTF-8 that is said to be one of them', async () => {
  const bytes = Buffer.from(csv, 'latin1');
  assert.deepEqual(await seriesOf(bytes, { encoding: 'windows-1252' }), ['Größe']);
  assert.deepEqual(await seriesOf(gzipSync(bytes), { encoding: 'latin1' }), ['Größe']);
  const euro = Buffer.concat([
    Buffer.from('item,date,units\n'),
    Buffer.of(0x80),
    Buffer.from(',2024-05-01,5\n'),
  ]);
  assert.deepEqual(await seriesOf(euro, { encoding: 'windows-1252' }), ['€']);
  await assert.rejects(seriesOf(Buffer.from(csv), { encoding: 'windows-1252' }), (error) =>
    isAppError(error, 'data/bad-encoding'),
  );
});

test('UTF-8 that is said to be windows-1252 is refused also where its first letter beyond ASCII is far down', async () => {
  const rows = `${'a,2024-05-01,5\n'.repeat(100_000)}`;
  const late = Buffer.from(`item,date,units\n${rows}Größe,2024-05-01,5\n`);
  await assert.rejects(seriesOf(late, { encoding: 'windows-1252' }), (error) =>
    isAppError(error, 'data/bad-encoding'),
  );
  const other = Buffer.concat([
    Buffer.from(`item,date,units\n${rows}`),
    Buffer.from('Größe,2024-05-01,5\n', 'latin1'),
  ]);
  assert.deepEqual([...(await seriesOf(other, { encoding: 'windows-1252' }))].sort(), ['Größe', 'a']);
});

test('NDJSON is UTF-8, whatever is said of CSV', async () => {
  const row = '{"item":"Größe","date":"2024-05-01","units":5}\n';
  assert.deepEqual(await seriesOf(Buffer.from(row), { encoding: 'windows-1252' }), ['Größe']);
});

test('names the line of a byte that is not UTF-8, far down in a packed file too', async () => {
  const rows = Array.from({ length: 100_000 }, () => 'a,2024-05-01,5').join('\r\n');
  const bytes = Buffer.concat([Buffer.from(`item,date,units\r\n${rows}\r\n`), Buffer.of(0xfc)]);
  for (const packed of [bytes, gzipSync(bytes), zip({ 'a.csv': bytes })])
    await assert.rejects(
      seriesOf(packed),
      (error) => isAppError(error, 'data/bad-encoding') && /byte 0xFC in line 100002/.test(error.message),
    );
});

test('reads the one file of a zip archive, and no other archive', async () => {
  const content = Buffer.from(csv);
  assert.deepEqual(await seriesOf(zip({ 'out/': Buffer.alloc(0), 'out/a.csv': content })), ['Größe']);
  const refused: [Buffer, RegExp][] = [
    [zip({ 'a.csv': content, 'b.csv': content }), /2 files \(a\.csv, b\.csv\)/],
    [zip({}), /0 files/],
    [zip({ '[Content_Types].xml': content, 'xl/workbook.xml': content }), /names no workbook/],
    [
      zip({ '[Content_Types].xml': content, 'xl/workbook.bin': content }),
      /binary spreadsheet \(\.xlsb\): save it/,
    ],
    [zip({ mimetype: content, 'content.xml': content }), /OpenDocument file \(\.ods\): save it/],
    [zip({ 'a.csv': content }, { crc: 1 }), /damaged/],
    [zip({ 'a.csv': content }, { bytes: 5 }), /damaged/],
    [zip({ 'a.csv': content }).subarray(0, 80), /no whole zip/],
    [zip({ 'a.zip': zip({ 'a.csv': content }) }), /zip archive in another/],
    [zip({ 'a.csv': Buffer.alloc(0) }), /empty after decompression/],
    [zip({ 'bomb.csv': Buffer.from(`item,date,units\n${'a,2024-05-01,5\n'.repeat(1e6)}`) }), /textBytesMax/],
  ];
  for (const [bytes, message] of refused)
    await assert.rejects(seriesOf(bytes), (error) => isAppError(error) && message.test(error.message));
});
