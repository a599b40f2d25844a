// Schema of the KPIs, for OpenAPI; the compiler checks it against `kpi-contract.ts`.

import { type TUnsafe, Type } from 'typebox';
import { kpiEntry, kpiNames } from '../../services/kpis/index.ts';
import type * as api from './contract.ts';

const number = Type.Number();
const text = Type.String();
const count = Type.Integer({ minimum: 0 });
const time = Type.String({ format: 'date-time' });
const orNull = <S extends typeof number | typeof text>(schema: S) => Type.Union([schema, Type.Null()]);
const yesNoNull = Type.Union([Type.Boolean(), Type.Null()]);

const figure = {
  value: orNull(number),
  unit: text,
  n: count,
  from: time,
  to: time,
  bound: Type.Union([
    Type.Object({ kind: Type.Union([Type.Literal('at-most'), Type.Literal('at-least')]), value: number }),
    Type.Null(),
  ]),
  within: yesNoNull,
  reason: orNull(text),
  estimated: Type.Boolean(),
};

const burn = Type.Object({ minutes: Type.Integer(), n: count, failed: count, rate: orNull(number) });

export const kpis: TUnsafe<api.Kpis> = Type.Object({
  at: time,
  since: time,
  within: Type.Boolean(),
  objective: Type.Object({ availability: number, windowDays: number, latencyMs: number }),
  costs: Type.Object({
    currency: text,
    perCoreHour: number,
    perMemoryGigabyteHour: number,
    wattsPerCore: number,
  }),
  figures: Type.Object(
    Object.fromEntries(
      kpiNames.map((name) => [name, Type.Object(figure, { description: kpiEntry(name).meaning })]),
    ),
  ),
  burn: Type.Array(Type.Object({ rule: text, rate: number, burning: yesNoNull, long: burn, short: burn })),
}) as unknown as TUnsafe<api.Kpis>;
