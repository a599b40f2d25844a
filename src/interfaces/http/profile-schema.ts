// Schemas of what is stored as a whole: the profile of the history, and the data contract on it.

import { type TUnsafe, Type } from 'typebox';
import type * as api from './contract.ts';
import { contractResult } from './contract-schema.ts';
import { count, nullable, of, text, time } from './schema-parts.ts';

const number = Type.Number();
const demandClass = Type.Enum(['smooth', 'erratic', 'intermittent', 'lumpy']);
const suspectKind = Type.Enum([
  'negative',
  'unit-change',
  'outlier',
  'ended',
  'constant',
  'once',
  'never',
  'look-alike',
  'dominant',
]);

const newest = Type.Object(
  {
    period: text,
    state: Type.Enum(['usual', 'low', 'unfinished', 'unknown'], {
      description:
        '`unfinished`: more of it is to come. `low`: all have reported, and it is the lowest of those compared. `unknown`: too little before it',
    }),
    reasons: Type.Array(text),
    compared: Type.Integer({ description: 'earlier periods that it is compared with' }),
    demand: number,
    usualDemand: nullable(number),
    lowestDemand: nullable(number),
    usualSeries: Type.Integer({ description: 'series that report as a rule' }),
    reported: Type.Integer({ description: '… and have reported this one' }),
  },
  { description: 'Whether the newest period is whole' },
);

const picture = Type.Object({
  seriesId: text,
  because: Type.Union([suspectKind, Type.Enum(['largest', 'sample'])]),
  demandClass,
  demand: number,
  first: text,
  last: text,
  periodsPerPoint: count,
  values: Type.Array(nullable(number), { description: 'mean known demand of a period; null = unknown' }),
  mark: nullable(Type.Integer({ description: 'the point that a suspicion is about' })),
});

export const profile: TUnsafe<api.StoredProfile> = of(
  Type.Object({
    at: time,
    rows: Type.Integer({ description: 'series and periods with a row' }),
    series: count,
    first: nullable(text),
    last: nullable(text),
    demand: number,
    periods: Type.Object({
      observed: count,
      zeros: count,
      missing: Type.Integer({ description: 'rows without a value' }),
      stockouts: count,
      withoutRow: Type.Integer({ description: 'between the first and the last row of their series' }),
    }),
    classes: Type.Array(Type.Object({ demandClass, series: count, demand: number })),
    newest: nullable(newest),
    suspects: Type.Integer({ description: 'series with a suspicion of their own' }),
    suspicious: Type.Array(
      Type.Object({
        kind: suspectKind,
        series: count,
        examples: Type.Array(Type.Object({ seriesId: text, reason: text })),
      }),
    ),
    concentration: Type.Object({
      seriesForHalf: Type.Integer({ description: 'so many series have half of the demand' }),
      curve: Type.Array(number, {
        description:
          'share of the demand that the largest series have, in even steps from none of them to all',
      }),
      largest: nullable(Type.Object({ seriesId: text, share: number })),
    }),
    timeline: Type.Object({
      periodsPerPoint: count,
      points: Type.Array(Type.Object({ first: text, demand: number, series: number })),
    }),
    findings: Type.Array(Type.Object({ kind: text, message: text })),
    sampleRule: Type.String({ description: 'which series are in `pictures`' }),
    pictures: Type.Array(picture),
  }),
);

export const contract: TUnsafe<api.StoredContract> = of(
  Type.Object({
    at: time,
    contract: Type.Object({ file: text, id: text, version: text, warnings: Type.Array(text) }),
    rows: count,
    first: nullable(text),
    last: nullable(text),
    results: Type.Array(contractResult),
  }),
);
