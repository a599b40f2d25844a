// Schemas of series; the compiler checks them against `series-contract.ts`.

import { type TUnsafe, Type } from 'typebox';
import type * as api from './contract.ts';
import { step } from './forecast-schema.ts';
import { count, nullable, of, text, time } from './schema-parts.ts';

const number = Type.Number();
const perhaps = nullable(number);
const cells = Type.Record(text, Type.Union([text, number]));
const one = <T extends string>(...values: readonly T[]): TUnsafe<T> =>
  Type.Union(values.map((value) => Type.Literal(value))) as unknown as TUnsafe<T>;

const listed = Type.Object({
  series: text,
  attributes: cells,
  state: one('active', 'new', 'ended', 'silent'),
  firstAt: nullable(text),
  newestAt: nullable(text),
  classes: Type.Object({
    abc: Type.Union([Type.Literal('A'), Type.Literal('B'), Type.Literal('C'), Type.Null()], {
      description:
        'the first 80 % of the value are A, up to 95 % B, the rest C; null = its value is not known',
    }),
    xyz: Type.Union([Type.Literal('X'), Type.Literal('Y'), Type.Literal('Z'), Type.Null()], {
      description: 'variation of demand per period: X up to 0.5, Y up to 1, Z above; null = no demand',
    }),
  }),
  value: Type.Object({
    n: Type.Integer({ description: 'periods of the window that count' }),
    units: number,
    price: perhaps,
    amount: nullable(Type.Number({ description: 'units × price; units where there is no price column' })),
    share: perhaps,
    variation: perhaps,
  }),
  error: nullable(
    Type.Object({
      n: Type.Integer({ description: 'labels' }),
      labelsDue: count,
      absolute: number,
      mae: perhaps,
      wape: perhaps,
      bias: perhaps,
      amount: perhaps,
    }),
  ),
  valueAdded: Type.Object({ n: count, value: perhaps }),
});

const value = nullable(Type.Object({ column: nullable(text), from: text, to: text }));
const accuracy = nullable(Type.Object({ from: text, to: text, seriesOmitted: count }));

const asOf = Type.Object({ at: time, batchSeq: count, version: nullable(Type.Integer()) });

export const seriesList: TUnsafe<api.SeriesList> = of(
  Type.Object({
    asOf,
    value,
    accuracy,
    total: count,
    matched: count,
    items: Type.Array(listed),
    next: nullable(Type.String({ description: 'cursor of the next page; null = this is the last' })),
  }),
);

const quantiles = Type.Record(text, number);

export const seriesDetail: TUnsafe<api.SeriesDetail> = of(
  Type.Object({
    series: text,
    listed: nullable(listed),
    value,
    accuracy,
    window: Type.Object({ from: text, to: text }),
    history: Type.Array(
      Type.Object({
        timestamp: text,
        value: nullable(Type.Number({ description: 'demand; null = unknown' })),
        status: one('observed', 'missing', 'stockout', 'refused', 'none'),
        covariates: Type.Optional(cells),
      }),
    ),
    columns: Type.Array(Type.Object({ name: text, role: one('known', 'past') })),
    forecast: nullable(
      Type.Object({
        series: text,
        cutoffAt: text,
        source: one('model', 'baseline'),
        reason: Type.Optional(text),
        ended: Type.Optional(Type.Boolean()),
        silent: Type.Optional(Type.Boolean()),
        unfinishedAt: Type.Optional(text),
        version: nullable(Type.Integer()),
        steps: Type.Array(step),
      }),
    ),
    reason: Type.Optional(text),
    planned: Type.Array(Type.Object({ timestamp: text, covariates: cells })),
    holidays: Type.Array(Type.Object({ timestamp: text, name: text })),
    earlier: Type.Array(
      Type.Object({
        predictionId: text,
        source: text,
        madeAt: time,
        cutoffAt: text,
        version: nullable(Type.Integer()),
        steps: Type.Array(
          Type.Object({ timestamp: text, lead: Type.Integer(), mean: number, quantiles, actual: perhaps }),
        ),
      }),
    ),
    versions: Type.Array(
      Type.Object({ number: Type.Integer(), id: text, createdAt: time, aliases: Type.Array(text) }),
    ),
  }),
);

export const seriesExceptions: TUnsafe<api.SeriesExceptions> = of(
  Type.Object({
    asOf,
    value,
    accuracy,
    ahead: nullable(Type.Object({ from: text, to: text })),
    counts: Type.Object({ miss: count, lastYear: count, ended: count, silent: count }),
    items: Type.Array(
      Type.Object({
        kind: one('miss', 'lastYear', 'ended', 'silent'),
        amount: number,
        because: text,
        series: listed,
      }),
    ),
  }),
);

const totalFields = {
  series: count,
  forecasts: Type.Integer({ description: 'series with a forecast: `steps` are the sums of theirs' }),
  over: Type.Integer({ description: 'series that have ended or are silent' }),
  units: number,
  amount: number,
  unpriced: count,
  lastYear: Type.Object({ units: number, series: count }),
  error: Type.Object({ n: count, absolute: number, wape: perhaps, bias: perhaps }),
  steps: Type.Array(Type.Object({ timestamp: text, mean: number })),
};

export const seriesTotals: TUnsafe<api.SeriesTotals> = of(
  Type.Object({
    asOf,
    value,
    accuracy,
    by: Type.Array(text),
    columns: Type.Array(text, { description: 'what there is to group by' }),
    total: Type.Object(totalFields),
    items: Type.Array(Type.Object({ key: Type.Record(text, text), ...totalFields })),
    others: nullable(Type.Object({ groups: count, ...totalFields })),
  }),
);
