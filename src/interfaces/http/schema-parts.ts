// What the schemas of the API are made of.

import {
  type Static,
  type TInteger,
  type TNull,
  type TNumber,
  type TRecord,
  type TSchema,
  type TString,
  type TUnion,
  type TUnknown,
  type TUnsafe,
  Type,
} from 'typebox';

/** A schema whose static type is the given one. */
export function of<S extends TSchema>(schema: S): TUnsafe<Static<S>> {
  return schema as unknown as TUnsafe<Static<S>>;
}

export const text: TString = Type.String();
export const count: TInteger = Type.Integer({ minimum: 0 });
export const time: TString = Type.String({ format: 'date-time' });
export const object: TRecord<string, TUnknown> = Type.Record(Type.String(), Type.Unknown());
export const metricRecord: TRecord<string, TUnion<[TNumber, TNull]>> = Type.Record(
  Type.String(),
  nullable(Type.Number()),
);

export function nullable<S extends TSchema>(
  schema: S,
): ReturnType<typeof Type.Union<[S, ReturnType<typeof Type.Null>]>> {
  return Type.Union([schema, Type.Null()]);
}
