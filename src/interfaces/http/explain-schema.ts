// Schema of explanations; the compiler checks it against `explain-contract.ts`.

import { type TUnsafe, Type } from 'typebox';
import { driverNames } from '../../forecasting/models/index.ts';
import type * as api from './contract.ts';
import { nullable, of, text } from './schema-parts.ts';

const number = Type.Number();
const driver = Type.Union(driverNames.map((name) => Type.Literal(name))) as unknown as TUnsafe<api.Driver>;
const drivers = nullable(
  Type.Object(
    Object.fromEntries(driverNames.map((name) => [name, number])) as Record<api.Driver, typeof number>,
    { description: 'units; they add up to the mean' },
  ),
);

export const explanation: TUnsafe<api.SeriesExplanation> = of(
  Type.Object({
    series: text,
    cutoffAt: text,
    source: Type.Union([Type.Literal('model'), Type.Literal('baseline')]),
    version: nullable(Type.Integer()),
    model: nullable(text),
    statement: nullable(text),
    steps: Type.Array(
      Type.Object({
        timestamp: text,
        mean: number,
        drivers,
        columns: Type.Array(Type.Object({ name: text, driver, units: number })),
      }),
    ),
    total: Type.Object({ mean: number, drivers }),
  }),
);
