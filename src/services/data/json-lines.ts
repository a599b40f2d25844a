// A JSON array as lines, which can be streamed.

import { AppError, itemTexts } from '../../core/index.ts';

/** @throws AppError `data/damaged-file`, `data/unsupported-format` when it is no array */
export function linesOf(bytes: Uint8Array, name: string): string {
  const text = Buffer.from(bytes).toString('utf8');
  let rows: unknown;
  try {
    rows = JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : '';
    throw new AppError('data/damaged-file', `${name} is not valid JSON: ${reason}`, { cause });
  }
  if (!Array.isArray(rows))
    throw new AppError('data/unsupported-format', `${name} must be an array of objects`);
  // As they were written: printing what was parsed would lose digits.
  return `${itemTexts(text).join('\n')}\n`;
}
