// What the API answers of rows that were taken back.

import { type TUnsafe, Type } from 'typebox';
import type { Withdrawal, WithdrawnRows } from './contract.ts';
import { count, nullable, of, text, time } from './schema-parts.ts';

const object = Type.Object({
  id: text,
  at: time,
  reason: text,
  rows: count,
  batchSeq: nullable(count),
  series: nullable(text),
  from: nullable(text),
  to: nullable(text),
  undoneAt: nullable(time),
});

export const withdrawal: TUnsafe<Withdrawal> = of(object);

export const withdrawnRows: TUnsafe<WithdrawnRows> = of(
  Type.Object({ withdrawal: object, batchId: text, changed: count }),
);
