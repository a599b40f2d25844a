// What the API answers of rows that were taken back.

import { type Static, type TSchema, type TUnsafe, Type } from 'typebox';
import type { Withdrawal, WithdrawnRows } from './contract.ts';

/** A schema whose static type is the given one. */
function of<S extends TSchema>(schema: S): TUnsafe<Static<S>> {
  return schema as unknown as TUnsafe<Static<S>>;
}

const text = Type.String();
const count = Type.Integer({ minimum: 0 });
const time = Type.String({ format: 'date-time' });

function orNull<S extends TSchema>(
  schema: S,
): ReturnType<typeof Type.Union<[S, ReturnType<typeof Type.Null>]>> {
  return Type.Union([schema, Type.Null()]);
}

const object = Type.Object({
  id: text,
  at: time,
  reason: text,
  rows: count,
  batchSeq: orNull(count),
  series: orNull(text),
  from: orNull(text),
  to: orNull(text),
  undoneAt: orNull(time),
});

export const withdrawal: TUnsafe<Withdrawal> = of(object);

export const withdrawnRows: TUnsafe<WithdrawnRows> = of(
  Type.Object({ withdrawal: object, batchId: text, changed: count }),
);
