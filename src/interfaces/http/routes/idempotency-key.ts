// The header by which what is sent again is known.

import { type TUnsafe, Type } from 'typebox';
import { AppError } from '../../../core/index.ts';

const keyLengthMax = 200;

export const idempotencyHeaders: TUnsafe<{ 'idempotency-key'?: string | undefined }> = Type.Object({
  'idempotency-key': Type.Optional(Type.String({ description: 'any text up to 200 characters' })),
}) as unknown as TUnsafe<{ 'idempotency-key'?: string | undefined }>;

/**
 * Without a key nothing can tell a repetition from a correction taken back, so it lands: landing twice changes no value, not
 * landing would leave a wrong one.
 */
export function keyOf(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const key = header.trim();
  if (key.length > 0 && key.length <= keyLengthMax) return key;
  throw new AppError(
    'http/invalid-request',
    `Idempotency-Key has ${key.length} characters: use 1 to ${keyLengthMax}, or leave it out`,
  );
}
