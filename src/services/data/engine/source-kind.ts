// What is known of a checked file, and how large input may be.

import type { TextEncoding } from '../rows/decode-text.ts';

export type FileFormat = 'csv' | 'ndjson' | 'parquet' | 'xlsx';

export interface SourceLimits {
  /** Bytes of text after decompression. */
  readonly textBytesMax: number;
  readonly lineBytesMax: number;
}

export const sourceLimits: SourceLimits = {
  textBytesMax: 64 * 1024 ** 3,
  lineBytesMax: 1024 ** 2,
};

export interface SourceFile {
  /** As the user named it, for messages. */
  readonly name: string;
  /** Real path, links resolved. */
  readonly path: string;
  readonly format: FileFormat;
  readonly packing: Packing;
  readonly encoding: TextEncoding;
  readonly sizeBytes: number;
  /** Of text the first bytes, unpacked and in UTF-8: enough for a header. */
  readonly head: Uint8Array;
  /** Of a workbook: the parts that its archive holds. */
  readonly members?: readonly ZipMember[];
}

/** How a text lies in its file: as it is, compressed, or as the one member of a zip archive. */
export type Packing = null | 'gzip' | ZipMember;

export interface ZipMember {
  readonly name: string;
  readonly isDeflated: boolean;
  /** Where its bytes lie in the file. */
  readonly from: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly crc: number;
}
