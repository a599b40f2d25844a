// A body on its way to the worker, as a file: what it is written as, and how far it may unfold.

import { AppError } from '../../core/index.ts';
import type { SourceLimits } from './engine/source-kind.ts';
import { linesOf } from './json-lines.ts';
import type { BodyFormat } from './rows/check-body.ts';

/**
 * A JSON array becomes lines, which can be streamed.
 * @throws AppError `data/unsupported-format` for a body that is said to be a workbook and is none
 */
export function fileOfBody(
  bytes: Uint8Array,
  { format, source = 'http' }: { format: BodyFormat | 'xlsx'; source?: string | undefined },
): Uint8Array | string {
  // A workbook is an archive; one of the old kind, or with a password, is told apart further on.
  if (format === 'xlsx' && bytes[0] !== 0x50 && bytes[0] !== 0xd0)
    throw new AppError('data/unsupported-format', `${source} is no spreadsheet (.xlsx), as its type says`);
  return format === 'json' ? linesOf(bytes, source) : bytes;
}

export function limitsOf(limits: SourceLimits, unpackedBytesMax: number = limits.textBytesMax): SourceLimits {
  return { ...limits, textBytesMax: Math.min(limits.textBytesMax, unpackedBytesMax) };
}
